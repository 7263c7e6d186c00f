"""Loading: good sets, and every mistake at its place."""

from pathlib import Path

import pytest

from rules import RulesInvalid, load_folder, load_texts, run_tests

BAD = sorted((Path(__file__).parent.parent / "data" / "rules" / "bad").glob("*.yaml"))
GOOD = "watch: w\ntitle: W\nterms:\n  t: {any: [Tesla]}\nrules:\n  - name: r\n    when: t\n"


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_mistakes_are_told_at_their_place(path: Path) -> None:
    with pytest.raises(RulesInvalid) as invalid:
        load_texts({path.name: path.read_text("utf-8")})
    assert str(invalid.value) == path.with_suffix(".txt").read_text("utf-8").rstrip("\n")


def test_there_are_many_mistakes_to_tell() -> None:
    assert len(BAD) >= 20


def test_a_folder_and_its_texts_are_the_same_set(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "w.yml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    (tmp_path / "notes.txt").write_text("no rules")
    rules = load_folder(tmp_path)
    assert list(rules.files) == ["sub/w.yml"]
    assert load_texts(rules.files) == rules
    assert [(watch.key, watch.title) for watch in rules.watches] == [("w", "W")]
    assert rules.version != load_texts({"w.yaml": GOOD + "\n"}).version


@pytest.mark.parametrize("make", [True, False])
def test_no_file_says_what_to_do(tmp_path: Path, *, make: bool) -> None:
    folder = tmp_path / "rules"
    if make:
        folder.mkdir()
    with pytest.raises(RulesInvalid, match="rackwatch init"):
        load_folder(folder)


def test_problems_of_all_files_come_together() -> None:
    with pytest.raises(RulesInvalid) as invalid:
        load_texts({"b.yaml": "watch: [", "a.yaml": GOOD.replace("when: t", "when: u")})
    assert [problem.file for problem in invalid.value.problems] == ["a.yaml", "b.yaml"]


def test_shared_terms_serve_every_watch() -> None:
    shared = "terms:\n  s: {any: [Dojo]}\n"
    rules = load_texts({"shared.yaml": shared, "w.yaml": GOOD.replace("when: t", "when: t near s")})
    assert {group.name for group in rules.rules[0].groups.values()} == {"w/t", "s"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.yaml", GOOD, "x.yaml:1:8: duplicate watch 'w' (first in w.yaml:1)"),
        ("x.yaml", "terms:\n  t: {any: [a b]}\n", "duplicate term group 't' (it is shared by x.yaml:2"),
    ],
)
def test_names_are_unique_across_files(name: str, text: str, message: str) -> None:
    with pytest.raises(RulesInvalid) as invalid:
        load_texts({"w.yaml": GOOD, name: text})
    assert message in str(invalid.value)


def test_terms_alone_are_not_yet_rules() -> None:
    with pytest.raises(RulesInvalid, match="no file holds a rule"):
        load_texts({"shared.yaml": "terms:\n  s: {any: [Dojo]}\n"})


def test_a_failing_test_says_what_was_found() -> None:
    text = GOOD.replace("when: t", 'when: t and "data center"')
    text += "    tests:\n      alert: [Tesla opens]\n      silent: [Tesla data center]\n"
    assert [str(failure) for failure in run_tests(load_texts({"w.yaml": text}))] == [
        'w.yaml:9:15: expected an alert of w/r, was silent; found: t; not found: "data center": “Tesla opens”',
        "w.yaml:10:16: expected silence of w/r, it alerted: Tesla and data center: “Tesla data center”",
    ]
