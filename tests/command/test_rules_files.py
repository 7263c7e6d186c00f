"""`rules test`, `new`, `schema` and `match` as a person types them; in this process, which starts in no time."""

from __future__ import annotations

import gzip
import json
import subprocess
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import Matcher, RuleSet, load_folder, shipped_watches
from rules.lines import BadLine, read_line
from rules.schema import SCHEMA_NAME, schema_text
from tests.shell import Shell
from tests.world import COMMAND, RULES

SHARED = "terms:\n  hall: {any: [data center, Rechenzentr*]}\n"
USES_SHARED = """\
watch: tesla
terms:
  tesla: {any: [Tesla]}
rules:
  - name: dc
    when: tesla near hall
    tests:
      alert: [Tesla opens a data center, Tesla opens a shop]
      silent: [Google opens a Rechenzentrum]
"""
LIGHTHOUSES = ["--term", "lighthouse, Leuchtturm*", "--near", "for sale", "--alert", "Lighthouse for sale: cheap"]


# ── rules test ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_brings_the_shared_terms_of_its_folder_along_and_only_its_tests_run(shell: Shell) -> None:
    shell.write("mine/shared.yaml", SHARED)
    shell.write("mine/tesla.yaml", USES_SHARED)
    shell.write("mine/other.yaml", RULES)
    shell.write("mine/compose.yaml", "services: {web: {image: x}}\n")
    done = shell("rules", "test", "mine/tesla.yaml", code=1)
    assert "3 tests of 1 rule in 1 file: 2 passed, 1 failed, " in done.out
    assert done.out.splitlines()[:6] == [
        "✘ tesla/dc must alert, and was silent",
        "  mine/tesla.yaml:8:42",
        "  [Tesla] opens a shop",
        "  because    hall was not found",
        "  found      tesla: “Tesla”",
        "  not found  hall",
    ]
    # a file of shared terms is tried by those who use it
    (shell.folder / "mine" / "compose.yaml").unlink()
    assert "5 tests of 2 rules in 3 files: 4 passed, 1 failed" in shell("rules", "test", "mine/shared.yaml", code=1).out


def test_a_text_that_should_be_silent_shows_why_it_was_not(shell: Shell) -> None:
    shell.write("w.yaml", RULES.replace("Tesla opens a shop", "In Texas Tesla has a data-center now"))
    shown = shell("rules", "test", "w.yaml", code=1).out
    assert "data-centers/firm-and-place must be silent, and alerted\n" in shown
    assert "  In Texas [Tesla] has a [data-center] now\n" in shown
    assert "because    Tesla near data-center\n" in shown


def test_long_texts_are_cut_around_what_was_found(shell: Shell) -> None:
    filler = "word " * 300
    shell.write("w.yaml", RULES.replace("Tesla opens a shop", f"{filler}Tesla has a data center {filler}"))
    (line,) = [line for line in shell("rules", "test", "w.yaml", code=1).out.splitlines() if "[Tesla]" in line]
    assert line.startswith("  word word")
    assert " … word" in line
    assert line.endswith(" …")
    assert len(line) < 500


def test_the_working_folder_is_tested_without_its_secrets(shell: Shell) -> None:
    shell.write("rackwatch.yaml", "chats: {me: {id: 5}}\nrules: {path: mine}\n")  # a chat without its token
    shell.write("mine/w.yaml", RULES)
    assert "2 tests of 1 rule in 1 file: 2 passed" in shell("rules", "test").out
    shell.write("mine/deep/tesla.yaml", USES_SHARED)
    shell.write("mine/shared.yaml", SHARED)
    assert (
        "3 tests of 1 rule in 1 file: 2 passed, 1 failed" in shell("rules", "test", "mine/deep/tesla.yaml", code=1).out
    )


def test_outside_a_working_folder_the_message_says_what_to_do(shell: Shell) -> None:
    assert "name rule files or their folder ('rackwatch rules test rules/')" in shell("rules", "test", code=1).err
    assert "rackwatch init DIR" in shell("-C", "nowhere", "rules", "test", code=1).err
    assert "does not exist" in shell("rules", "test", "nowhere.yaml", code=2).err
    (shell.folder / "empty").mkdir()
    assert "empty:1:1: no rule file (*.yaml) in this folder" in shell("rules", "test", "empty", code=1).err


