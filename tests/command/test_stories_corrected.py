"""`stories split`, `stories merge` and `explain story`: a person's word on what belongs together, on a real archive."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.judging import Judging
from bot.rulesets.first import first_rules
from bot.settings import load_settings
from bot.story_keeper import StoryKeeper
from storage import Store, migrate, open_store
from tests.archives import NOW, Article, Press, deliver
from tests.shell import Done, Shell
from tests.world import RULES, Folder

ARTICLES = (
    Article(source="a", title="Tesla opens a data center in Reno beside the old copper mine", days=3.0),
    Article(source="b", title="Copper mine in Reno gets a neighbour: a Tesla data center opens", days=2.9),
    Article(source="c", title="Tesla closes its data center on Crete after a dispute over olive groves", days=1.0),
)


@pytest.fixture
def press(folder: Folder) -> Iterator[Press]:
    folder.write("rules/data-centers.yaml", RULES)
    folder.configure(sources=[{"key": key, "url": f"https://{key}.example/"} for key in "abc"])
    settings = load_settings(folder.path, environment={})
    with open_store(settings.storage_url) as made:
        migrate.upgrade(made.database, now=NOW)
        rules = first_rules(made, settings, now=NOW - timedelta(days=40)).candidate.rules
        press = Press(made, rules)
        press.open()
        press.publish(*ARTICLES)
        yield press


@pytest.fixture
def store(press: Press) -> Store:
    return press.store


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


def publishers(alert: dict[str, Any]) -> list[str]:
    return [report["publisher"] for report in alert["reports"]]


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


def test_a_merge_finds_the_first_among_the_articles_of_both(
    press: Press, store: Store, rackwatch: Callable[..., Done]
) -> None:
    late = Article(source="c", title="Tesla buys a data center on Malta", days=0.5, late=timedelta(days=4))
    press.publish(late)
    assert stories(store) == {1: [1, 2], 2: [3], 3: [4]}
    rackwatch("stories", "merge", "3", "1")
    told = alerts(store)[1]
    assert (told["voices"], told["first"]["publisher"]) == (3, "Gamma")


def test_a_story_says_what_went_into_it_and_why(rackwatch: Callable[..., Done]) -> None:
    rackwatch("stories", "merge", "2", "1")
    assert "Story 2 went into it: put there by a person" in rackwatch("explain", "story", "1").out
    assert json.loads(rackwatch("stories", "show", "1", "--json").out)["absorbed"] == [[2, "put there by a person"]]


def test_what_was_merged_is_one_story_after_a_start(store: Store, rackwatch: Callable[..., Done]) -> None:
    rackwatch("stories", "merge", "1", "2")
    assert [read_again(store).grouper().story_of(article) for article in (1, 2, 3)] == [1, 1, 1]


@pytest.mark.parametrize(("numbers", "says"), [(("1", "1"), "itself"), (("1", "77"), "no story 77")])
def test_a_merge_that_makes_no_sense_is_refused(
    rackwatch: Callable[..., Done], numbers: tuple[str, str], says: str
) -> None:
    assert says in rackwatch("stories", "merge", *numbers, code=1).err


# ── what the messages say then ───────────────────────────────────────────────────────────────────────────────────────


def test_the_message_of_a_divided_story_drops_what_left_and_that_has_its_own_without_a_bell(
    store: Store, rackwatch: Callable[..., Done]
) -> None:
    assert deliver(store) == [("message", 1, False), ("notice", 1, False), ("message", 2, False)]
    rackwatch("stories", "split", "1", "2")
    assert deliver(store) == [("message", 3, True), ("edit", 1, False)]
    told = alerts(store)
    assert (publishers(told[1]), told[1]["voices"], told[1]["moved_to"]) == (["Alpha"], 1, [3])
    assert (publishers(told[3]), told[3]["voices"], told[3]["moved_from"]) == (["Beta"], 1, 1)
    assert (told[1]["title"]["text"], told[3]["title"]["text"]) == (ARTICLES[0].title, ARTICLES[1].title)
    assert told[3]["title"]["spans"], "the words that matched are marked"


def test_the_next_article_of_what_left_edits_its_own_message(
    press: Press, store: Store, rackwatch: Callable[..., Done]
) -> None:
    deliver(store)
    rackwatch("stories", "split", "1", "2")
    deliver(store)
    press.publish(Article(source="c", title=ARTICLES[1].title, days=0.5))
    assert [publishers(alert) for alert in alerts(store).values()] == [["Beta", "Gamma"], ["Gamma"], ["Alpha"]]
    assert [kind for kind, _, _ in deliver(store)] == ["edit", "notice"], "its first confirmation, and no new message"


def test_a_message_whose_headline_left_has_another(store: Store, rackwatch: Callable[..., Done]) -> None:
    rackwatch("stories", "split", "1", "1")
    told = alerts(store)
    assert (told[1]["title"]["text"], publishers(told[1])) == (ARTICLES[1].title, ["Beta"])
    assert (told[3]["title"]["text"], publishers(told[3])) == (ARTICLES[0].title, ["Alpha"])
    listed = {story.id: story.title for story in store.stories.listed(since=NOW - timedelta(days=30), limit=9)}
    assert (listed[1], listed[3]) == (ARTICLES[1].title, ARTICLES[0].title)


def test_what_nobody_was_sent_yet_rings_a_bell_of_its_own(store: Store, rackwatch: Callable[..., Done]) -> None:
    rackwatch("stories", "split", "1", "2")
    assert ("message", 3, False) in deliver(store)


def test_what_was_merged_and_is_divided_again_has_its_old_message_again(
    store: Store, rackwatch: Callable[..., Done]
) -> None:
    before = alerts(store)
    rackwatch("stories", "merge", "1", "2")
    deliver(store)
    rackwatch("stories", "split", "1", "3")
    assert sorted(deliver(store)) == [("edit", 1, False), ("edit", 2, False)]
    told = alerts(store)
    assert told == {1: before[1] | {"moved_to": [2]}, 2: before[2]}
    assert [alert.story_id for alert in store.outbox.alerts(limit=9)] == [3, 1]


def test_a_message_all_of_whose_reports_leave_goes_along(
    press: Press, store: Store, rackwatch: Callable[..., Done]
) -> None:
    press.publish(Article(source="c", title="Beside the old copper mine in Reno Tesla opens next week", days=2.8))
    assert stories(store) == {1: [1, 2, 4], 2: [3]}
    before = alerts(store)
    rackwatch("stories", "split", "1", "1", "2")
    assert alerts(store) == before
    assert {alert.id: alert.story_id for alert in store.outbox.alerts(limit=9)} == {1: 3, 2: 2}


def test_what_was_told_to_nobody_gets_no_message(press: Press, store: Store, rackwatch: Callable[..., Done]) -> None:
    press.publish(Article(source="c", title="Beside the old copper mine in Reno Tesla opens next week", days=2.8))
    before = alerts(store)
    rackwatch("stories", "split", "1", "4")
    assert alerts(store) == before
