"""Feeds that a web page names in its head, or links to in a way that looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bot.documents.addresses import web_address
from bot.documents.collect import MAX_TITLE
from bot.documents.entries import FoundFeed
from bot.documents.page_items import reduced
from bot.documents.plain_text import clean
from bot.documents.web_page import WebPage

MAX_STATED = 20
MAX_GUESSES = 10
"""A blog that links a feed per category has hundreds; the first ones are those of the page."""

_TYPES = re.compile(r"(application|text)/(rss|atom|rdf|x?-?feed|json|xml)(\+(xml|json))?\s*(;.*)?", re.IGNORECASE)
_NOT_FEEDS = re.compile(r"wp-json|oembed|opensearch|manifest|swagger|openapi", re.IGNORECASE)
"""WordPress states its API, and others state these, in the way of a feed."""

_PATH = re.compile(
    r"/(feeds?|rss\d?|atom)(\.\w+)?/?$|/feeds?/[^/]+/?$|\.(rss|atom|rdf)$|(rss|feed|atom)[^/]*\.(xml|json)$|/(rss|feed|atom)\b.*\.xml$",
    re.IGNORECASE,
)
_QUERY = re.compile(r"(^|&)(feed|format|type|output)=(rss2?|atom|rdf|feed|jsonfeed)\b", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|kommentar", re.IGNORECASE)


def found_feeds(page: WebPage) -> tuple[FoundFeed, ...]:
    """What the page states first (its comments last), then guesses from its links. Only addresses that stand on it."""
    stated: dict[str, FoundFeed] = {}
    guessed: dict[str, FoundFeed] = {}
    for feed in _stated(page):
        stated.setdefault(feed.url, feed)
    for feed in _guessed(page):
        if feed.url not in stated and len(guessed) < MAX_GUESSES:
            guessed.setdefault(feed.url, feed)
    in_order = sorted(stated.values(), key=_of_comments)[:MAX_STATED]
    return (*in_order, *sorted(guessed.values(), key=_of_comments))


def _stated(page: WebPage) -> Iterator[FoundFeed]:
    for link in page.root.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        kind, url = (link.get("type") or "").strip(), web_address(page.base, link.get("href") or "")
        named = ("alternate" in relations and _TYPES.fullmatch(kind)) or "feed" in relations
        if named and url and not _NOT_FEEDS.search(url):
            yield FoundFeed(url=url, title=clean(link.get("title") or "")[:MAX_TITLE], stated=True)


def _guessed(page: WebPage) -> Iterator[FoundFeed]:
    for link in page.root.iter("a"):
        url = web_address(page.base, link.get("href") or "")
        if url and _looks_like_feed(url):
            yield FoundFeed(url=url, title=_title(link), stated=False)


def _looks_like_feed(url: str) -> bool:
    parts = urlsplit(url)
    return bool((_PATH.search(parts.path) or _QUERY.search(parts.query)) and not _NOT_FEEDS.search(url))


def _title(link: Any) -> str:
    return (clean(link.get("title") or "") or reduced(link))[:MAX_TITLE]


def _of_comments(feed: FoundFeed) -> bool:
    return bool(_COMMENTS.search(f"{feed.url} {feed.title}"))
