"""Stories that nobody was alerted of: held for more publishers, as the rules in force see them; passed over."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.rulesets.candidate import read_folder
from bot.rulesets.first import first_rules
from bot.rulesets.put import Change, put_in_force
from bot.settings import load_settings
from storage import Store, migrate, open_store
from storage.records import RulesCause
from tests.archives import NOW, Article, Press
from tests.shell import Done, Shell
from tests.world import RULES, Folder

TWO = RULES.replace("    priority: high\n", "    priority: high\n    notify: {publishers: 2}\n")
HELD = Article(source="a", title="Tesla opens a data center in Reno beside the old copper mine", days=3.0)
SECOND = Article(source="c", title="Copper mine in Reno gets a neighbour: a Tesla data center opens", days=2.8)
OTHER = Article(source="c", title="Tesla closes its data center on Crete after a dispute over olive groves", days=1.0)


@pytest.fixture
def store(folder: Folder) -> Iterator[Store]:
    folder.write("rules/data-centers.yaml", TWO)
    folder.configure(sources=[{"key": key, "url": f"https://{key}.example/"} for key in "abc"])
    settings = load_settings(folder.path, environment={})
    with open_store(settings.storage_url) as made:
        migrate.upgrade(made.database, now=NOW)
        first_rules(made, settings, now=NOW - timedelta(days=40))
        yield made


@pytest.fixture
def press(store: Store, folder: Folder) -> Press:
    made = Press(store, read_folder(folder.path / "rules").rules)
    made.open(baseline=("b",))
    return made


@pytest.fixture
def rackwatch(
    store: Store, folder: Folder, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Done]:
    del store  # only made before
    shell = Shell(folder.path, monkeypatch, capfdbinary)
    return lambda *arguments, code=0: shell("-C", str(folder.path), *arguments, code=code)


def shown(done: Done) -> Any:
    return json.loads(done.out)


def test_a_story_that_waits_for_a_second_publisher_is_shown_as_held(
    press: Press, rackwatch: Callable[..., Done]
) -> None:
    press.publish(HELD)
    line = "held: 1 of 2 publishers"
    assert line in rackwatch("stories", "list").out
    assert line in rackwatch("stories", "show", "1").out
    assert line in rackwatch("archive", "search", "copper").out
    held = [{"chat": "console", "publishers": 1, "of": 2}]
    assert shown(rackwatch("stories", "list", "--json"))[0]["held"] == held
    assert shown(rackwatch("stories", "show", "1", "--json"))["held"] == held
    assert shown(rackwatch("archive", "search", "copper", "--json"))[0]["held"] == held


def test_the_second_publisher_frees_it(press: Press, rackwatch: Callable[..., Done]) -> None:
    press.publish(HELD, SECOND)
    (story,) = shown(rackwatch("stories", "list", "--json"))
    assert (story["alerts"], story["held"]) == ("A1", [])
    assert "held" not in rackwatch("archive", "search", "copper").out


def test_rules_that_wait_no_more_hold_nothing(
    press: Press, store: Store, folder: Folder, rackwatch: Callable[..., Done]
) -> None:
    press.publish(HELD)
    folder.write("rules/data-centers.yaml", RULES)
    change = Change(
        rules=read_folder(folder.path / "rules").rules,
        before=None,
        after=store.rule_sets.mark(),
        cause=RulesCause.APPLY,
    )
    assert put_in_force(store, change, now=NOW)
    assert "held" not in rackwatch("stories", "show", "1").out


def test_each_chat_is_named_where_not_all_wait(press: Press, folder: Folder, rackwatch: Callable[..., Done]) -> None:
    press.publish(HELD)
    folder.configure(
        chats={"all": {"kind": "console"}, "low": {"kind": "console", "watches": ["elsewhere"]}},
    )
    assert "held: 1 of 2 publishers (all)" in rackwatch("stories", "show", "1").out


def test_what_a_first_look_brings_is_held_before_it_is_passed_over(
    press: Press, rackwatch: Callable[..., Done]
) -> None:
    press.publish(Article(source="b", title=HELD.title, days=2.0, dated=False))
    assert "held: 1 of 2 publishers" in rackwatch("stories", "show", "1").out
    assert shown(rackwatch("stories", "list", "--passed-over", "--json")) == []


def test_a_story_says_that_it_was_passed_over(store: Store, folder: Folder, rackwatch: Callable[..., Done]) -> None:
    folder.write("rules/data-centers.yaml", RULES)
    press = Press(store, read_folder(folder.path / "rules").rules)
    press.open(baseline=("b",))
    press.publish(OTHER, Article(source="b", title=HELD.title, days=2.0, dated=False))
    said = rackwatch("stories", "show", "2").out
    assert "passed over for chat 'console': first sight of Beta; a digest will tell it" in said
    assert shown(rackwatch("stories", "show", "2", "--json"))["passed_over"][0]["reason"] == "first sight"
    assert shown(rackwatch("stories", "show", "1", "--json"))["passed_over"] == []
    assert "to come" in rackwatch("stories", "list", "--passed-over").out
