"""A story as its readers see it, poll after poll: real rules, real plans, a real archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.alerts.content import AlertContent
from bot.judging import Judging
from bot.story_keeper import StoryKeeper
from rules import load_texts
from storage import migrate, open_store
from storage.records import OutboxKind
from tests.archives import NOW, Article, Press, arrived, deliver
from tests.stories.articles import RULES

FILES = {
    "nordkap.yaml": RULES,
    "shared.yaml": "terms:\n  denial: {any: [denies, correction, dementiert]}\n",
}


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        migrate.upgrade(store.database, now=NOW)
        made = Press(store=store, rules=load_texts(FILES))
        made.open()
        yield made


def keeper(press: Press, *, window: timedelta) -> StoryKeeper:
    def unasked() -> Judging:
        raise AssertionError("every article of this archive has a signature")

    return StoryKeeper(press.store.stories, window=lambda: window, judging=unasked, clock=lambda: NOW)


def told(press: Press) -> AlertContent:
    """The one alert, as it stands."""
    (alert,) = press.store.outbox.alerts(limit=9)
    return AlertContent.from_json(alert.content)


CITES_BY_LINK = Article(
    source="a",
    title="Nordkap data center outage in Gullholm: cooling pump failed",
    text="4512 servers.",
    days=0.5,
    links=("https://electrek.co/2026/03/10/nordkap-pump-fails-in-gullholm/",),
)
SECOND = Article(
    source="b",
    title="Cooling failure knocks out Nordkap's data center in Gullholm",
    text="A pump, 4512 servers: an outage.",
    days=0.4,
)
THIRD = Article(
    source="c",
    title="Nordkap blames a cooling pump for the outage of its Gullholm data center",
    text="4512 servers stood still.",
    days=0.3,
)


def test_who_was_first_by_a_link_is_first_when_the_next_article_comes(press: Press) -> None:
    """Links are not kept with an article's text; that it cites is."""
    for number, article in enumerate((CITES_BY_LINK, SECOND, THIRD), start=1):
        press.publish(article)
        content = told(press)
        assert len(content.reports) == number
        assert content.first is not None, article.title
        assert (content.first.publisher, content.first.how) == ("Electrek", "cited by others")


def test_two_told_stories_that_turn_out_to_be_one_count_voices_and_find_the_first_anew(press: Press) -> None:
    """The earliest report is that of the newer message, which came late."""
    press.keeper = keeper(press, window=timedelta())
    press.publish(SECOND, replace(THIRD, late=timedelta(hours=5)))
    assert len(press.store.outbox.alerts(limit=9)) == 2, "without a window each article is a story"
    press.keeper = keeper(press, window=timedelta(days=14))
    press.publish(replace(CITES_BY_LINK, source="b", links=(), days=0.1))
    newer, older = (AlertContent.from_json(one.content) for one in press.store.outbox.alerts(limit=9))
    assert (newer.told_in, older.tells_of) == (1, (2,))
    assert older.voices == 2
    assert older.first is not None
    assert (older.first.publisher, older.first.lead) == ("Gamma", 156)


# ── a publisher's own word on its article ────────────────────────────────────────────────────────────────────────────


def edited(article: Article, title: str, *, days: float = 0.1) -> Article:
    """A later wording of the article."""
    return replace(article, title=title, days=days)


FIRST = replace(CITES_BY_LINK, links=(), guid="first")
DENIED = edited(FIRST, "Correction: Nordkap had no such thing in Gullholm")


def answers(press: Press) -> list[str]:
    """The headlines of the answers that left."""
    deliver(press.store)
    return [
        delivery.content["reply"]["headline"]
        for alert in press.store.outbox.alerts(limit=9)
        for delivery in alert.deliveries
        if delivery.kind is OutboxKind.NOTICE
    ]


