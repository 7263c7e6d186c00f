"""A story as its readers see it, poll after poll: real rules, real plans, a real archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.alerts.content import AlertContent
from rules import load_texts
from storage import migrate, open_store
from tests.archives import NOW, Article, Press
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
