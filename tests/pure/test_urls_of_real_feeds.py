"""Pairs of real addresses, collected from the captured feeds and a week's stream while the test runs.

What is the same and what is not is told by the feeds, not by the form of the address: an entry's id and link, a
redirector and the original that the feed states, one headline in the path; against these, entries of one feed with
other titles. The counts are printed (`pytest -s`).
"""

from __future__ import annotations

import gzip
import html
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.documents.entries import ParsedFeed
from bot.documents.feed import parse_feed
from bot.sources.urls import canonical_url
from tests.world import SHARED

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the real material is not here")

_ADDRESS = re.compile(r"https?://[^\s\"'<>\])]+")
_HEADLINE = re.compile(r"(?:[^-_/]+[-_]){4}[^/]+$")
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|mp[34]|m4a|js|css|pdf)$", re.IGNORECASE)
_ITEM = re.compile(rb"<(?:item|entry)[ >].*?</(?:item|entry)>", re.DOTALL)
_LINK = re.compile(rb"<link>\s*(http[^<\s]+)|<link[^>]*rel=.alternate.[^>]*href=.(http[^'\"]+)")
_NUMBERS = re.compile(r"\d+|[?#].*")
_ORIGINAL = re.compile(rb"<feedburner:origLink>(http[^<\s]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a feed had; `guid` is the id or what stands in for it."""

    feed: str
    url: str
    title: str
    guid: str = ""


@cache
def captured() -> dict[Path, ParsedFeed]:
    files = [*(SHARED / "feeds" / "captured").glob("*"), *(SHARED / "feeds" / "sequences").rglob("*.xml")]
    read = {
        file: parse_feed(file.read_bytes(), url="https://feed.example/", content_type="application/xml")
        for file in sorted(files)
    }
    return {file: feed for file, feed in read.items() if isinstance(feed, ParsedFeed)}


@cache
def stream() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for file in sorted((SHARED / "stream").glob("A_*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            rows += map(json.loads, lines)
    return rows


@cache
def entries() -> list[Entry]:
    """All of them; the versions of a feed over time are one feed."""
    found = [Entry(feed=row["source"], url=row["url"], title=row["title"]) for row in stream()]
    for file, feed in captured().items():
        name = file.parent.name if file.parent.parent.name == "sequences" else file.name
        found += [Entry(feed=name, url=one.url, title=one.title, guid=one.guid) for one in feed.entries if one.url]
    return list(dict.fromkeys(found))


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def addresses() -> set[str]:
    """Every address that stands in the material, in links and in texts."""
    texts = [f"{row['url']} {row['summary_html']}" for row in stream()]
    texts += [html.unescape(file.read_bytes().decode("utf-8", "replace")) for file in captured()]
    return {address for text in texts for address in _ADDRESS.findall(html.unescape(text)) if host_of(address)}


def id_and_link() -> Iterator[tuple[str, str]]:
    """Two addresses of one entry at one host: WordPress's `?p=5` and its permalink, HTTP and HTTPS."""
    for one in entries():
        if one.guid != one.url and host_of(one.guid) == host_of(one.url) != "":
            yield one.guid, one.url


def one_headline() -> Iterator[tuple[str, str]]:
    """Addresses at one host with the same four words or more at the end of the path: parameters change no headline."""
    groups: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for address in addresses():
        path = urlsplit(address).path.rstrip("/")
        if _HEADLINE.search(path) and not _FILE.search(path):
            groups[host_of(address), path].add(address)
    for group in groups.values():
        first, *others = sorted(group)
        yield from ((first, other) for other in others)


def redirected() -> Iterator[tuple[str, str]]:
    """A feed's link over a redirector, and the original that it states."""
    for file in captured():
        for item in _ITEM.findall(file.read_bytes()):
            link, original = _LINK.search(item), _ORIGINAL.search(item)
            if link and original and (link[1] or link[2]) != original[1]:
                yield html.unescape((link[1] or link[2]).decode()), html.unescape(original[1].decode())


def told_apart() -> Iterator[tuple[Entry, Entry]]:
    """Entries of one feed at one host whose titles differ, neighbours in the order of their addresses."""
    feeds: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for one in entries():
        feeds[one.feed, host_of(one.url)].append(one)
    for found in feeds.values():
        for one, other in pairwise(sorted(found, key=lambda entry: entry.url)):
            if one.url != other.url and one.title.casefold() != other.title.casefold():
                yield one, other


def recognised(pairs: Iterable[tuple[str, str]], kind: str) -> tuple[int, float]:
    """How many there are, and which share of them has one form."""
    distinct = set(pairs)
    same = sum(canonical_url(one) == canonical_url(other) for one, other in distinct)
    print(f"same: {len(distinct):>6,} {kind}, {same / len(distinct):.2f} of them recognised")  # noqa: T201 - the report
    return len(distinct), same / len(distinct)


def test_no_two_articles_of_a_feed_have_one_address() -> None:
    pairs = list(told_apart())
    near = sum(_NUMBERS.sub("", one.url) == _NUMBERS.sub("", other.url) for one, other in pairs)
    print(f"different: {len(pairs):,}, {near:,} of them alike but for numbers, parameters and fragments")  # noqa: T201
    assert len(pairs) >= 5_000
    assert near >= 200
    assert [(one.url, other.url) for one, other in pairs if canonical_url(one.url) == canonical_url(other.url)] == []


def test_variants_of_an_address_are_recognised_where_the_address_tells() -> None:
    # Most are `?p=5` and a permalink, which nothing but the feed brings together.
    ids, _ = recognised(id_and_link(), "ids and links of one entry")
    headlines, share = recognised(one_headline(), "with one headline in the path")
    assert share >= 0.8
    originals = set(redirected())
    told = {entry.url for feed in captured().values() for entry in feed.entries}
    read = sum(original in told for _, original in originals)
    print(f"same: {len(originals):>6,} redirectors, {read / len(originals):.2f} of their originals read")  # noqa: T201
    assert read >= 0.7 * len(originals)
    assert ids + headlines + len(originals) >= 200
