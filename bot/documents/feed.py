"""Bytes of a feed → entries. The only file that imports feedparser; runs in the parser's child process."""

from __future__ import annotations

import calendar
import hashlib
import io
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import feedparser

from bot.documents.entries import NotAFeed, ParsedEntry, ParsedFeed, ParseResult
from bot.documents.plain_text import clean, plain_text

MAX_TEXT = 100_000
"""Characters kept of one item's text: a long article has 20,000."""

MAX_TITLE = 1_000
MAX_KEY = 2_000

_HALF_CHARACTERS = re.compile(
    rb"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]));"
)
"""References to U+D800 … U+DFFF, which are no characters (XML 1.0, 2.2)."""


def parse_feed(body: bytes, *, url: str, content_type: str, marks: str = "") -> ParseResult:  # noqa: ARG001 - marks: to come
    """What feedparser makes of the document, reduced to text.

    HTML sanitising and the resolving of relative addresses inside texts are off: text is reduced here and escaped
    where it is shown.
    """
    try:
        document = _read(body, url=url, content_type=content_type)
    except UnicodeEncodeError:
        # feedparser 6.0.14 fails on a reference to half a character; one such letter must not cost the whole feed.
        document = _read(_HALF_CHARACTERS.sub(b"&#xFFFD;", body), url=url, content_type=content_type)
    found = len(document.entries)
    complaint = clean(str(document.get("bozo_exception", "")))[:300] if document.get("bozo") else None
    if not document.get("version") and not found:
        return NotAFeed(reason=_what_it_is(body, complaint))
    dropped: Counter[str] = Counter()
    language = _language(document.feed.get("language"))
    entries: dict[str, ParsedEntry] = {}
    for item in document.entries:
        entry = _entry(item, language)
        if entry is None:
            dropped["has neither id nor link nor title"] += 1
            continue
        twin = entries.get(entry.guid)
        if twin is not None and (twin.url, twin.title) != (entry.url, entry.title):
            # A feed that gives all its items one id would swallow real news: tell them apart by what differs.
            entry = _renamed(entry)
        if entry.guid in entries:
            dropped["stands twice in the feed"] += 1
            continue
        entries[entry.guid] = entry
    return ParsedFeed(
        title=_text(document.feed.get("title"))[:MAX_TITLE],
        version=document.get("version") or "unknown",
        entries=tuple(entries.values()),
        found=found,
        dropped=dict(dropped),
        complaint=complaint,
    )


def _read(body: bytes, *, url: str, content_type: str) -> Any:
    return feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type or "application/xml", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _what_it_is(body: bytes, complaint: str | None) -> str:
    head = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"{"):
        return "not an XML feed but JSON (JSON Feed is not supported yet)"
    if b"<!doctype html" in head or b"<html" in head:
        return "not a feed but a web page"
    return f"not a feed{f' ({complaint})' if complaint else ''}"


def _entry(item: Mapping[str, Any], feed_language: str | None) -> ParsedEntry | None:
    title = _text(item.get("title"))[:MAX_TITLE]
    url = clean(str(item.get("link") or ""))[:MAX_KEY]
    guid = clean(str(item.get("id") or ""))
    if not (guid or url or title):
        return None
    candidates = [str(part.get("value") or "") for part in item.get("content", ())]
    candidates.append(str(item.get("summary") or ""))
    texts = [plain_text(markup) for markup in candidates if markup]
    text, links = max(texts, key=lambda pair: len(pair[0]), default=("", ()))
    return ParsedEntry(
        guid=_key(guid or url or f"title:{title}"),
        url=url or (guid if guid.startswith(("http://", "https://")) else ""),
        title=title,
        author=_text(item.get("author"))[:MAX_TITLE],
        text=text[:MAX_TEXT],
        language=_language(item.get("language")) or feed_language,
        published_at=_moment(item.get("published_parsed") or item.get("updated_parsed")),
        links=links,
    )


def _key(guid: str) -> str:
    return guid if len(guid) <= MAX_KEY else f"sha256:{hashlib.sha256(guid.encode()).hexdigest()}"


def _renamed(entry: ParsedEntry) -> ParsedEntry:
    mark = hashlib.sha256(f"{entry.url}\n{entry.title}".encode()).hexdigest()[:16]
    return ParsedEntry(
        guid=f"{entry.guid}#{mark}",
        url=entry.url,
        title=entry.title,
        author=entry.author,
        text=entry.text,
        language=entry.language,
        published_at=entry.published_at,
        links=entry.links,
    )


def _text(value: object) -> str:
    return plain_text(str(value))[0] if value else ""


def _language(value: object) -> str | None:
    found = re.match(r"[a-z]{2,3}(?![a-z])", str(value or "").strip().lower())
    return found[0] if found else None


def _moment(parsed: Any) -> datetime | None:
    """UTC from feedparser's struct; None for dates that no calendar has."""
    if not parsed:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
