"""A look as a person reads it: facts, entries, and what can be pasted into rackwatch.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.cli.output import out
from bot.cli.rules.lines import say
from bot.cli.sources.look import Look
from bot.documents.entries import Kind, ParsedEntry
from bot.edits.yaml_text import list_entry
from bot.sources.fetch_results import Fetched
from bot.sources.opml import one_line
from bot.units import format_duration

ENTRIES_SHOWN = 5

_VERSIONS = {
    "rss090": "RSS 0.90", "rss091u": "RSS 0.91", "rss091n": "RSS 0.91", "rss092": "RSS 0.92", "rss093": "RSS 0.93",
    "rss094": "RSS 0.94", "rss10": "RSS 1.0", "rss20": "RSS 2.0", "rss": "RSS", "atom01": "Atom 0.1",
    "atom02": "Atom 0.2", "atom03": "Atom 0.3", "atom10": "Atom 1.0", "atom": "Atom", "cdf": "CDF", "json": "",
    "html": "", "sitemap": "", "unknown": "no version stated",
}  # fmt: skip
"""Of feedparser's names and of our parsers'; others are shown as they are."""

_NAMES = {Kind.FEED: "feed", Kind.PAGE: "web page", Kind.JSON: "JSON API", Kind.SITEMAP: "sitemap"}


def kind_name(look: Look) -> str:
    """`feed (RSS 2.0)`, `web page`, `sitemap (news sitemap)`."""
    name = _NAMES[look.kind] if look.kind is not None else ""
    version = _VERSIONS.get(look.parsed.version, look.parsed.version) if look.parsed is not None else ""
    return f"{name} ({version})" if version else name


def yaml_entry(look: Look, key: str, options: Mapping[str, str]) -> dict[str, object]:
    """The source as it stands in rackwatch.yaml."""
    return {"key": key, "title": look.title or None, **origin_entry(look, options)}


def origin_entry(look: Look, options: Mapping[str, str]) -> dict[str, object]:
    url = look.lasting_url
    body = {"body": look.asked.body} if look.asked.body is not None else {}
    match look.kind:
        case Kind.PAGE:
            return {"page": {"url": url, **options}}
        case Kind.JSON:
            return {"json": {"url": url, **body, **options}}
        case Kind.SITEMAP:
            return {"sitemap": {"url": url, **options}}
        case _:
            return {"url": url}


def show_yaml(entry: Mapping[str, object]) -> None:
    """An entry of `sources:`, to be pasted; no line is cut or wrapped."""
    out.print(list_entry(entry, dash=2, key=4), markup=False, soft_wrap=True, end="")


def show_facts(look: Look) -> None:
    """What it is, and what HTTP said."""
    if look.kind is not None:
        say(("kind     ", "dim"), kind_name(look))
    if look.title:
        say(("title    ", "dim"), look.title)
    if look.fetched is None:
        return
    say(("http     ", "dim"), http_words(look.fetched))
    if look.fetched.moved_to is not None:
        _fact("moved", f"for good, to {look.fetched.moved_to}")
    if look.fetched.url not in {look.asked.url, look.fetched.moved_to}:
        _fact("redirect", f"for now, to {look.fetched.url}")


def http_words(fetched: Fetched) -> str:
    """Status, content type, and what there is for asking again without loading all."""
    present = [name for name, value in (("ETag", fetched.etag), ("Last-Modified", fetched.last_modified)) if value]
    parts = [
        "200",
        one_line(fetched.content_type) or "no content type",  # headers may hold what moves a cursor
        f"{len(fetched.body):,} bytes",
        " and ".join(present) or "neither ETag nor Last-Modified",
    ]
    if fetched.max_age is not None:
        parts.append(f"max-age {format_duration(fetched.max_age)}")
    return ", ".join(parts)


def show_parsed(look: Look, zone: ZoneInfo) -> None:
    """Number of entries, the first of them, and what was left out."""
    assert look.parsed is not None  # noqa: S101 - who calls has looked
    parsed = look.parsed
    if parsed.more:
        noun = "sitemap" if len(parsed.more) == 1 else "sitemaps"
        _fact("lists", f"{len(parsed.more):,} {noun}, the newest {parsed.more[0]}")
    of = f" of {parsed.found:,} items" if parsed.found != len(parsed.entries) else ""
    say(("entries  ", "dim"), f"{len(parsed.entries):,}{of}")
    for why, count in parsed.dropped.items():
        say(("left out ", "dim"), f"{count:,}: {why}")
    if parsed.complaint and parsed.complaint != look.reason:
        _fact("remark", parsed.complaint)
    show_entries(parsed.entries[:ENTRIES_SHOWN], zone)


def show_entries(entries: Iterable[ParsedEntry], zone: ZoneInfo) -> None:
    """Two lines each: date, language and title; link."""
    for entry in entries:
        say((f"{_date(entry, zone):<16}  {entry.language or '':<2}  ", "dim"), entry.title or "(no title)", indent=2)
        out.print(f"    {entry.url or '(no link)'}", style="blue", markup=False, soft_wrap=True)


def newest(entries: Sequence[ParsedEntry], count: int) -> list[ParsedEntry]:
    """By date; those without one come last, in the order of the document."""
    never = datetime.min.replace(tzinfo=UTC)
    return sorted(entries, key=lambda entry: entry.published_at or never, reverse=True)[:count]


def _fact(label: str, text: str) -> None:
    """A line that is never cut: it may hold an address."""
    out.print(f"{label:<8} {text}", markup=False, soft_wrap=True)


def _date(entry: ParsedEntry, zone: ZoneInfo) -> str:
    return entry.published_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if entry.published_at else "no date"
