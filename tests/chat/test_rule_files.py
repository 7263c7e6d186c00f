"""A rule file sent by the operator: what is answered, and that nothing is changed by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.rulesets.proposal import MOST_BYTES
from rules import shipped_watches
from tests.chat.room import CONFIG
from tests.chat.sending import FILE, WIDER, Sending, sending
from tests.chat.shapes import GROUP, MEMBER, sent
from tests.world import RULES

NEW = RULES.replace("watch: data-centers", "watch: second").replace("Tesla", "Twitter")
FAILING = RULES.replace("Tesla opens a shop", "Tesla opens another data center")


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Sending]:
    with sending(tmp_path) as made:
        yield made


# ── the look ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_is_answered_with_check_tests_and_plan_and_a_button(operator: Sending) -> None:
    before = operator.files()
    said = operator.send(WIDER)
    assert said.splitlines()[0] == f"{FILE} (takes the place of the old one): no mistakes; tests passed: 2."
    assert "+2 −0 alerts in 30 days" in said
    assert "~ data-centers/firm-and-place (terms)" in said
    assert "+ Twitter cools a data center with <sea> water (Gamma, " in said
    assert operator.last.startswith("apply:")
    assert operator.files() == before, "looking changes nothing"


def test_a_lost_alert_says_why(operator: Sending) -> None:
    said = operator.send(
        RULES.replace("any: [Tesla]", "any: [Twitter]").replace('["Tesla opens a data', '["Twitter data')
    )
    assert "+2 −1 alerts" in said
    assert "− Tesla opens a data center in Reno (Alpha, " in said
    assert "firm" in said.splitlines()[-1]


def test_a_new_file_is_added(operator: Sending) -> None:
    said = operator.send(NEW, "second.yml")
    assert "second.yml (a new file): no mistakes; tests passed: 4." in said
    assert "+ second/firm-and-place" in said


def test_every_mistake_is_said_with_its_place_and_there_is_no_button(operator: Sending) -> None:
    said = operator.send(RULES.replace("firm near place", "firma near plase"))
    assert said.splitlines()[0] == f"{FILE}: mistakes. Nothing was changed."
    assert f"rules/{FILE}:8:11: unknown term group 'firma' (did you mean 'firm'?)" in said
    assert f"rules/{FILE}:8:22: unknown term group 'plase' (did you mean 'place'?)" in said
    assert operator.last == ""
    assert str(operator.room.settings.folder) not in said


def test_failing_tests_are_said_beside_the_plan_and_there_is_no_button(operator: Sending) -> None:
    said = operator.send(FAILING)
    assert "tests or settings do not agree with it. Nothing was changed." in said
    assert f"rules/{FILE}:12:16: expected silence of data-centers/firm-and-place, it alerted" in said
    assert "No rule changes." in said
    assert operator.last == ""


def test_a_chat_that_follows_a_watch_that_goes_is_said(tmp_path: Path) -> None:
    with sending(tmp_path, CONFIG.replace("admins: [8]", "admins: [8], watches: [data-centers]")) as operator:
        said = operator.send(RULES.replace("watch: data-centers", "watch: renamed"))
        assert "rackwatch.yaml:4:" in said
        assert "chat 'team' follows the unknown watch 'data-centers'" in said
        assert operator.last == ""


def test_a_file_with_the_same_shared_terms_as_another_is_judged_with_its_neighbours(operator: Sending) -> None:
    (operator.rules / "shared.yaml").write_text("terms:\n  firm: {any: [Tesla]}\n")
    assert "duplicate term group 'firm'" in operator.send(RULES)


def test_what_is_in_force_already_is_said(operator: Sending) -> None:
    assert operator.send(RULES) == f"{FILE}: in force already, version {operator.in_force()}."
    assert operator.last == ""


def test_a_long_plan_is_cut_to_one_message_and_what_is_left_is_counted(operator: Sending) -> None:
    rules = "".join(f"  - name: rule-{number}\n    when: firm near place\n" for number in range(40))
    said = operator.send(WIDER + rules)
    assert "… and 29 more" in said
    for name in ("shared-terms", "tesla-data-centers", "twitter-infrastructure"):
        operator.send((shipped_watches() / f"{name}.yaml").read_bytes(), f"{name}.yaml")


def test_warnings_are_said_as_check_says_them_and_keep_nothing_out(operator: Sending) -> None:
    rule = "  - name: old\n    when: firm near place and source:nowhere\n    until: 2020-01-01\n"
    said = operator.send(RULES + rule).partition("\nWarnings\n")[2]
    assert f"rules/{FILE}:13:5: warning: the rule 'data-centers/old' judges nothing that is published now" in said
    assert "asks for source:nowhere, which no source has" in said
    assert operator.last.startswith("apply:")


def test_edits_that_wait_in_the_folder_are_named_since_they_come_along(operator: Sending) -> None:
    assert "not in force" not in operator.send(WIDER)
    (operator.rules / "second.yaml").write_text(NEW)
    said = operator.send(WIDER)
    assert "In the folder stand edits that are not in force: second.yaml. They come along" in said
    assert "+ second/firm-and-place" in said


def test_the_answer_is_german_where_the_chat_is(tmp_path: Path) -> None:
    with sending(tmp_path, CONFIG.replace("{id: 42}", "{id: 42, language: de}")) as operator:
        assert "Gegenüber den geltenden Regeln: +2 −0 Meldungen in 30 Tagen" in operator.send(WIDER)
        empty = f"rules/{FILE}:1:1: the file is empty (a rule file begins with 'watch:')"
        assert operator.send("") == f"{FILE}: Fehler. Nichts wurde geändert.\n{empty}"


# ── hostile files ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01\x02" * 50, "the control character U+0000 is not allowed"),
        (bytes(range(256)), "rules/data-centers.yaml:"),
        (RULES.encode("utf-16"), "rules/data-centers.yaml:1:1: this character is not UTF-8 (save the file as UTF-8)"),
        (b"a: &a [x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\n", "is a YAML anchor, which is not used here"),
        (b"[" * 200_000, "nested too deeply"),
        (b"--- !!python/object:os.system x", "is a YAML tag"),
        (RULES.replace("[Tesla]", "['/(.*.*.*.*.*.*.*.*)*x{900}/']").encode(), "the pattern could be slow"),
        (RULES.replace("[Tesla]", "['/(a{1,900}){1,900}/']").encode(), "bad pattern"),
        (RULES.replace("firm near place", "(" * 9_000 + "firm" + ")" * 9_000).encode(), "nested deeper than 50"),
        ("watch: \ud800".encode("utf-8", "surrogatepass"), "this character is not UTF-8"),
    ],
)
def test_a_hostile_file_is_answered_with_its_mistake_and_changes_nothing(
    operator: Sending, content: bytes, said: str
) -> None:
    before = operator.files()
    assert said in operator.send(content)
    assert operator.last == ""
    assert operator.files() == before


@pytest.mark.parametrize(
    "name",
    [
        "../a.yaml", "a/b.yaml", "a\\b.yaml", ".a.yaml", "a.yaml\n", "a\nb.yaml", "a b.yaml", "a\u202eb.yaml", "..yaml",
        "~.yaml", f"{'a' * 120}.yaml", "a.YAML", "tesla (1).yaml", "a:b.yml",
    ],
)  # fmt: skip
def test_a_strange_name_is_refused_and_the_file_is_not_even_fetched(operator: Sending, name: str) -> None:
    before = operator.files()
    assert operator.send(WIDER, name).startswith("This name is not taken")
    assert operator.room.fetched == []
    assert operator.files() == before


def test_letters_of_every_script_are_a_name(operator: Sending) -> None:
    assert "räder_2.特斯拉.yaml (a new file)" in operator.send(NEW, "räder_2.特斯拉.yaml")


def test_a_file_in_a_folder_below_is_found_by_its_name(operator: Sending) -> None:
    (operator.rules / "more").mkdir()
    (operator.rules / "more" / "second.yaml").write_text(NEW)
    assert "more/second.yaml (takes the place of the old one)" in operator.send(NEW + "# an edit\n", "second.yaml")
    (operator.rules / "second.yaml").write_text(NEW)
    assert operator.send(NEW, "second.yaml").startswith("Several rule files are named second.yaml")


def test_a_file_that_is_too_large_is_not_fetched_where_it_says_so_and_refused_where_not(operator: Sending) -> None:
    said = f"{FILE} is too large: at most 500 kB are taken."
    assert operator.send(b"#", size=100_000_000) == said
    assert operator.room.fetched == []
    assert operator.send(b"#" * (MOST_BYTES + 1), size=None) == said
    assert "in force already" in operator.send(RULES, size=None)


def test_a_file_that_telegram_does_not_hand_out_is_asked_for_again(operator: Sending) -> None:
    said = operator.read(operator.room.hear(sent(FILE, file_id="gone")))
    assert said == f"Telegram did not hand out {FILE}. Please send it again."


def test_other_files_are_answered_to_the_operator_in_private_only(operator: Sending) -> None:
    assert operator.send(b"x", "photo.jpg").startswith("Send a rule file")
    assert operator.room.fetched == []
    assert operator.room.hear(sent("photo.jpg", where=GROUP, who=MEMBER)) == []
    assert operator.room.hear(sent("photo.jpg", where=666)) == []


def test_the_caption_of_a_file_is_nothing(operator: Sending) -> None:
    assert "in force already" in operator.send(RULES, caption="/rules restore")