def test_rules_without_tests_say_so(shell: Shell) -> None:
    shell.write("w.yaml", RULES.split("    tests:")[0])
    done = shell("rules", "test", "w.yaml")
    assert "no tests: 1 rule in 1 file say nothing under 'tests:'" in done.out
    assert "w.yaml:7:11: warning: the rule 'firm-and-place' has no test" in done.err
    shell.write("v.yaml", RULES.replace("watch: data-centers", "watch: v"))
    assert "without a test: data-centers/firm-and-place" in shell("rules", "test", ".").out


def test_hidden_folders_hold_no_rules(shell: Shell) -> None:
    shell.write(".github/workflows/ci.yaml", "on: push\n")
    shell.write("w.yaml", RULES)
    assert "2 passed" in shell("rules", "test", ".").out


def test_files_with_mistakes_are_told_with_every_place(shell: Shell) -> None:
    shell.write("w.yaml", RULES.replace("firm near", "form near").replace("watch:", "colour: red\nwatch:"))
    done = shell("rules", "test", "w.yaml", "--junit", "out/report.xml", code=1)
    assert [line.split(": ")[0] for line in done.err.splitlines()] == ["w.yaml:1:1", "w.yaml:9:11"]
    (error,) = ET.parse(shell.folder / "out" / "report.xml").getroot().findall("./testsuite/testcase/error")
    assert "w.yaml:9:11: unknown term group 'form'" in str(error.text)
    found = json.loads(shell("rules", "test", "w.yaml", "--json", code=1).out)
    assert (found["ok"], [problem["line"] for problem in found["problems"]]) == (False, [1, 9])


def test_junit_and_json_tell_the_same(shell: Shell) -> None:
    shell.write("mine/shared.yaml", SHARED)
    shell.write("mine/tesla.yaml", USES_SHARED)
    report = shell.write("report.xml", "old")
    found = json.loads(shell("rules", "test", "mine", "--json", "--junit", "report.xml", code=1).out)
    assert (found["ok"], found["tests"], found["passed"], found["failed"]) == (False, 3, 2, 1)
    (failure,) = found["failures"]
    assert (failure["file"], failure["line"], failure["test"]) == ("mine/tesla.yaml", 8, "alert 2")
    assert (failure["found"], failure["not_found"]) == ({"tesla": ["Tesla"]}, {"hall": ""})
    suites = ET.parse(report).getroot()
    assert [(suite.get("name"), suite.get("failures")) for suite in suites] == [
        ("mine/shared.yaml", "0"),
        ("mine/tesla.yaml", "1"),
    ]
    assert "cannot write" in shell("rules", "test", "mine", "--junit", "report.xml/x", code=1).err


# ── rules schema ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_schema_goes_to_standard_output_or_a_file_and_init_puts_it_beside_the_rules(shell: Shell) -> None:
    assert shell("rules", "schema").out == schema_text()
    assert shell("rules", "schema", "--output", "deep/s.json").out == ""
    assert (shell.folder / "deep" / "s.json").read_text("utf-8") == schema_text()
    shell("init", "mine")
    assert (shell.folder / "mine" / "rules" / SCHEMA_NAME).read_text("utf-8") == schema_text()


# ── check ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_check_shows_warnings_and_is_content(shell: Shell) -> None:
    shell.write("rackwatch.yaml", "sources: [{key: a, url: 'https://news.example/'}]\n")
    shell.write(
        "rules/w.yaml", RULES.replace("[Tesla]", "[Tesla, tesla]").replace("firm near place", "firm near 'data center'")
    )
    done = shell("check")
    assert [line.split(": ")[0] for line in done.err.splitlines()] == ["rules/w.yaml:4:23", "rules/w.yaml:5:3"]
    assert "all right: 1 sources, 1 rules" in done.out
    found = json.loads(shell("check", "--json").out)
    assert found["ok"] is True
    assert found["warnings"][0]["message"] == "'tesla' adds nothing: 'Tesla' finds it already"


