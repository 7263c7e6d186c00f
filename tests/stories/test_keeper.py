"""The stories in memory and those in the archive are the same, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.alerts.plan import Audience
from bot.judging import Judging, Rhythm
from bot.publishers_file import load_owners
from bot.story_keeper import StoryKeeper
from rules import Matcher, load_texts
from storage import Store, migrate, open_store
from storage.polls import PollWork
from storage.tables import signatures
from tests.archives import NOW, Article, Press
from tests.stories.articles import NOON, RULES, signed

SET = load_texts({"nordkap.yaml": RULES})
FIRST = Article(
    source="a", title="Nordkap data center outage in Gullholm: cooling pump failed", text="4512 servers.", days=0.5
)
SECOND = Article(
    source="b",
    title="Cooling failure knocks out Nordkap's data center in Gullholm",
    text="A pump, 4512 servers.",
    days=0.4,
)


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        migrate.upgrade(store.database, now=NOW)
        made = Press(store=store, rules=SET)
        made.open()
        yield made


OTHER = signed("Nordkap names a new finance chief", "Lea Brandt follows Ove Tind in May.")


def judging() -> Judging:
    none = timedelta()
    rhythm = Rhythm(default=none, floor=none, fastest=none, slowest=none, long_stop=none)
    return Judging(
        matcher=Matcher(SET),
        owners=load_owners(None),
        audience=Audience(routes=(), watch_titles={}),
        rhythm=rhythm,
        edit_gap=0,
        operator_chat="",
    )


def keeper(store: Store) -> StoryKeeper:
    return StoryKeeper(store.stories, window=lambda: timedelta(days=14), judging=judging, clock=lambda: NOW)


def test_after_a_restart_the_next_article_joins_the_same_story(press: Press) -> None:
    """Each article of the press comes to a keeper that has just begun."""
    press.publish(FIRST, SECOND)
    (story,) = press.store.stories.listed(since=NOW - timedelta(days=2), limit=9)
    assert story.articles == 2
    assert len(keeper(press.store).grouper()) == 2


def test_an_archive_without_signatures_is_signed_anew(press: Press) -> None:
    press.publish(FIRST)
    with press.store.database.write() as connection:
        assert connection.execute(sa.delete(signatures)).rowcount == 1
    (story,) = press.store.stories.listed(since=NOW - timedelta(days=2), limit=9)
    grouper = keeper(press.store).grouper()
    hours = (NOW - NOON) / timedelta(hours=1)
    assert grouper.place(signed(SECOND.title, SECOND.text, hours=hours)).story == story.id


def test_a_transaction_that_was_rolled_back_leaves_nothing(press: Press) -> None:
    press.publish(FIRST)
    kept = keeper(press.store)
    kept.grouper().add(kept.reference(), kept.reference(), OTHER)
    assert len(kept.grouper()) == 2

    class Failing:
        def stories(self, _: object) -> list[int]:
            kept.grouper().add(kept.reference(), kept.reference(), OTHER)
            raise RuntimeError("a bug")

    (answer,) = press.store.polls.apply([PollWork(source_id=1, plan=Failing())], undone=kept.undone)  # type: ignore[arg-type]
    assert isinstance(answer, RuntimeError)
    assert len(kept.grouper()) == 1
