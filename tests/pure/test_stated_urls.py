"""An article's address as its page or feed states it: believed where it can be, never where it would merge two."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.documents.entries import Article
from bot.judge import judge_article
from bot.publishers_file import load_owners
from bot.sources.urls import may_stand_for
from rules import Matcher, load_texts
from storage.records import PageForRead, SourceForPoll
from tests.world import RULES

NOW = datetime(2026, 3, 10, tzinfo=UTC)
SLUG = "https://news.example/2026/harbour-reopens-after-long-storm"

# What the document states, and the address under which the article was found.
BELIEVED = [
    (SLUG, f"{SLUG}?s=feed"),
    (SLUG, f"{SLUG}/2"),
    (SLUG, f"{SLUG}#comments"),
    (SLUG, "https://t.co/abc"),
    (SLUG, "https://feedproxy.example/~r/news/~3/abc/harbour"),
    ("https://news.example/harbour", "https://blog.example/harbour"),
    ("https://news.example/123456", "https://news.example/123456/harbour-reopens"),
    ("https://news.example/a.html", "https://news.example/index.php?id=7"),
    ("https://news.example/?p=5", "https://news.example/harbour"),
    ("https://news.example/?p=5", "https://news.example/?p=5&s=feed"),
    ("https://status.example/#incident-5", "http://status.example/#incident-5"),
    ("https://status.example/incidents/5", "https://status.example/incidents/5#updates"),
    ("https://news.example/en", "https://news.example/"),
    ("https://news.example/", "https://www.news.example/index.html"),
    ("https://news.example/harbour", ""),
]
# Each of these would give the same address to another article that was found at the third.
NOT_BELIEVED = [
    ("https://status.example/", "https://status.example/#incident-5", "https://status.example/#incident-6"),
    ("https://status.example/history", "https://status.example/history#incident-5", "https://status.example/history#incident-6"),
    ("https://app.example/news", "https://app.example/news#!/a", "https://app.example/news#!/b"),
    ("https://forum.example/t/long-thread-on-pumps-778812", "https://forum.example/t/long-thread-on-pumps-778812#post-2",
     "https://forum.example/t/long-thread-on-pumps-778812#post-3"),
    ("https://live.example/day", "https://live.example/day#2026-03-10", "https://live.example/day#2026-03-11"),
    ("https://news.example/", "https://news.example/a", "https://news.example/b"),
    ("https://news.example/index.html", "https://news.example/a", "https://news.example/b"),
    ("https://news.example/en/", "https://news.example/en/a", "https://news.example/en/b"),
    ("https://news.example/de-at", "https://news.example/a", "https://news.example/b"),
    ("https://other.example", "https://news.example/a", "https://news.example/b"),
    ("https://news.example/", "https://news.example/?p=5", "https://news.example/?p=6"),
    ("https://news.example/article", "https://news.example/article?id=5", "https://news.example/article?id=6"),
    ("https://news.example/story.php", "https://news.example/story.php?sid=5", "https://news.example/story.php?sid=6"),
    ("https://news.example/news", "https://news.example/news/a", "https://news.example/news/b"),
    ("https://news.example/world/latest-news", "https://news.example/world/latest-news/a", "https://news.example/world/latest-news/b"),
    ("https://news.example/2026/03", "https://news.example/2026/03/a", "https://news.example/2026/03/b"),
    ("", "https://news.example/a", "https://news.example/b"),
    ("http://[broken", "https://news.example/a", "https://news.example/b"),
    (SLUG, "[broken", "[broken-too"),
]  # fmt: skip


@pytest.mark.parametrize(("stated", "found"), BELIEVED)
def test_the_articles_own_address_is_believed(stated: str, found: str) -> None:
    assert may_stand_for(stated, found)


@pytest.mark.parametrize(("stated", "one", "other"), NOT_BELIEVED)
def test_an_address_that_would_merge_two_articles_is_not(stated: str, one: str, other: str) -> None:
    assert not may_stand_for(stated, one)
    assert not may_stand_for(stated, other)


def judged(entry_url: str, canonical_url: str) -> str:
    """The address by which an entry is compared once its page was read."""
    source: dict[str, Any] = dict.fromkeys(
        ("language", "publisher", "baseline_at", "etag", "last_modified", "body_hash", "not_before")
    )
    page = PageForRead(
        entry_id=1,
        url=entry_url,
        place="",
        attempts=0,
        guid="1",
        entry_url=entry_url,
        title="Pumps fail",
        author="",
        summary="",
        language="en",
        published_at=NOW,
        source=SourceForPoll(
            id=1,
            key="s",
            url="https://status.example/feed",
            title="S",
            tags=(),
            subscribed_at=NOW,
            failures=0,
            next_check_at=NOW,
            **source,
        ),
    )
    article = Article(
        title="Pumps fail", text="", author="", published_at=NOW, language="en", canonical_url=canonical_url, site=""
    )
    rules = load_texts({"w.yaml": RULES})
    return judge_article(page, article, Matcher(rules), load_owners(None), now=NOW).canonical


def test_incidents_of_one_status_page_stay_apart_when_their_page_was_read() -> None:
    incidents = [f"https://status.example/history#incident-{number}" for number in (5, 6)]
    read = [judged(incident, "https://status.example/history") for incident in incidents]
    assert read == ["status.example/history#incident-5", "status.example/history#incident-6"]


def test_a_redirected_entry_is_known_by_the_address_that_its_page_states() -> None:
    assert judged("https://t.co/abc", f"{SLUG}/?utm_source=x") == SLUG.removeprefix("https://")