# ── rules new ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_new_writes_a_file_that_works(shell: Shell) -> None:
    shell.write("rackwatch.yaml", "timezone: UTC\n")
    silent = "'Quoted' #1: a [lighthouse]"
    done = shell("rules", "new", "lighthouses", *LIGHTHOUSES, "--silent", silent, "--priority", "high")
    text = (shell.folder / "rules" / "lighthouses.yaml").read_text("utf-8")
    assert text.startswith(f"# yaml-language-server: $schema={SCHEMA_NAME}\nwatch: lighthouses\ntitle: Lighthouses\n")
    assert text in done.out
    assert done.out.endswith("written: rules/lighthouses.yaml; its tests pass\n")
    (rule,) = load_folder(shell.folder / "rules").rules
    assert [test.document.title for test in rule.tests] == ["Lighthouse for sale: cheap", silent]
    assert rule.priority.value == "high"
    assert "2 passed" in shell("rules", "test", "rules/lighthouses.yaml").out


def test_new_overwrites_nothing_and_takes_no_name_twice(shell: Shell) -> None:
    shell.write("rackwatch.yaml", "timezone: UTC\n")
    shell.write("rules/data-centers.yaml", RULES)
    shell.write("rules/shared.yaml", SHARED)
    for arguments, said in (
        (["data-centers", *LIGHTHOUSES], "rules/data-centers.yaml is there already"),
        (["data-centers", *LIGHTHOUSES, "--output", "rules/x.yaml"], "there is a watch 'data-centers' already"),
        (["Häuser am See", *LIGHTHOUSES], "perhaps 'hauser-am-see'"),
        (["x", *LIGHTHOUSES, "--output", "x.txt"], "must end in .yaml"),
        (["x", "--term", "/(/", "--alert", "a"], "--term: bad pattern"),
    ):
        assert said in shell("rules", "new", *arguments, code=1).err
    shell("rules", "new", "halls", "--term", "hall", "--near", "hall*", "--alert", "A hall")
    text = (shell.folder / "rules" / "halls.yaml").read_text("utf-8")
    assert "\n    when: hall_2 near hall_3\n" in text
    assert (shell.folder / "rules" / SCHEMA_NAME).exists()
    assert len(load_folder(shell.folder / "rules").rules) == 2


def test_new_outside_a_working_folder_writes_here_without_a_schema_line(shell: Shell) -> None:
    shell("rules", "new", "--title", "Lighthouses for sale", *LIGHTHOUSES)
    text = (shell.folder / "lighthouses-for-sale.yaml").read_text("utf-8")
    assert text.startswith("watch: lighthouses-for-sale\ntitle: Lighthouses for sale\n")
    assert [path.name for path in shell.folder.iterdir()] == ["lighthouses-for-sale.yaml"]


def test_new_whose_tests_fail_leaves_a_draft_that_nothing_reads(shell: Shell) -> None:
    for number in (1, 2):
        done = shell("rules", "new", "storks", "--term", "Storch", "--alert", "Der Kranich", code=1)
        name = "storks.yaml.draft" if number == 1 else "storks.yaml.draft-2"
        assert f"its own tests fail, so it is no rule yet: the text is in {name}" in done.err
        assert "because    storch was not found" in done.out
    assert sorted(path.name for path in shell.folder.iterdir()) == ["storks.yaml.draft", "storks.yaml.draft-2"]
    assert "no rule file" in shell("rules", "test", ".", code=1).err


def test_new_names_what_is_missing_where_nobody_can_be_asked(shell: Shell) -> None:
    assert "missing: NAME, --term, --alert." in shell("rules", "new", code=1).err
    assert "missing: --alert." in shell("rules", "new", "x", "--term", "a", code=1).err


def test_new_asks_until_it_understands_and_again_when_a_test_fails(shell: Shell) -> None:
    shell.monkeypatch.setattr("bot.cli.rules.new._can_ask", lambda: True)
    typed = [
        "灯塔",
        "Not a key!",
        "towers",
        "/(/",
        "灯塔, lighthouse",
        "",
        "A tower",
        "",
        "y",
        "",
        "",
        "A lighthouse",
        "",
    ]
    done = shell("rules", "new", stdin="".join(f"{line}\n" for line in typed).encode())
    assert "'Not a key!' is no name for a watch" in done.out
    assert "bad pattern" in done.out
    assert "because    lighthouse was not found" in done.out
    assert (shell.folder / "towers.yaml").read_text("utf-8").endswith("      alert:\n        - A lighthouse\n")
    done = shell("rules", "new", "x", stdin=b"x1\n", code=130)
    assert "Traceback" not in done.err
    assert not (shell.folder / "x.yaml").exists()


