"""What a document says, as values: the language between the parser's child process and the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a source's document is, and so which parser reads it."""

    FEED = "feed"
    PAGE = "page"
    JSON = "json"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """One item, reduced to plain text. `guid` is the document's own id, or what stands in for it."""

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
    """A document with entries. `found` is how many items stand in it; `dropped` says why some are not entries.

    `marks` names the items of this document for the next look; `skipped` of them were known by the marks of the last
    look and are not among `entries`. `pace` is how often the publisher asks to be looked at (`<ttl>`,
    `sy:updatePeriod`), in seconds. `more` are addresses of documents that this one only lists (a sitemap index), newest
    first.
    """

    title: str
    version: str
    entries: tuple[ParsedEntry, ...]
    found: int
    dropped: dict[str, int] = field(default_factory=dict)
    complaint: str | None = None
    marks: str = ""
    skipped: int = 0
    pace: float | None = None
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAFeed:
    """A document that does not hold what it should, or that the parser could not finish within its limits."""

    reason: str
    found: int = 0


ParseResult = ParsedFeed | NotAFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article's page: the article alone, without what surrounds it. Empty texts where the page does not say.

    `canonical_url` is what the page calls its own address (`rel=canonical`), `links` lead out of the article's text to
    other hosts, in order.
    """

    title: str
    text: str
    author: str
    published_at: datetime | None
    language: str | None
    canonical_url: str
    site: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that a page names or links to. `stated` tells a page's own word (`rel=alternate`) from a guess."""

    url: str
    title: str
    stated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Selectors that find a list on a page, with the first entries that they give."""

    options: dict[str, str]
    found: int
    examples: tuple[ParsedEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReport:
    """What a web page offers to somebody who wants to watch it."""

    title: str
    feeds: tuple[FoundFeed, ...]
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiList:
    """A list in a JSON document: its JMESPath expression, its length, and the keys of its first items."""

    expression: str
    length: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiReport:
    """What a JSON document offers to somebody who wants to watch it; `shape` describes the whole of it."""

    shape: str
    lists: tuple[ApiList, ...]
    proposals: tuple[Proposal, ...]


Survey = PageReport | ApiReport


def to_wire(result: object) -> dict[str, Any]:
    """JSON-ready form for the pipe between the processes; datetimes become ISO 8601."""
    return {"type": type(result).__name__, "values": _plain(result)}


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | float) or value is None:
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        return value
    return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}


def from_wire(wire: Mapping[str, Any]) -> ParseResult | Article | Survey:
    result: ParseResult | Article | Survey = _READERS[wire["type"]](wire["values"])
    return result


def _entry(values: Mapping[str, Any]) -> ParsedEntry:
    return ParsedEntry(**{**values, "published_at": _moment(values["published_at"]), "links": tuple(values["links"])})


def _feed(values: Mapping[str, Any]) -> ParsedFeed:
    entries = tuple(_entry(entry) for entry in values["entries"])
    return ParsedFeed(**{**values, "entries": entries, "more": tuple(values["more"])})


def _article(values: Mapping[str, Any]) -> Article:
    return Article(**{**values, "published_at": _moment(values["published_at"]), "links": tuple(values["links"])})


def _page(values: Mapping[str, Any]) -> PageReport:
    return PageReport(
        title=values["title"],
        feeds=tuple(FoundFeed(**feed) for feed in values["feeds"]),
        proposals=_proposals(values),
    )


def _api(values: Mapping[str, Any]) -> ApiReport:
    lists = tuple(ApiList(**{**one, "keys": tuple(one["keys"])}) for one in values["lists"])
    return ApiReport(shape=values["shape"], lists=lists, proposals=_proposals(values))


def _proposals(values: Mapping[str, Any]) -> tuple[Proposal, ...]:
    return tuple(
        Proposal(**{**proposal, "examples": tuple(_entry(entry) for entry in proposal["examples"])})
        for proposal in values["proposals"]
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


_READERS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "ParsedFeed": _feed,
    "NotAFeed": lambda values: NotAFeed(**values),
    "Article": _article,
    "PageReport": _page,
    "ApiReport": _api,
}
