"""What every parser does with the entries that it found: fields within bounds, ids that tell apart."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.documents.entries import ParsedEntry
from bot.documents.plain_text import clean
from bot.sources.urls import canonical_url

MAX_ENTRIES = 2_000
"""Entries taken from one document. A busy job board shows some hundred; a news sitemap holds 1,000 (Google's limit)."""

MAX_TEXT = 100_000
"""Characters kept of one item's text: a long article has 20,000."""

MAX_TITLE = 1_000
MAX_KEY = 2_000
"""Characters of an id or address. A longer id is hashed; a longer address leads nowhere and is left out."""


def bounded_entry(
    *,
    guid: str = "",
    url: str = "",
    title: str = "",
    author: str = "",
    text: str = "",
    language: str | None = None,
    published_at: datetime | None = None,
    links: Iterable[str] = (),
) -> ParsedEntry | None:
    """An entry from texts already reduced; None where neither id nor address nor title says what it is.

    Where the document gives no id, the address in its canonical form stands in, then the title.
    """
    url = url if len(url) <= MAX_KEY else ""
    key = clean(guid) or (canonical_url(url) if url else "") or (f"title:{_digest(title)}" if title else "")
    if not key:
        return None
    return ParsedEntry(
        guid=key if len(key) <= MAX_KEY else f"sha256:{_digest(key)}",
        url=url,
        title=title[:MAX_TITLE],
        author=author[:MAX_TITLE],
        text=text[:MAX_TEXT],
        language=language,
        published_at=published_at,
        links=tuple(link for link in links if link != url),
    )


def told_apart(entries: Iterable[ParsedEntry]) -> tuple[ParsedEntry, ...]:
    """Each item once, in order, with an id of its own.

    A document that gives several items one id or one link would swallow news: they are told apart by what differs. All
    of them get a mark, the first too: otherwise a new item on top would take over the id of the one below it.
    """
    distinct: dict[tuple[str, ...], ParsedEntry] = {}
    for entry in entries:
        distinct.setdefault(_sight(entry), entry)
    holders = Counter(entry.guid for entry in distinct.values())
    return tuple(
        entry if holders[entry.guid] == 1 else replace(entry, guid=f"{entry.guid}#{_digest(*sight)[:16]}")
        for sight, entry in distinct.items()
    )


def language_of(value: object) -> str | None:
    """`de` from `de-AT`, `De_at` or `de`; None from anything else."""
    found = re.match(r"[a-z]{2,3}(?![a-z])", str(value or "").strip().lower())
    return found[0] if found else None


def _sight(entry: ParsedEntry) -> tuple[str, ...]:
    """What a reader would tell items apart by; without the parameters that change with every look."""
    return entry.guid, entry.title, canonical_url(entry.url), urlsplit(entry.url).fragment


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