def test_an_article_that_is_edited_into_a_denial_is_answered_once(press: Press) -> None:
    """No rule need match the new headline."""
    press.publish(FIRST)
    deliver(press.store)
    press.publish(DENIED)
    assert answers(press) == ["Denied or corrected"]
    press.publish(edited(FIRST, "Correction, once more: Nordkap had no such thing", days=0.05))
    assert answers(press) == ["Denied or corrected"]
    assert told(press).denied
    (alert,) = press.store.outbox.alerts(limit=9)
    assert [one.content["reply"]["title"] for one in alert.deliveries if "reply" in one.content] == [DENIED.title]


def test_any_other_edit_answers_nobody(press: Press) -> None:
    press.publish(FIRST)
    press.publish(edited(FIRST, f"Update: {FIRST.title}"))
    press.publish(replace(FIRST, text="A correction of the text: 4513 servers.", days=0.05))
    assert answers(press) == []


def test_an_edit_of_an_article_that_began_with_a_denial_answers_nobody(press: Press) -> None:
    denial = replace(FIRST, title="Nordkap denies outage of its Gullholm data center")
    press.publish(denial)
    press.publish(edited(denial, "Nordkap denies outage of its data center in Gullholm"))
    assert answers(press) == []


def test_a_denial_by_edit_alerts_nobody_of_what_was_not_told(press: Press) -> None:
    """Its article came with the first look at its source."""
    press.publishers = {"d": "Delta"}
    press.open(baseline=("d",))
    old = replace(FIRST, source="d", dated=False)
    press.publish(old)
    press.publish(edited(old, DENIED.title))
    assert press.store.outbox.alerts(limit=9) == []


def test_a_later_denial_of_another_voice_is_not_answered_again(press: Press) -> None:
    press.publish(FIRST, DENIED)
    press.publish(replace(SECOND, title="Nordkap denies outage of its Gullholm data center: no pump failed", days=0.05))
    assert "Denied or corrected" in answers(press)
    assert answers(press).count("Denied or corrected") == 1


# ── at most one edit a minute ────────────────────────────────────────────────────────────────────────────────────────

BEGAN = NOW - timedelta(days=FIRST.days)


def seconds(article: Article, after: float) -> Article:
    """The article, published so many seconds after the first."""
    return replace(article, days=FIRST.days - after / 86_400)


@pytest.fixture
def paced(press: Press) -> Press:
    """The first report's message has left; an edit may follow a minute later."""
    press.edit_gap = 60
    press.publish(FIRST)
    assert deliver(press.store, now=BEGAN) == [("message", 1, False)]
    return press


def edits(press: Press, *, after: float) -> list[int]:
    """How many reports each edit shows that leaves by so many seconds after the first message."""
    sent = deliver(press.store, now=BEGAN + timedelta(seconds=after))
    return [len(told(press).reports) for kind, _, _ in sent if kind == "edit"]


def test_two_voices_of_one_moment_make_one_edit(paced: Press) -> None:
    paced.publish_together(seconds(SECOND, 10), seconds(THIRD, 10))
    assert edits(paced, after=59) == []
    assert edits(paced, after=60) == [3]
    assert edits(paced, after=600) == []


def test_two_voices_ten_seconds_apart_make_one_edit(paced: Press) -> None:
    paced.publish(seconds(SECOND, 10))
    assert edits(paced, after=15) == []
    paced.publish(seconds(THIRD, 20))
    assert edits(paced, after=59) == []
    assert edits(paced, after=60) == [3]
    assert edits(paced, after=600) == []


def test_a_voice_that_comes_while_an_edit_is_on_its_way_waits_a_minute_as_well(paced: Press) -> None:
    paced.publish(seconds(SECOND, 10))
    at = BEGAN + timedelta(seconds=70)
    deliver(paced.store, now=BEGAN + timedelta(seconds=15))  # the answer, which stands before the edit
    (item,) = paced.store.outbox.ready(now=at)
    edit = paced.store.outbox.mark_sending(item, now=at)
    assert edit is not None
    paced.publish(seconds(THIRD, 71))
    arrived(paced.store, edit, now=at + timedelta(seconds=2))
    assert edits(paced, after=130) == []
    assert edits(paced, after=132) == [3]