# ── rules match ──────────────────────────────────────────────────────────────────────────────────────────────────────

LINES = """\
{"id": 7, "title": "Tesla opens a data center", "text": null, "nonsense": {"a": [1]}}
{"id": "x\\u00e9", "title": "A shop", "date": "2023-08", "tags": ["a"], "language": "und"}

{"title": "Tesla: Rechenzentrum"}
{"id": {"a": [1.10, null]}, "text": "half \\ud83d Tesla has a data center"}
"""


@pytest.fixture
def small(shell: Shell) -> Shell:
    shell.write("mine/w.yaml", RULES)
    return shell


def test_match_answers_every_document_in_order_with_its_id_unchanged(small: Shell) -> None:
    small.write("in.jsonl", LINES)
    done = small("rules", "match", "--input", "in.jsonl", "--rules", "mine", "--json")
    assert [line.split(', "watches"')[0] for line in done.out.splitlines()] == [
        '{"id": 7',
        '{"id": "xé"',
        '{"id": null, "line": 4',
        '{"id": {"a": [1.10, null]}',
    ]
    first, second, third, fourth = done.lines
    assert (first["watches"], first["rules"]) == (["data-centers"], ["data-centers/firm-and-place"])
    assert first["reasons"] == {"data-centers/firm-and-place": "Tesla near data center"}
    assert first["evidence"][1] == {
        "rule": "data-centers/firm-and-place",
        "field": "title",
        "start": 14,
        "end": 25,
        "surface": "data center",
        "term": "data center",
        "group": "data-centers/place",
    }
    assert (second["watches"], second["rules"], second["evidence"]) == ([], [], [])
    assert third["rules"] == first["rules"]
    assert [one["start"] for one in fourth["evidence"]] == [7, 19]
    assert done.err == "in.jsonl: 1 of 4 documents have no id; their line stands for it\n"


def test_broken_lines_are_told_and_the_others_judged(small: Shell) -> None:
    lines = [
        '{"id": 1, "title": "Tesla opens a data center"}',
        '{"id": 2, "title": "',
        "[]",
        '{"id": 4, "title": 5}',
        '{"id": 5, "tags": "x"}',
        '{"id": 6, "title": NaN}',
        "[" * 100_000,
        '{"id": 8, "date": {}}',
        '{"id": ' + "9" * 5000 + "}",
        '{"id": 10}',
    ]
    content = b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b'\n{"id": 11, "title": "Gr\xf6\xdfe"}'
    small.write("in.jsonl", content)
    done = small("rules", "match", "--input", "in.jsonl", "--rules", "mine/w.yaml", "--json", code=1)
    assert [line["id"] for line in done.lines] == [1, 10]
    told = done.err.splitlines()
    assert [line.split(": ")[0].rsplit(":", 1)[0] for line in told[:9]] == [
        f"in.jsonl:{n}" for n in (*range(2, 10), 11)
    ]
    assert "in.jsonl:2:20: not valid JSON: unterminated string\n" in done.err
    assert "in.jsonl:3:1: expected an object, found a list; each line is one document" in done.err
    assert "in.jsonl:4:1: 'title' must be a text, found a number" in done.err
    assert "in.jsonl:11:24: this character is not UTF-8" in done.err
    shown = small("rules", "match", "--input", "in.jsonl", "--rules", "mine", code=1).out
    assert "2 documents, 9 broken lines: 1 matched (data-centers 1), " in shown


def test_match_lists_what_matched_for_a_person(small: Shell) -> None:
    small.write("in.jsonl", LINES)
    shown = small("rules", "match", "--input", "in.jsonl", "--rules", "mine").out.splitlines()
    assert shown[:4] == [
        "in.jsonl:1  7",
        "  [Tesla] opens a [data center]",
        "  → data-centers/firm-and-place: Tesla near data center",
        "",
    ]
    assert shown[4] == "in.jsonl:4"
    assert shown[-1].startswith("4 documents: 3 matched (data-centers 3), ")


