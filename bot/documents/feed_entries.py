"""feedparser's items → entries: reduced to plain text, bounded, told apart."""

from __future__ import annotations

import calendar
import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.documents.addresses import web_address
from bot.documents.collect import MAX_ENTRIES, MAX_KEY, MAX_TEXT, MAX_TITLE, language_of
from bot.documents.entries import ParsedEntry
from bot.documents.plain_text import MAX_LINKS, clean, plain_text
from bot.sources.urls import may_stand_for

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """An entry, and the link that the feed gives it: by that one items have always been told apart.

    `entry.url` is another where the link leads over a redirector and the feed tells where to.
    """

    entry: ParsedEntry
    link: str


def one_by_one(items: Iterable[Mapping[str, Any]], *, language: object) -> list[FeedItem | None]:
    """One for each item, in order; None for an item that says nothing. `language` is the feed's own."""
    feed_language = language_of(language)
    return [_entry(item, feed_language) for item in items]


def told_apart(found: Iterable[FeedItem | None]) -> tuple[tuple[ParsedEntry, ...], dict[str, int]]:
    """At most 2,000 entries with an id each, and how many items are dropped, by reason."""
    dropped: Counter[str] = Counter()
    items: dict[str, FeedItem] = {}
    for one in found:
        if one is None:
            dropped["has neither id nor link nor title"] += 1
            continue
        twin = items.get(one.entry.guid)
        # A feed that gives all its items one id would swallow real news: tell them apart by what differs.
        item = _renamed(one) if twin is not None and _sight(twin) != _sight(one) else one
        if item.entry.guid in items:
            dropped["stands twice in the feed"] += 1
            continue
        items[item.entry.guid] = item
    entries = {guid: item.entry for guid, item in items.items()}
    if len(entries) > MAX_ENTRIES:
        dropped[f"is older than the newest {MAX_ENTRIES:,}"] = len(entries) - MAX_ENTRIES
        # Undated ones come last in their order; the document's order stays.
        newest = heapq.nlargest(MAX_ENTRIES, entries.values(), key=lambda one: one.published_at or _NEVER)
        kept = {one.guid for one in newest}
        entries = {guid: one for guid, one in entries.items() if guid in kept}
    return tuple(entries.values()), dict(dropped)


def _entry(item: Mapping[str, Any], feed_language: str | None) -> FeedItem | None:
    title = short_text(item.get("title"))
    link = clean(str(item.get("link") or ""))[:MAX_KEY]
    guid = clean(str(item.get("id") or ""))
    if not (guid or link or title):
        return None
    original, cited = _stated(item)
    candidates = [str(part.get("value") or "") for part in item.get("content", ())]
    candidates.append(str(item.get("summary") or ""))
    texts = [plain_text(markup) for markup in candidates if markup]
    text, links = max(texts, key=lambda pair: len(pair[0]), default=("", ()))
    dates = [item[name] for name in ("published_parsed", "updated_parsed") if name in item]
    url = link or (guid if guid.startswith(("http://", "https://")) else "")
    entry = ParsedEntry(
        guid=_key(guid or link or f"title:{title}"),
        url=original if original and may_stand_for(original, url) else url,
        title=title,
        author=short_text(item.get("author")),
        text=text[:MAX_TEXT],
        language=language_of(item.get("language")) or feed_language,
        published_at=_moment(next(filter(None, dates), None)),
        links=tuple(dict.fromkeys((*cited, *links)))[:MAX_LINKS],
    )
    return FeedItem(entry=entry, link=url)


def _stated(item: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The article's own address where the link leads over a redirector, and what the item says that it is based on.

    RSS's `<source url>` tells neither: it is the address of another feed (rssboard.org/rss-specification).
    """
    related = [(one.get("rel"), web_address("", str(one.get("href") or ""))) for one in item.get("links", ())]
    stated = [web_address("", str(item.get(name) or "")) for name in ("feedburner_origlink", "pheedo_origlink")]
    stated += [address for relation, address in related if relation == "canonical"]
    original = next((address for address in stated if address and len(address) <= MAX_KEY), "")
    return original, [address for relation, address in related if relation == "via" and 0 < len(address) <= MAX_KEY]


def _key(guid: str) -> str:
    return guid if len(guid) <= MAX_KEY else f"sha256:{hashlib.sha256(guid.encode()).hexdigest()}"


def _sight(item: FeedItem) -> tuple[str, str]:
    return item.link, item.entry.title


def _renamed(item: FeedItem) -> FeedItem:
    mark = hashlib.sha256("\n".join(_sight(item)).encode()).hexdigest()[:16]
    return replace(item, entry=replace(item.entry, guid=f"{item.entry.guid}#{mark}"))


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
