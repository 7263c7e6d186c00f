"""Feeds put together from pieces, and the question that matters: does the short way say what the whole one says?"""

from __future__ import annotations

from collections.abc import Sequence

from bot.documents.entries import ParsedFeed
from bot.documents.feed import parse_feed

URL = "https://feed.example/news.xml"
RSS = '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"{}><channel><title>News</title>{}'
RSS_END = "</channel></rss>"
ATOM = '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"{}><title>News</title>{}'
ATOM_END = "</feed>"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
MEDIA = "http://search.yahoo.com/mrss/"


def item(number: int, inside: str = "") -> str:
    """An item of RSS."""
    return (
        f"<item><title>Story {number}</title><link>https://news.example/{number}</link>"
        f"<guid isPermaLink='false'>g{number}</guid>{inside or f'<description>Text {number}</description>'}</item>"
    )


def atom_entry(number: int, inside: str = "") -> str:
    """An entry of Atom."""
    return (
        f"<entry><title>Story {number}</title><link href='{number}'/><id>tag:news.example,2026:{number}</id>"
        f"<updated>2026-03-0{1 + number % 9}T10:00:00Z</updated>{inside or f'<summary>Text {number}</summary>'}</entry>"
    )


def rss(items: Sequence[str], *, root: str = "", head: str = "", tail: str = "") -> bytes:
    return (RSS.format(root, head) + "\n".join(items) + tail + RSS_END).encode()


def atom(entries: Sequence[str], *, root: str = "", head: str = "", tail: str = "") -> bytes:
    return (ATOM.format(root, head) + "\n".join(entries) + tail + ATOM_END).encode()


def look(body: bytes, *, marks: str = "", content_type: str = "application/xml", url: str = URL) -> ParsedFeed:
    parsed = parse_feed(body, url=url, content_type=content_type, marks=marks)
    assert isinstance(parsed, ParsedFeed), parsed
    return parsed


def assert_short_way_is_whole(before: bytes, after: bytes, content_type: str = "application/xml") -> ParsedFeed:
    """Look at both versions one after the other; the second look is given back."""
    return assert_short_way_after(look(before, content_type=content_type), after, content_type)


def assert_short_way_after(first: ParsedFeed, after: bytes, content_type: str = "application/xml") -> ParsedFeed:
    """What is skipped was known from the first look, what is read is as in the whole document."""
    whole = look(after, content_type=content_type)
    second = look(after, marks=first.marks, content_type=content_type)
    assert (second.found, second.marks, second.pace) == (whole.found, whole.marks, whole.pace)
    known = {entry.guid: entry for entry in first.entries}
    read = {entry.guid: entry for entry in second.entries}
    assert [read.get(entry.guid) or known[entry.guid] for entry in whole.entries] == list(whole.entries)
    assert [entry.guid for entry in whole.entries if entry.guid in read] == list(read)
    assert len(read) + sum(second.dropped.values()) + second.skipped == second.found
    return second
