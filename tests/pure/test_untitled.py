"""Posts have no titles: their own first words head the alert, and are not said twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.alerts.compose import MatchedArticle, composed
from bot.alerts.content import AlertContent
from storage.records import MatchRow

POST = "Tesla opens a data center in Reno, beside the old copper mine. " * 4


def match(text: str, word: str) -> MatchRow:
    start = text.index(word)
    evidence = {"field": "text", "start": start, "end": start + len(word), "surface": word}
    return MatchRow(
        watch="w", rule="r", rule_version="1", priority="high", reason="Tesla near data center", evidence=(evidence,)
    )


def article(title: str, text: str, word: str = "data center") -> MatchedArticle:
    return MatchedArticle(
        matches=(match(text, word),),
        title=title,
        text=text,
        url="https://a.example/1",
        publisher="A",
        voice="a",
        at=datetime(2026, 9, 1, tzinfo=UTC),
        language="en",
        watch_titles={"w": "W"},
    )


def made_of(one: MatchedArticle) -> AlertContent:
    return composed(one, one.matches)


@pytest.mark.parametrize("title", ["", " \u200b"])
def test_a_long_post_is_headed_by_its_first_words_with_the_matched_ones_marked(title: str) -> None:
    made = made_of(article(title, POST))
    assert made.title.text.startswith("Tesla opens a data center in Reno")
    assert made.title.text.endswith("…")
    assert [made.title.text[start:end] for start, end in made.title.spans] == ["data center"]
    assert made.excerpt.text


def test_a_short_post_is_said_once() -> None:
    short = "Tesla opens a data center in Reno."
    made = made_of(article("", short))
    assert (made.title.text, made.excerpt.text) == (short, "")


def test_a_titled_article_is_headed_by_its_title() -> None:
    assert made_of(article("News", POST)).title.text == "News"
