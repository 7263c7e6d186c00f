"""The stories in memory and those in the archive are the same, whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
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
THIRD = Article(
    source="c", title="Nordkap blames a cooling pump for the outage of its Gullholm data center", text="4512.", days=0.3
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


def keeper(store: Store, window: Callable[[], timedelta] = lambda: timedelta(days=14)) -> StoryKeeper:
    return StoryKeeper(store.stories, window=window, judging=judging, clock=lambda: NOW)


def sizes(press: Press) -> list[int]:
    """How many articles each story has, the oldest first."""
    listed = press.store.stories.listed(since=NOW - timedelta(days=30), limit=9)
    return [story.articles for story in sorted(listed, key=lambda story: story.id)]


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

    (answer,) = press.store.polls.apply([PollWork(source_id=1, plan=Failing())], memory=kept)  # type: ignore[arg-type]
    assert isinstance(answer, RuntimeError)
    assert len(kept.grouper()) == 1


def test_a_person_is_heard_by_the_very_next_poll(press: Press) -> None:
    """However little time lies between: not a clock, the number of the last word says whether there is a new one."""
    press.keeper = keeper(press.store)
    press.publish(FIRST, SECOND)
    assert sizes(press) == [2]
    made = press.store.stories.split(1, [2], reason="by hand", now=NOW, retell=lambda *_: ())
    assert press.keeper.grouper().story_of(2) == 1, "nobody told the service yet"
    press.publish(Article(source="c", title="Lea Brandt leaves Nordkap's data center business", days=0.1))
    assert press.keeper.grouper().story_of(2) == made


def test_what_a_transaction_added_is_known_until_its_end_whatever_is_set_meanwhile(press: Press) -> None:
    """A window that is set anew, or a person's word, is taken up between two transactions, never within one."""
    days = count(14)
    press.keeper = keeper(press.store, window=lambda: timedelta(days=next(days)))
    press.publish_together(FIRST, SECOND)
    assert sizes(press) == [2], "the second poll of a transaction knows the article of the first"
    assert len(press.keeper.grouper()) == 2
    press.publish_together(THIRD)
    assert sizes(press) == [3]
