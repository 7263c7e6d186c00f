"""A story that a chat muted: the message it has stays true, nothing new is sent; on a real archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.alerts.plan import ChatRoute
from bot.corrections import Corrections
from bot.publishers_file import load_owners
from rules import RuleSet, load_texts
from storage import Store, migrate, open_store
from storage.errors import NotFound
from storage.records import KnownMute, PassedBy, PassedOver
from tests.archives import NOW, Article, Press, deliver
from tests.world import RULES

PERSON = 7_000_000_001
RENO = "Tesla opens a data center in Reno beside the old copper mine"
ALSO = "Copper mine in Reno gets a neighbour: a Tesla data center opens"
THIRD = "Reno: Tesla data center opens at the copper mine, county confirms"
CRETE = "Tesla closes its data center on Crete after a dispute over olive groves"


@pytest.fixture
def rules() -> RuleSet:
    return load_texts({"r.yaml": RULES})


@pytest.fixture
def press(tmp_path: Path, rules: RuleSet) -> Iterator[Press]:
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        migrate.upgrade(store.database, now=NOW)
        press = Press(store, rules)
        press.open()
        press.publish(Article(source="a", title=RENO, days=3))
        yield press


@pytest.fixture
def store(press: Press) -> Store:
    return press.store


def corrections() -> Corrections:
    return Corrections(routes={"console": ChatRoute(key="console")}, owners=load_owners(None), now=NOW)


def kinds(store: Store) -> list[str]:
    return [kind for kind, _, _ in deliver(store)]


def test_a_story_that_is_not_muted_is_answered_by_its_first_confirmation(press: Press, store: Store) -> None:
    deliver(store)
    press.publish(Article(source="b", title=ALSO, days=2.9))
    assert kinds(store) == ["edit", "notice"]


def test_a_muted_story_is_edited_and_not_answered(press: Press, store: Store) -> None:
    deliver(store)
    assert store.votes.mute(1, by=PERSON, now=NOW)
    press.publish(Article(source="b", title=ALSO, days=2.9))
    assert kinds(store) == ["edit"]


def test_an_answer_that_waits_when_its_story_is_muted_is_given_up(press: Press, store: Store) -> None:
    deliver(store)
    press.publish(Article(source="b", title=ALSO, days=2.9))
    store.votes.mute(1, by=PERSON, now=NOW)
    assert kinds(store) == ["edit"]
    assert store.outbox.undelivered(limit=9) == [], "what a person gave up is no trouble"


def test_a_story_is_muted_once_and_told_again_after_an_undo(press: Press, store: Store) -> None:
    deliver(store)
    assert [store.votes.mute(1, by=PERSON, now=NOW), store.votes.mute(1, by=8, now=NOW)] == [True, False]
    assert store.votes.mutes(1) == [KnownMute(chat="console", at=NOW, by=PERSON)]
    assert store.votes.standing(1).muted
    assert [store.votes.unmute(1), store.votes.unmute(1)] == [True, False]
    press.publish(Article(source="b", title=ALSO, days=2.9))
    assert kinds(store) == ["edit", "notice"]


def test_an_alert_that_is_not_there_cannot_be_muted(store: Store) -> None:
    with pytest.raises(NotFound):
        store.votes.mute(77, by=PERSON, now=NOW)
    with pytest.raises(NotFound):
        store.votes.standing(77)


@pytest.mark.parametrize("muted", [1, 2])
def test_two_stories_of_which_one_is_muted_are_muted_as_one(press: Press, store: Store, muted: int) -> None:
    press.publish(Article(source="c", title=CRETE, days=2.95))
    deliver(store)
    store.votes.mute(muted, by=PERSON, now=NOW)
    store.stories.merge(2, 1, reason="by hand", now=NOW, retell=corrections().merged)
    deliver(store)
    press.publish(Article(source="b", title=ALSO, days=2.9))
    assert kinds(store) == ["edit"]
    assert [store.votes.standing(alert).muted for alert in (1, 2)] == [True, True]
    assert store.votes.unmute(2), "the button of the newer message speaks of the story of both"
    assert not store.votes.standing(1).muted


def test_what_leaves_a_muted_story_has_no_message(press: Press, store: Store) -> None:
    press.publish(Article(source="b", title=ALSO, days=2.9))
    deliver(store)
    store.votes.mute(1, by=PERSON, now=NOW)
    made = store.stories.split(1, [2], reason="by hand", now=NOW, retell=corrections().divided)
    assert made is not None
    assert kinds(store) == ["edit"]
    assert [report["publisher"] for report in store.outbox.alert(1).content["reports"]] == ["Alpha"]
    press.publish(Article(source="c", title=ALSO, days=0.5))
    assert kinds(store) == [], "the chat muted these articles, whatever story they are in"


def test_a_muted_story_is_in_no_digest(store: Store) -> None:
    store.votes.mute(1, by=PERSON, now=NOW)
    with store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM outbox")
        connection.exec_driver_sql("DELETE FROM alerts")
    passed = [PassedOver(chat=chat, entry=1, reason=PassedBy.NEW_RULE) for chat in ("console", "team")]
    store.passed_over.add(passed, now=NOW, facts={})
    assert [one.chat for one in store.passed_over.listed(since=NOW - timedelta(days=9), limit=9)] == ["team"]
