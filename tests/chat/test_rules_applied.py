"""Apply and Restore under the answer to a rule file, '/rules restore' and its kin: what they do, and never do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat.say import Send
from bot.errors import Refused
from bot.rulesets.proposal import change_to, folder_now
from bot.rulesets.put import put_with_folder
from storage.offers import OPEN_AT_MOST
from storage.records import RulesCause
from tests.archives import NOW
from tests.chat.room import CONFIG
from tests.chat.sending import FILE, WIDER, Sending, sending
from tests.chat.shapes import GROUP, ME, MEMBER, pressed, sent, written
from tests.world import RULES

NEW = RULES.replace("watch: data-centers", "watch: second").replace("Tesla", "Twitter")


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Sending]:
    with sending(tmp_path) as made:
        yield made


# ── apply ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_apply_writes_the_file_keeps_the_old_one_and_puts_it_in_force(operator: Sending) -> None:
    operator.send(WIDER)
    before = operator.in_force()
    said = operator.press()
    assert said.startswith(f"{FILE} is in force, version {operator.in_force()}. Files changed: 1")
    assert operator.in_force() != before
    assert (operator.text(), operator.text(f"{FILE}.bak")) == (WIDER, RULES)
    assert operator.room.store.rule_sets.history(limit=1)[0].cause is RulesCause.CHAT
    assert operator.last.startswith(f"putback:{before}.")


def test_applied_twice_is_said_and_changes_nothing(operator: Sending) -> None:
    operator.send(WIDER)
    button = operator.last
    operator.press()
    after, changes = operator.files(), len(operator.room.store.rule_sets.history(limit=9))
    assert "in force already" in operator.press(button)
    assert operator.last.startswith("putback:"), "the way back is not lost"
    assert (operator.files(), len(operator.room.store.rule_sets.history(limit=9))) == (after, changes)


@pytest.mark.parametrize("what", ["the same file", "another file"])
def test_what_changed_on_the_disk_meanwhile_is_never_overwritten_silently(operator: Sending, what: str) -> None:
    operator.send(WIDER)
    button = operator.last
    edited = operator.rules / (FILE if what == "the same file" else "second.yaml")
    edited.write_text(f"{RULES if what == 'the same file' else NEW}# edited by hand\n")
    before = operator.files()
    said = operator.press()
    assert said.startswith("Files or rules have changed meanwhile.")
    assert "tests passed: " in said
    assert operator.files() == before
    assert operator.last == button, "the same file, looked at again"
    assert "is in force" in operator.press()
    assert operator.text() == WIDER
    kept = edited.with_name(f"{FILE}.bak") if what == "the same file" else edited
    assert kept.read_text().endswith("# edited by hand\n")


def test_rules_that_came_into_force_meanwhile_are_looked_at_again(operator: Sending) -> None:
    operator.send(WIDER)
    first = operator.last
    operator.send(RULES.replace("priority: high", "priority: low"), FILE)
    operator.press()
    assert operator.press(first).startswith("Files or rules have changed meanwhile.")
    assert "priority: low" in operator.text()


def test_a_mistake_that_came_into_a_neighbour_meanwhile_keeps_the_file_out(operator: Sending) -> None:
    operator.send(WIDER)
    (operator.rules / "broken.yaml").write_text("watch: [")
    assert "rules/broken.yaml:1:" in operator.press()
    assert operator.last == ""
    assert operator.text() == RULES


def test_a_file_waits_for_a_day_and_no_longer(operator: Sending) -> None:
    operator.send(WIDER)
    operator.room.later(hours=23, minutes=59)
    assert "is in force" in operator.press()
    operator.send(RULES)
    operator.room.later(hours=24)
    assert operator.press().startswith("This file is not known any more")
    assert operator.text() == WIDER


def test_a_button_means_its_own_file_also_where_more_were_sent(operator: Sending) -> None:
    operator.send(WIDER)
    first = operator.last
    operator.send(NEW, "second.yaml")
    assert operator.last != first
    operator.press(first)
    assert operator.text() == WIDER
    assert not (operator.rules / "second.yaml").exists()


def test_the_same_message_handled_again_keeps_its_number(operator: Sending) -> None:
    update = sent(FILE)
    operator.room.files["F1"] = WIDER.encode()
    operator.read(operator.room.hear(update))
    first = operator.last
    operator.read(operator.room.hear(update))
    assert operator.last == first


def test_no_more_than_the_newest_offers_are_kept(operator: Sending) -> None:
    operator.send(WIDER)
    first = operator.last
    for number in range(OPEN_AT_MOST):
        operator.send(NEW + f"# {number}\n", "second.yaml")
    assert operator.press(first).startswith("This file is not known any more")
    assert sum("offered_rules" in row for row in operator.room.rows()) <= OPEN_AT_MOST + 1  # with its sequence's row


def test_in_a_group_of_operators_a_file_is_answered_under_it_and_the_group_applies_it(tmp_path: Path) -> None:
    with sending(tmp_path, CONFIG.replace("operator_chat: me", "operator_chat: team")) as operator:
        assert operator.room.hear(sent(FILE, where=ME)) == []
        assert operator.room.hear(sent(FILE, where=GROUP, who=666)) == []
        assert operator.room.fetched == []
        update = sent(FILE, where=GROUP, who=MEMBER)
        operator.room.files["F1"] = WIDER.encode()
        (said,) = operator.room.hear(update)
        assert isinstance(said, Send)
        assert (said.chat_id, said.reply_to) == (GROUP, update["message"]["message_id"])
        operator.read([said])
        assert operator.room.hear(pressed(operator.last, where=ME)) == []
        assert "is in force" in operator.press(where=GROUP, who=MEMBER)


def test_a_folder_that_changed_in_the_last_instant_is_left_alone(operator: Sending) -> None:
    store, settings = operator.room.store, operator.room.settings
    seen = folder_now(store, settings)
    change = change_to(store, settings, seen, {FILE: WIDER}, origin="rules", cause=RulesCause.CHAT)
    (operator.rules / FILE).write_text(f"{RULES}# by hand\n")
    with pytest.raises(Refused, match="have changed meanwhile"):
        put_with_folder(store, change, operator.rules, now=NOW, instead_of=seen.texts)
    assert operator.text().endswith("# by hand\n")
    assert store.rule_sets.mark() == seen.mark


def test_help_tells_the_operator_which_files_may_be_sent(operator: Sending) -> None:
    said = operator.room.text(written("/help"))
    assert "\n/story ID: a story with its articles\n" in said
    assert "\n.yaml, .yml: send a rule file" in said
    assert ".opml" not in operator.room.text(written("/help", where=GROUP, who=MEMBER))


@pytest.mark.parametrize("data", ["apply:0", "apply:99", "apply:x", "apply:", "apply:1.2", f"apply:{'9' * 40}"])
def test_a_made_up_button_applies_nothing(operator: Sending, data: str) -> None:
    operator.send(WIDER)
    assert operator.press(data).startswith("This file is not known any more")
    assert operator.text() == RULES


def test_another_chats_people_cannot_apply(operator: Sending) -> None:
    operator.send(WIDER)
    number = int(operator.last.removeprefix("apply:"))
    offers, now = operator.room.store.offers, operator.room.at
    assert offers.find(number, chat="me", now=now) is not None
    assert offers.find(number, chat="team", now=now) is None
    for who in (ME, MEMBER, 8):
        assert operator.room.hear(pressed(operator.last, where=GROUP, who=who)) == []
    assert operator.text() == RULES


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_in_force(operator: Sending) -> None:
    operator.send(WIDER)
    before = operator.in_force()
    (operator.rules / f"{FILE}.bak").mkdir()  # root may write anywhere, but not put a file over a folder
    assert operator.press().startswith(f"Not done: cannot write rules/{FILE}")
    assert (operator.in_force(), operator.text()) == (before, RULES)


# ── back ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_restore_puts_the_old_version_back(operator: Sending) -> None:
    first = operator.in_force()
    operator.send(WIDER)
    operator.press()
    restore = operator.last
    assert operator.press().startswith(f"version {first} is in force")
    assert (operator.text(), operator.text(f"{FILE}.bak"), operator.in_force()) == (RULES, WIDER, first)
    assert "in force already" in operator.press(restore)


def test_restore_takes_an_added_file_away_again(operator: Sending) -> None:
    operator.send(NEW, "second.yaml")
    operator.press()
    operator.press()
    assert not (operator.rules / "second.yaml").exists()
    assert operator.text("second.yaml.bak") == NEW


def test_restore_looks_again_where_something_changed_meanwhile(operator: Sending) -> None:
    operator.send(WIDER)
    operator.press()
    (operator.rules / FILE).write_text(f"{WIDER}# edited by hand\n")
    said = operator.press()
    assert said.startswith("Files or rules have changed meanwhile.")
    assert operator.text().endswith("# edited by hand\n")
    assert "is in force" in operator.press()
    assert operator.text(f"{FILE}.bak").endswith("# edited by hand\n")


def test_rules_restore_asks_first(operator: Sending) -> None:
    first = operator.in_force()
    assert "There is no such version" in operator.room.text(written("/rules restore"))
    operator.send(WIDER)
    operator.press()
    for command in ("/rules restore", f"/rules restore {first}", f"/rules restore {first[:4].upper()}"):
        said = operator.read(operator.room.hear(written(command)))
        assert said.startswith(f"version {first} ")
        assert "+0 −2 alerts in 30 days" in said
        assert operator.text() == WIDER
    operator.press()
    assert operator.text() == RULES
    for unknown in ("zzzz", "f", "%"):
        assert "There is no such version" in operator.room.text(written(f"/rules restore {unknown}"))


@pytest.mark.parametrize("data", ["putback:", "putback:x", f"putback:{'0' * 12}.1.{'0' * 16}", f"putback:{'0' * 12}"])
def test_a_made_up_version_restores_nothing(operator: Sending, data: str) -> None:
    assert "There is no such version" in operator.press(data)


def test_rules_history_tells_what_was_in_force(operator: Sending) -> None:
    first = operator.in_force()
    operator.send(WIDER)
    operator.press()
    lines = operator.room.text(written("/rules history")).splitlines()
    assert lines[1].startswith(f"● <code>{operator.in_force()}</code>")
    assert lines[1].endswith("chat · +0 −0 ~1")
    assert lines[2].startswith(f"○ <code>{first}</code>")


def test_members_may_read_the_report_and_nothing_of_the_history(operator: Sending) -> None:
    room = operator.room
    room.store.votes.cast(1, 7, +1, now=room.at)
    report = room.text(written("/rules report", where=GROUP, who=MEMBER))
    assert "<b>Rules and votes</b>, last 365d" in report
    assert "data-centers/firm-and-place" in report
    assert "alerts: 1 · 👍 1 👎 0\nwanted 100 % (95 %: 21–100 %)" in report
    assert "How far back?" in room.text(written("/rules report yesterday", where=GROUP, who=MEMBER))
    for command in ("/rules history", "/rules restore", "/rules restore abcd"):
        assert "Write: /rules, /rules show" in room.text(written(command, where=GROUP, who=MEMBER))
        assert "/rules history" not in room.text(written(command, where=GROUP, who=8))
