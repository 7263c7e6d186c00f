"""A story as its readers see it, poll after poll: real rules, real plans, a real archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.alerts.content import AlertContent
from rules import load_texts
from storage import migrate, open_store
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


# ── at most one edit a minute ────────────────────────────────────────────────────────────────────────────────────────

FIRST = replace(CITES_BY_LINK, links=())
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