def test_match_reads_standard_input_and_zipped_files(small: Shell) -> None:
    small.write("in.jsonl", gzip.compress(LINES.encode()))
    plain = small("rules", "match", "--input", "-", "--rules", "mine", "--json", stdin=LINES.encode())
    for arguments, stdin in ((["in.jsonl"], b""), (["-"], gzip.compress(LINES.encode()))):
        zipped = small("rules", "match", "--rules", "mine", "--json", "--input", *arguments, stdin=stdin)
        assert zipped.out == plain.out
    small.write("cut.jsonl.gz", gzip.compress(LINES.encode())[:-20])
    assert (
        "cannot be read from here on"
        in small("rules", "match", "--input", "cut.jsonl.gz", "--rules", "mine", code=1).err
    )
    assert small("rules", "match", "--input", "-", "--rules", "mine", "--json").out == ""


def test_match_takes_the_rules_of_the_working_folder_else_the_shipped(small: Shell) -> None:
    document = b'{"id": 1, "title": "Twitter closes its data center. Tesla opens a data center"}'

    def watches(*before: str) -> list[str]:
        done = small(*before, "rules", "match", "--input", "-", "--json", stdin=document)
        found: list[str] = done.lines[0]["watches"]
        return found

    assert "twitter-infrastructure" in watches()
    small.write("rackwatch.yaml", "rules: {path: mine}\nchats: {me: {id: 5}}\n")
    assert watches() == ["data-centers"]
    small.monkeypatch.chdir("/")
    assert watches("-C", str(small.folder)) == ["data-centers"]
    small.write("mine/w.yaml", RULES.replace("firm near", "form near"))
    assert "w.yaml:8:11" in small("-C", str(small.folder), "rules", "match", "--input", "-", code=1).err


def test_match_refuses_what_it_cannot_read(small: Shell) -> None:
    for name, reason in (("nowhere", "No such file or directory"), ("mine", "Is a directory")):
        done = small("rules", "match", "--rules", "mine", "--input", name, code=1)
        assert f"cannot read {name}: {reason}" in done.err
    assert "--input" in small("rules", "match", code=2).err


def test_match_into_a_closed_pipe_is_quiet(small: Shell) -> None:
    small.write("in.jsonl", '{"id": 1, "title": "Tesla opens a data center"}\n' * 3000)
    arguments = [*COMMAND, "rules", "match", "--input", "in.jsonl", "--rules", "mine", "--json"]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=small.folder)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b'{"id": 1, ')
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait(30)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_an_id_is_given_back_as_it_came(value: Any) -> None:
    line = read_line(json.dumps({"id": value, "title": "x"}).encode())
    assert (json.loads(line.id) if line.id is not None else None) == value


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    return load_folder(shipped_watches())


def test_whatever_a_line_holds_it_is_judged_or_refused(shipped: RuleSet) -> None:
    matcher = Matcher(shipped)

    @settings(max_examples=30)
    @given(
        st.dictionaries(
            st.sampled_from(["id", "title", "text", "url", "author", "language", "source", "tags", "date"]),
            st.none() | st.text() | st.integers() | st.lists(st.text()),
        )
    )
    def judged(data: dict[str, Any]) -> None:
        try:
            line = read_line(json.dumps(data).encode())
        except BadLine:
            return
        matcher.judge(line.document)

    judged()


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2023-08-17", "2023-08-17T00:00:00+00:00"),
        ("2023-08-17T12:30:00+02:00", "2023-08-17T10:30:00+00:00"),
        ("2023-08-17 12:30", "2023-08-17T12:30:00+00:00"),
        ("2023-08-17T12:30:00Z", "2023-08-17T12:30:00+00:00"),
        ("2023-08", "2023-08-01T00:00:00+00:00"),
        ("2023", "2023-01-01T00:00:00+00:00"),
        ("2023-13", None),
        ("yesterday", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_dates(written: str, date: str | None) -> None:
    found = read_line(json.dumps({"date": written}).encode()).document.date
    assert (found.isoformat() if found else None) == date
