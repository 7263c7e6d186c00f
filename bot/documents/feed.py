"""Bytes of a feed → entries. The only file that imports feedparser; runs in the parser's child process."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from xml.sax import SAXException

import feedparser

from bot.documents import feed_speed
from bot.documents.entries import NotAFeed, ParsedFeed, ParseResult
from bot.documents.feed_entries import FeedItem, one_by_one, short_text, told_apart
from bot.documents.items import Items, find_items
from bot.documents.marks import id_mark, read, twins, written
from bot.documents.pace import asked_pace
from bot.documents.plain_text import clean

_HALF_CHARACTERS = re.compile(
    rb"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]));"
)
"""References to U+D800 … U+DFFF, which are no characters (XML 1.0, 2.2)."""

_BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n"

MAX_AUTHOR = 1_000
"""Characters of an author in which feedparser may look for an e-mail address; its search takes quadratic time."""


def parse_feed(body: bytes, *, url: str, content_type: str, marks: str = "") -> ParseResult:
    """What feedparser makes of the document, reduced to text; JSON Feed is read by its own parser.

    Items that `marks`, the answer of an earlier look, knows unchanged are skipped where that cannot change what the
    others say. HTML sanitising and the resolving of relative addresses inside texts are off: text is reduced here and
    escaped where it is shown.
    """
    if body[:2000].lstrip(_BEFORE_TEXT).startswith(b"{"):
        from bot.documents.json_feed import parse_json_feed  # noqa: PLC0415 - feeds of this kind are few

        return parse_json_feed(body, url=url)
    items = find_items(body, url=url, content_type=content_type)
    if items is not None and marks:
        result = _news_alone(items, marks, url=url, content_type=content_type)
        if result is not None:
            return result
    return _whole(body, items, url=url, content_type=content_type)


def _whole(body: bytes, items: Items | None, *, url: str, content_type: str) -> ParseResult:
    try:
        document = _read(body, url=url, content_type=content_type)
    except UnicodeEncodeError:
        # feedparser 6.0.14 fails on a reference to half a character; one such letter must not cost the whole feed.
        document = _read(_HALF_CHARACTERS.sub(b"&#xFFFD;", body), url=url, content_type=content_type)
    found = len(document.entries)
    if not document.get("version") and not found:
        return NotAFeed(reason=_what_it_is(body, _complaint(document)))
    entries = _entries(document)
    marks = ""
    if items is not None and _agrees(document, len(items.spans)):
        marks = written(items.hashes(), [_id_mark(entry) for entry in entries])
    pace = asked_pace(
        ttl=document.feed.get("ttl"),
        period=document.feed.get("sy_updateperiod"),
        frequency=document.feed.get("sy_updatefrequency"),
    )
    return _feed(document, entries, found=found, marks=marks, pace=pace)


def _news_alone(items: Items, marks: str, *, url: str, content_type: str) -> ParsedFeed | None:
    """The feed with the entries of its unknown items; None where only the whole document tells what they are.

    Without an unknown item nothing is parsed, and title and version are empty.
    """
    known = read(marks)
    hashes = items.hashes()
    new = [number for number, one in enumerate(hashes) if one not in known]
    parsed = sorted({0, *new}) if items.uneven and new else new
    document = _read(items.only(parsed), url=url, content_type=content_type) if new else None
    if document is not None and not _agrees(document, len(parsed)):
        return None
    read_now = zip(parsed, _entries(document), strict=True) if document is not None else ()
    entries = {number: entry for number, entry in read_now if hashes[number] not in known}
    ids = [_id_mark(entries[number]) if number in entries else known[one] for number, one in enumerate(hashes)]
    marks_now = written(hashes, ids)
    if marks_now != marks and twins(ids):
        return None  # which of the twins keeps the id depends on all of them
    skipped = len(hashes) - len(new)
    return _feed(document, entries.values(), found=len(hashes), marks=marks_now, skipped=skipped, pace=items.pace)


def _feed(
    document: Any,
    entries: Iterable[FeedItem | None],
    *,
    found: int,
    marks: str,
    pace: float | None,
    skipped: int = 0,
) -> ParsedFeed:
    distinct, dropped = told_apart(entries)
    return ParsedFeed(
        title=short_text(document.feed.get("title")) if document is not None else "",
        version=(document.get("version") or "unknown") if document is not None else "",
        entries=distinct,
        found=found,
        dropped=dropped,
        complaint=_complaint(document) if document is not None else None,
        marks=marks,
        skipped=skipped,
        pace=pace,
    )


def _entries(document: Any) -> list[FeedItem | None]:
    return one_by_one(document.entries, language=document.feed.get("language"))


def _id_mark(item: FeedItem | None) -> bytes:
    return id_mark(item.entry.guid if item is not None else None)


def _agrees(document: Any, items: int) -> bool:
    """Whether feedparser read the document as well-formed and saw the same items."""
    return len(document.entries) == items and not isinstance(document.get("bozo_exception"), SAXException)


def _complaint(document: Any) -> str | None:
    return clean(str(document.get("bozo_exception", "")))[:300] if document.get("bozo") else None


def _read(body: bytes, *, url: str, content_type: str) -> Any:
    return feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type or "application/xml", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _what_it_is(body: bytes, complaint: str | None) -> str:
    head = body[:2000].lstrip(_BEFORE_TEXT).lower()
    if b"<!doctype html" in head or b"<html" in head:
        return "not a feed but a web page"
    return f"not a feed{f' ({complaint})' if complaint else ''}"


def _look_for_an_address(parser: Any, key: str = "author") -> None:
    context = parser._get_context()  # noqa: SLF001 - see below
    author = context.get(key)
    if not isinstance(author, str) or len(author) <= MAX_AUTHOR or any(context.get(f"{key}s", [{}])[-1:]):
        _search_for_an_address(parser, key)


# feedparser has no setting for this, and its regular expression takes 5 s for an author of 32 KB. What it finds goes
# into `author_detail`, which nobody here reads; `author` stays what it is.
_search_for_an_address = feedparser.mixin._FeedParserMixin._sync_author_detail  # noqa: SLF001 - see above
feedparser.mixin._FeedParserMixin._sync_author_detail = _look_for_an_address  # noqa: SLF001 - see above

# Asked for every tag of a document, nearly always the same question: a seventh of the time of parsing.
feedparser.mixin.make_safe_absolute_uri = lru_cache(maxsize=4096)(feedparser.mixin.make_safe_absolute_uri)

MEASURED = "6.0.14"
"""The feedparser whose inside `feed_speed` knows. Any other works as it comes: 17 ms a feed instead of 12."""

if feedparser.__version__ == MEASURED:
    feedparser.api.PREFERRED_XML_PARSERS.insert(0, "bot.documents.sax_driver")
    feed_speed.quick_lookups(feedparser.util.FeedParserDict)
    feedparser.api.StrictFeedParser.decode_entities = staticmethod(feed_speed.quick_text)
    feedparser.mixin._cp1252 = feed_speed.with_ascii(feedparser.mixin._cp1252)  # noqa: SLF001 - see above
    feedparser.mixin.copy = feed_speed.Copier
