"""Sitemaps, news sitemaps and sitemap indexes (sitemaps.org, and Google's news extension) → entries."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.documents.address_words import title_from_address
from bot.documents.collect import MAX_ENTRIES, bounded_entry, language_of, told_apart
from bot.documents.entries import NotAFeed, ParsedEntry, ParsedFeed, ParseResult
from bot.documents.inflate import inflated, is_gzip
from bot.documents.plain_text import plain_text
from bot.documents.sitemap_places import INDEX, Place, Sitemap

MAX_SIZE = 50 * 1024**2
"""Bytes of one sitemap, uncompressed: the protocol's own limit (sitemaps.org/protocol.html)."""

_NEVER = datetime.min.replace(tzinfo=UTC)


def parse_sitemap(body: bytes, *, url: str, options: Mapping[str, str]) -> ParseResult:
    """Addresses of a sitemap, newest first, undated ones last in their order; at most 2,000.

    XML, plain text (an address a line), and either of them gzipped. In a plain sitemap the title is a guess from the
    address (`/tesla-opens-data-center-123.html` → "tesla opens data center"), and the date is that of the last change.
    A news sitemap gives title, date and language; the publication's name stands as author, keywords as text. Option
    `match` keeps addresses that hold this text, or fit this pattern with `*`. A sitemap index has no entries: `more`
    are its sitemaps, newest first, those with "news" in the path first among equals.
    """
    try:
        content = inflated(body, limit=MAX_SIZE) if is_gzip(body) else body
        sitemap = Sitemap(content, url)
        if sitemap.kind == INDEX:
            return _index(sitemap)
        return _entries(sitemap, options.get("match", ""))
    except ValueError as error:
        return NotAFeed(reason=str(error))


def _entries(sitemap: Sitemap, match: str) -> ParsedFeed:
    fits = _matcher(match)
    dropped: Counter[str] = Counter()

    def kept() -> Iterator[Place]:
        for place in sitemap.places():
            if not place.url:
                dropped["has no web address"] += 1
            elif not fits(place.url):
                dropped["does not fit option 'match'"] += 1
            else:
                yield place

    newest = heapq.nlargest(MAX_ENTRIES, kept(), key=lambda place: place.changed_at or _NEVER)
    dropped[f"is older than the newest {MAX_ENTRIES:,}"] += sitemap.found - len(newest) - dropped.total()
    entries = [entry for place in newest if (entry := _entry(place))]
    publication = next((name for place in newest if (name := place.facts.get("news:name"))), "")
    apart = told_apart(entries)
    dropped["stands twice in the sitemap"] += len(newest) - len(apart)
    return ParsedFeed(
        title=publication,
        version="news sitemap" if any("news:title" in place.facts for place in newest) else "sitemap",
        entries=apart,
        found=sitemap.found,
        dropped=dict(+dropped),
        complaint=sitemap.complaint,
    )


def _entry(place: Place) -> ParsedEntry | None:
    facts = place.facts
    return bounded_entry(
        guid=place.url,
        url=place.url,
        title=plain_text(facts.get("news:title", ""))[0] or title_from_address(place.url),
        author=facts.get("news:name", ""),
        text=facts.get("news:keywords", ""),
        language=language_of(facts.get("news:language")),
        published_at=place.changed_at,
    )


def _index(sitemap: Sitemap) -> ParsedFeed:
    places = sorted(
        (place for place in sitemap.places() if place.url),
        key=lambda place: (place.changed_at or _NEVER, "news" in urlsplit(place.url).path.lower()),
        reverse=True,
    )
    return ParsedFeed(
        title="",
        version="sitemap index",
        entries=(),
        found=sitemap.found,
        complaint=sitemap.complaint,
        more=tuple(dict.fromkeys(place.url for place in places))[:MAX_ENTRIES],
    )


def _matcher(match: str) -> Callable[[str], bool]:
    if "*" not in match:
        return lambda url: match in url
    # Only `*` is special: `?` and brackets stand in addresses.
    pattern = re.compile(".*".join(map(re.escape, match.split("*"))), re.DOTALL)
    return lambda url: pattern.search(url) is not None
