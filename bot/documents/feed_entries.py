"""feedparser's items → entries: reduced to plain text, bounded, told apart."""

from __future__ import annotations

import calendar
import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.documents.collect import MAX_ENTRIES, MAX_KEY, MAX_TEXT, MAX_TITLE, language_of
from bot.documents.entries import ParsedEntry
from bot.documents.plain_text import clean, plain_text

_NEVER = datetime.min.replace(tzinfo=UTC)


def one_by_one(items: Iterable[Mapping[str, Any]], *, language: object) -> list[ParsedEntry | None]:
    """One for each item, in order; None for an item that says nothing. `language` is the feed's own."""
    feed_language = language_of(language)
    return [_entry(item, feed_language) for item in items]


def told_apart(found: Iterable[ParsedEntry | None]) -> tuple[tuple[ParsedEntry, ...], dict[str, int]]:
    """At most 2,000 entries with an id each, and how many items are dropped, by reason."""
    dropped: Counter[str] = Counter()
    entries: dict[str, ParsedEntry] = {}
    for one in found:
        if one is None:
            dropped["has neither id nor link nor title"] += 1
            continue
        twin = entries.get(one.guid)
        # A feed that gives all its items one id would swallow real news: tell them apart by what differs.
        entry = _renamed(one) if twin is not None and (twin.url, twin.title) != (one.url, one.title) else one
        if entry.guid in entries:
            dropped["stands twice in the feed"] += 1
            continue
        entries[entry.guid] = entry
    if len(entries) > MAX_ENTRIES:
        dropped[f"is older than the newest {MAX_ENTRIES:,}"] = len(entries) - MAX_ENTRIES
        # Undated ones come last in their order; the document's order stays.
        newest = heapq.nlargest(MAX_ENTRIES, entries.values(), key=lambda one: one.published_at or _NEVER)
        kept = {one.guid for one in newest}
        entries = {guid: one for guid, one in entries.items() if guid in kept}
    return tuple(entries.values()), dict(dropped)


def _entry(item: Mapping[str, Any], feed_language: str | None) -> ParsedEntry | None:
    title = short_text(item.get("title"))
    url = clean(str(item.get("link") or ""))[:MAX_KEY]
    guid = clean(str(item.get("id") or ""))
    if not (guid or url or title):
        return None
    candidates = [str(part.get("value") or "") for part in item.get("content", ())]
    candidates.append(str(item.get("summary") or ""))
    texts = [plain_text(markup) for markup in candidates if markup]
    text, links = max(texts, key=lambda pair: len(pair[0]), default=("", ()))
    dates = [item[name] for name in ("published_parsed", "updated_parsed") if name in item]
    return ParsedEntry(
        guid=_key(guid or url or f"title:{title}"),
        url=url or (guid if guid.startswith(("http://", "https://")) else ""),
        title=title,
        author=short_text(item.get("author")),
        text=text[:MAX_TEXT],
        language=language_of(item.get("language")) or feed_language,
        published_at=_moment(next(filter(None, dates), None)),
        links=links,
    )


def _key(guid: str) -> str:
    return guid if len(guid) <= MAX_KEY else f"sha256:{hashlib.sha256(guid.encode()).hexdigest()}"


def _renamed(entry: ParsedEntry) -> ParsedEntry:
    mark = hashlib.sha256(f"{entry.url}\n{entry.title}".encode()).hexdigest()[:16]
    return replace(entry, guid=f"{entry.guid}#{mark}")


def short_text(value: object) -> str:
    """A title or a name as plain text of at most 1,000 characters."""
    return plain_text(str(value))[0][:MAX_TITLE] if value else ""


def _moment(parsed: Any) -> datetime | None:
    """UTC from feedparser's struct; None for dates that no calendar has."""
    if not parsed:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
