"""`stories split`, `stories merge` and `explain story`: a person's word on what belongs together, on a real archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.judging import Judging
from bot.rulesets.first import first_rules
from bot.settings import load_settings
from bot.story_keeper import StoryKeeper
from storage import Store, migrate, open_store
from tests.archives import NOW, Article, Press
from tests.shell import Done, Shell
from tests.world import RULES, Folder

ARTICLES = (
    Article(source="a", title="Tesla opens a data center in Reno beside the old copper mine", days=3.0),
    Article(source="b", title="Copper mine in Reno gets a neighbour: a Tesla data center opens", days=2.9),
    Article(source="c", title="Tesla closes its data center on Crete after a dispute over olive groves", days=1.0),
)


@pytest.fixture
def store(folder: Folder) -> Iterator[Store]:
    folder.write("rules/data-centers.yaml", RULES)
    folder.configure(sources=[{"key": key, "url": f"https://{key}.example/"} for key in "abc"])
    settings = load_settings(folder.path, environment={})
    with open_store(settings.storage_url) as made:
        migrate.upgrade(made.database, now=NOW)
        rules = first_rules(made, settings, now=NOW - timedelta(days=40)).candidate.rules
        press = Press(made, rules)
        press.open()
        press.publish(*ARTICLES)
        yield made


@pytest.fixture
def rackwatch(
    store: Store, folder: Folder, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Done]:
    del store  # only made before
    shell = Shell(folder.path, monkeypatch, capfdbinary)
    return lambda *arguments, code=0: shell("-C", str(folder.path), *arguments, code=code)


def stories(store: Store) -> dict[int, list[int]]:
    """Articles by story."""
    listed = store.stories.listed(since=NOW - timedelta(days=30), limit=100)
    found = {story.id: store.stories.shown(story.id) for story in listed}
    return {number: [article.id for article in story.articles] for number, story in found.items() if story}


def alerts(store: Store) -> dict[int, dict[str, Any]]:
    return {alert.id: dict(alert.content) for alert in store.outbox.alerts(limit=10)}


def read_again(store: Store) -> StoryKeeper:
    """What a service knows after a start."""

    def unasked() -> Judging:
        raise AssertionError("every article of this archive has a signature")

    return StoryKeeper(store.stories, window=lambda: timedelta(days=14), judging=unasked, clock=lambda: NOW)


def test_two_reports_of_one_event_and_another_event(store: Store) -> None:
    assert stories(store) == {1: [1, 2], 2: [3]}


def test_why_an_article_is_in_its_story_is_shown(rackwatch: Callable[..., Done]) -> None:
    said = rackwatch("explain", "story", "1").out
    assert "first article of the story" in said
    assert "the same event as Alpha" in said
    assert "copper" in said.casefold()


def test_a_split_makes_a_story_of_its_own_and_a_service_follows(store: Store, rackwatch: Callable[..., Done]) -> None:
    rackwatch("stories", "split", "1", "2")
    assert stories(store) == {1: [1], 2: [3], 3: [2]}
    grouper = read_again(store).grouper()
    assert [grouper.story_of(article) for article in (1, 2, 3)] == [1, 3, 2]
    assert [one.kind for one in store.stories.corrections()] == ["apart"]


@pytest.mark.parametrize("articles", [["3"], ["1", "2"], ["99"]])
def test_a_split_that_makes_no_sense_changes_nothing(
    store: Store, rackwatch: Callable[..., Done], articles: list[str]
) -> None:
    before = stories(store)
    assert "stories show 1" in " ".join(rackwatch("stories", "split", "1", *articles, code=1).err.split())
    assert stories(store) == before


def test_a_merge_keeps_the_older_and_both_messages_say_so(store: Store, rackwatch: Callable[..., Done]) -> None:
    rackwatch("stories", "merge", "2", "1")
    assert stories(store) == {1: [1, 2, 3]}
    told = alerts(store)
    assert told[1]["tells_of"] == [2]
    assert told[2]["told_in"] == 1
    assert len(told[1]["reports"]) == 3
    assert [
        delivery.kind.value for delivery in store.outbox.ready(now=NOW + timedelta(days=1), busy=(), only=("console",))
    ]
    rackwatch("stories", "merge", "2", "1", code=1)


def test_what_was_merged_is_one_story_after_a_start(store: Store, rackwatch: Callable[..., Done]) -> None:
    rackwatch("stories", "merge", "1", "2")
    assert [read_again(store).grouper().story_of(article) for article in (1, 2, 3)] == [1, 1, 1]


@pytest.mark.parametrize(("numbers", "says"), [(("1", "1"), "itself"), (("1", "77"), "no story 77")])
def test_a_merge_that_makes_no_sense_is_refused(
    rackwatch: Callable[..., Done], numbers: tuple[str, str], says: str
) -> None:
    assert says in rackwatch("stories", "merge", *numbers, code=1).err
