"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1) → entries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.clock import utc_now
from bot.documents.addresses import web_address
from bot.documents.collect import MAX_ENTRIES, MAX_TITLE, bounded_entry, language_of, told_apart
from bot.documents.entries import NotAFeed, ParsedEntry, ParsedFeed, ParseResult
from bot.documents.json_values import kind_of, moment_of, read_json, text_of
from bot.documents.plain_text import clean, plain_text

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/(?P<number>\d+(?:\.\d+)?)/?")


def parse_json_feed(body: bytes, *, url: str) -> ParseResult:
    """The items of a JSON Feed. What breaks the format in one item costs that item or field, not the feed.

    An item without an id is known by its address. `external_url`, the page that an item is about, is among its links.
    Authors and language of the feed count where an item names none. At most 2,000 items are read.
    """
    try:
        feed = read_json(body)
    except ValueError as error:
        return NotAFeed(reason=str(error))
    stated = feed.get("version") if isinstance(feed, dict) else None
    version = _VERSION.match(stated) if isinstance(stated, str) else None
    if version is None:
        what = kind_of(feed)
        return NotAFeed(reason=f"JSON, but not a JSON Feed (it is {what}); a JSON API is read with kind 'json'")
    items = feed.get("items")
    if not isinstance(items, list):
        return NotAFeed(reason=f"a JSON Feed whose 'items' is {kind_of(items)}, not a list")
    now = utc_now()
    found = [_entry(item, feed, url, now) if isinstance(item, dict) else None for item in items[:MAX_ENTRIES]]
    entries = [entry for entry in found if entry is not None]
    apart = told_apart(entries)
    dropped = Counter(
        {
            "has neither id nor link nor title": len(found) - len(entries),
            "stands twice in the feed": len(entries) - len(apart),
            f"stands after the first {MAX_ENTRIES:,}": len(items[MAX_ENTRIES:]),
        }
    )
    number = version["number"]
    return ParsedFeed(
        title=_plain(feed.get("title"))[:MAX_TITLE],
        version=f"json feed {number if '.' in number else f'{number}.0'}",
        entries=apart,
        found=len(items),
        dropped=dict(+dropped),
    )


def _entry(item: Mapping[str, Any], feed: Mapping[str, Any], base: str, now: datetime) -> ParsedEntry | None:
    language = language_of(text_of(item.get("language"))) or language_of(text_of(feed.get("language")))
    about = web_address(base, text_of(item.get("external_url")))
    guid = clean(text_of(item.get("id")))
    text, links = _text(item)
    return bounded_entry(
        guid=guid,
        url=web_address(base, text_of(item.get("url"))) or _if_address(guid) or about,
        title=_plain(item.get("title")),
        author=_authors(item) or _authors(feed),
        text=text,
        language=language,
        published_at=_date(item, now, language),
        links=dict.fromkeys((*([about] if about else []), *links)),
    )


def _if_address(guid: str) -> str:
    return guid if guid.startswith(("http://", "https://")) else ""


def _text(item: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The longest of what the item offers: a feed may carry a summary and the whole article."""
    candidates = [
        plain_text(text_of(item.get("content_html"))),
        (clean(text_of(item.get("content_text"))), ()),
        plain_text(text_of(item.get("summary"))),
    ]
    return max(candidates, key=lambda pair: len(pair[0]))


def _date(item: Mapping[str, Any], now: datetime, language: str | None) -> datetime | None:
    dates = (moment_of(item.get(name), now=now, language=language) for name in ("date_published", "date_modified"))
    return next((date for date in dates if date), None)


def _authors(holder: Mapping[str, Any]) -> str:
    """`authors` of version 1.1, or `author` of 1.0; some write a bare name."""
    stated = holder.get("authors") or holder.get("author")
    authors = stated if isinstance(stated, list) else [stated]
    names = (_plain(author.get("name") if isinstance(author, dict) else author) for author in authors)
    return ", ".join(name for name in names if name)


def _plain(value: object) -> str:
    return plain_text(text_of(value))[0]
