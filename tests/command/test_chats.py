"""`chats`: where each value comes from, who is let in and out; without a service."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.setting.values import LABELS
from bot.clock import utc_now
from storage import Store, migrate, open_store
from storage.records import Stranger
from tests.shell import Shell

CONFIG = "chats:\n  me: {id: 42, silent: true}\n  team: {id: -1001}\n"


@pytest.fixture
def store(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("RACKWATCH_TELEGRAM_TOKEN", "1:abc")
    shell.write("rackwatch.yaml", CONFIG)
    store = open_store(f"sqlite:///{tmp_path / 'rackwatch.db'}")
    migrate.upgrade(store.database, now=utc_now())
    return store


def waiting(store: Store, code: str = "ABCDEF", number: str = "77") -> None:
    assert store.people.ask(Stranger(chat_id=number, name="Anna B.", language="de"), code=code, now=utc_now()) == code


def test_each_value_is_listed_with_where_it_comes_from(shell: Shell, store: Store) -> None:
    store.people.set_override("me", "min_priority", "high", by="x", now=utc_now())
    store.people.set_override("me", "id", 5, by="x", now=utc_now())
    store.people.set_override("me", "min_priority_of_old", "x", by="x", now=utc_now())
    listed = shell("chats").out
    assert "me (operator)" in listed
    found = {one["key"]: one["settings"] for one in json.loads(shell("chats", "--json").out)}
    assert found["me"]["min_priority"] == {"value": "high", "from": "chat"}
    assert found["me"]["silent"] == {"value": True, "from": "file"}
    assert found["me"]["id"] == {"value": 42, "from": "file"}
    assert found["team"]["silent"] == {"value": False, "from": "default"}


def test_every_setting_of_the_menu_is_listed_with_what_was_set_in_the_chat(shell: Shell, store: Store) -> None:
    made = {
        "min_priority": "high",
        "quiet_hours": ["22:00-07:00", "sat-sun"],
        "urgent": False,
        "digest": ["weekly mon 08:00"],
        "silent": False,
        "preview": True,
        "language": "de",
        "timezone": "Asia/Tokyo",
        "watches": ["data-centers"],
    }
    assert set(made) == set(LABELS)
    for name, value in made.items():
        store.people.set_override("me", name, value, by="x", now=utc_now())
    (me, _) = json.loads(shell("chats", "--json").out)
    assert {name: one["value"] for name, one in me["settings"].items() if one["from"] == "chat"} == made
    listed = shell("chats").out
    for shown in ("22:00-07:00, sat-sun", "weekly mon 08:00", "Asia/Tokyo", "data-centers"):
        assert shown in listed
    assert "9 settings" in shell("chats", "reset", "me").out


def test_a_reset_lets_the_file_count_again(shell: Shell, store: Store) -> None:
    for name, value in (("silent", False), ("language", "de")):
        store.people.set_override("me", name, value, by="x", now=utc_now())
    assert "did you mean 'silent'" in shell("chats", "reset", "me", "silnt", code=1).err
    assert "1 settings" in shell("chats", "reset", "me", "silent").out
    assert [one.name for one in store.people.known().overrides] == ["language"]
    assert "1 settings" in shell("chats", "reset", "me").out
    assert "nothing" in shell("chats", "reset", "me").out
    assert "did you mean 'team'" in shell("chats", "reset", "tem", code=1).err


def test_a_chat_is_let_in_and_out(shell: Shell, store: Store) -> None:
    waiting(store)
    assert "'anna-b'" in shell("chats", "pair", "abcdef").out
    assert "anna-b" in shell("chats").out
    assert "no chat waits" in shell("chats", "pair", "ABCDEF", code=1).err
    assert "stands in rackwatch.yaml" in shell("chats", "remove", "me", code=1).err
    shell("chats", "remove", "anna-b")
    assert store.people.known().paired == ()
    shell("chats", "remove", "anna-b", code=1)


def test_a_key_of_another_chat_is_refused(shell: Shell, store: Store) -> None:
    waiting(store)
    assert "there is a chat 'team' already" in shell("chats", "pair", "ABCDEF", "--key", "team", code=1).err
    assert "is not a key" in shell("chats", "pair", "ABCDEF", "--key", "Not A Key", code=1).err
    shell("chats", "pair", "ABCDEF", "--key", "anna")
    assert [one.chat for one in store.people.known().paired] == ["anna"]


def test_a_chat_that_the_file_comes_to_name_is_the_files(shell: Shell, store: Store) -> None:
    waiting(store)
    shell("chats", "pair", "ABCDEF", "--key", "anna")
    shell.write("rackwatch.yaml", CONFIG + "  boss: {id: 77}\n")
    listed = shell("chats").out
    assert "boss" in listed
    assert "anna" not in listed


def test_an_expired_code_lets_nobody_in(shell: Shell, store: Store) -> None:
    stranger = Stranger(chat_id="77", name="Anna", language="en")
    store.people.ask(stranger, code="ABCDEF", now=utc_now() - timedelta(minutes=11))
    shell("chats", "pair", "ABCDEF", code=1)


def operators(shell: Shell) -> list[str]:
    return [one["key"] for one in json.loads(shell("chats", "--json").out) if one["operator"]]


def test_a_command_names_the_operator_chat_and_the_file_comes_first(shell: Shell, store: Store) -> None:
    waiting(store)
    assert operators(shell) == ["me"], "the first of the file"
    assert "the operator chat" in shell("chats", "pair", "ABCDEF", "--key", "anna", "--operator").out
    assert operators(shell) == ["anna"]
    shell("chats", "operator", "team")
    assert operators(shell) == ["team"]
    assert "did you mean 'anna'" in shell("chats", "operator", "ana", code=1).err
    shell("chats", "operator", "anna")
    shell("chats", "remove", "anna")
    assert operators(shell) == ["me"], "who is out is nobody's operator"
    shell.write("rackwatch.yaml", CONFIG + "operator_chat: team\n")
    waiting(store, "GHJKLM", "78")
    for command in (["operator", "me"], ["pair", "GHJKLM", "--operator"]):
        assert "rackwatch.yaml says operator_chat: team; change it there" in shell("chats", *command, code=1).err
    assert operators(shell) == ["team"]
    assert len(store.people.known().paired) == 0, "refused as a whole"


def test_without_a_chat_in_the_file_the_console_is_the_operator_until_a_chat_is(shell: Shell, store: Store) -> None:
    shell.write("rackwatch.yaml", "chats: {}\n")
    waiting(store)
    assert "rackwatch chats operator anna-b" in shell("chats", "pair", "ABCDEF").out
    assert operators(shell) == ["console"]
    shell("chats", "operator", "anna-b")
    assert operators(shell) == ["anna-b"]
    assert "console" not in shell("chats").out
    shell("chats", "operator", "console")
    assert operators(shell) == ["console"]


def test_a_paired_chat_in_operator_chat_is_told_how_to_name_it(shell: Shell, store: Store) -> None:
    waiting(store)
    shell("chats", "pair", "ABCDEF", "--key", "anna")
    shell.write("rackwatch.yaml", CONFIG + "operator_chat: anna\n")
    assert "a paired chat is named by 'rackwatch chats operator KEY', not here" in shell("chats", code=1).err
