"""What a feed says, as values: the language between the parser's child process and the rest."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """One item, reduced to plain text. `guid` is the feed's own id, or what stands in for it."""

    guid: str
    url: str
    title: str
    author: str
    text: str
    language: str | None
    published_at: datetime | None
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A document that is a feed. `found` is how many items feedparser saw; `dropped` says why some are not entries."""

    title: str
    version: str
    entries: tuple[ParsedEntry, ...]
    found: int
    dropped: dict[str, int] = field(default_factory=dict)
    complaint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAFeed:
    """A document that is none, or that the parser could not finish within its limits."""

    reason: str
    found: int = 0


ParseResult = ParsedFeed | NotAFeed


def to_wire(result: ParseResult) -> dict[str, Any]:
    """JSON-ready form for the pipe between the processes."""
    values = asdict(result)
    for entry in values.get("entries", ()):
        entry["published_at"] = entry["published_at"] and entry["published_at"].isoformat()
    return values


def from_wire(values: dict[str, Any]) -> ParseResult:
    if "reason" in values:
        return NotAFeed(**values)
    entries = tuple(
        ParsedEntry(
            **entry
            | {
                "published_at": entry["published_at"] and datetime.fromisoformat(entry["published_at"]),
                "links": tuple(entry["links"]),
            }
        )
        for entry in values.pop("entries")
    )
    return ParsedFeed(entries=entries, **values)
