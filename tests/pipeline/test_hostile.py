"""Servers and documents that mean harm, or are merely broken: each ends in time, with its reason; others go on."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from bot.documents.entries import NotAFeed, ParsedFeed
from bot.documents.parse import Question
from bot.documents.processes import Parsers
from bot.sources.fetch import Fetcher
from bot.sources.fetch_results import Fetched, FetchFailure, FetchResult
from bot.sources.guard import Guard
from tests.servers.process import ServerProcess

DEADLINE = 1.0


def fetch(url: str) -> FetchResult:
    async def once() -> FetchResult:
        guard = Guard(["127.0.0.1"])
        fetcher = Fetcher(guard=guard, user_agent="t", deadline=DEADLINE, max_size=5_000_000, host_gap=0, concurrency=4)
        return await fetcher.get(url)

    return asyncio.run(once())


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("trickle", "deadline passed"),
        ("hang", "deadline passed"),
        ("slow_headers", "deadline passed"),
        ("reset", "broken answer"),
        ("bomb", "too large"),
        ("endless", "too large"),
    ],
)
def test_a_bad_server_ends_with_its_reason_in_time(kind: str, reason: str, tmp_path: Path) -> None:
    with ServerProcess("tests.servers.feeds", state=tmp_path) as server:
        server.post("/control/behave", {"path": "/x", "kind": kind})
        started = time.monotonic()
        found = fetch(f"{server.base_url}/x")
        assert time.monotonic() - started < DEADLINE * 10
    assert isinstance(found, FetchFailure)
    assert found.reason.value == reason


def test_redirects_are_followed_but_not_in_circles_nor_into_private_networks(tmp_path: Path) -> None:
    with ServerProcess("tests.servers.feeds", state=tmp_path) as server:
        server.post("/control/publish", {"path": "/end", "body": "<rss/>"})
        for path, to in (
            ("/a", "/end"),
            ("/b", "/c"),
            ("/c", "/b"),
            ("/d", "http://127.0.0.2/"),
            ("/e", "file:///etc"),
        ):
            server.post("/control/behave", {"path": path, "kind": "redirect", "to": to})
        found = {path: fetch(f"{server.base_url}{path}") for path in ("/a", "/b", "/d", "/e")}
    assert isinstance(found["/a"], Fetched)
    assert str(found["/b"]).startswith("bad redirect: redirects in a circle")
    assert "not a public address" in str(found["/d"])
    assert "not a plain web address" in str(found["/e"])


def parse(*documents: bytes) -> list[object]:
    async def all_of_them() -> list[object]:
        async with Parsers(processes=1, timeout=2, memory=400 * 1024**2) as parsers:
            return [await parsers.parse(body, Question(url="http://x/", content_type="")) for body in documents]

    return asyncio.run(all_of_them())


GOOD = b"<rss version='2.0'><channel><title>t</title><item><title>fine</title></item></channel></rss>"


def test_a_document_that_hangs_the_parser_is_given_up_and_the_next_one_is_fine() -> None:
    hang = b"<rss version='2.0'><channel><item><author>" + b"(" * 64_000 + b"</author></item></channel></rss>"
    many = b"<rss version='2.0'><channel>" + b"<item><title>x</title></item>" * 200_000 + b"</channel></rss>"
    started = time.monotonic()
    slow, huge, fine = parse(hang, many, GOOD)
    assert time.monotonic() - started < 30
    assert isinstance(slow, NotAFeed | ParsedFeed)
    assert isinstance(huge, NotAFeed)
    assert "parser" in huge.reason
    assert isinstance(fine, ParsedFeed)
    assert [entry.title for entry in fine.entries] == ["fine"]


def test_entities_are_neither_multiplied_nor_read_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("sentinel")
    bomb = b"<!DOCTYPE a [<!ENTITY b0 'xxxxxxxxxx'>"
    for n in range(1, 10):
        bomb += b"<!ENTITY b%d '%s'>" % (n, b"&b%d;" % (n - 1) * 10)
    bomb += b"]><rss version='2.0'><channel><item><title>&b9;</title></item></channel></rss>"
    outside = (
        f"<!DOCTYPE a [<!ENTITY f SYSTEM 'file://{secret}'>]>"
        "<rss version='2.0'><channel><item><title>t &f;</title></item></channel></rss>"
    ).encode()
    found = parse(bomb, outside, GOOD)
    assert "sentinel" not in repr(found)
    assert len(repr(found)) < 100_000
    assert isinstance(found[2], ParsedFeed)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"<title>a &lt;b&gt;c&lt;/b&gt;</title><link>http://x/1</link>", "a c"),
        (b"<title>A &amp;amp; B</title><guid>1</guid>", "A & B"),
        (b"<title><![CDATA[1 < 2 & 3]]></title><guid>1</guid>", "1 < 2 & 3"),
        ("<title>Gr\u00fc\u00dfe \U0001f697</title><guid>1</guid>".encode(), "Gr\u00fc\u00dfe \U0001f697"),
        (b"<title>zero&#0;&#xD800;x</title><guid>1</guid>", None),
        (b"<title>" + b"y" * 10_000 + b"</title><guid>1</guid>", "y" * 1000),
    ],
)
def test_titles_become_clean_text(body: bytes, title: str | None) -> None:
    document = b"<?xml version='1.0'?><rss version='2.0'><channel><item>%s</item></channel></rss>" % body
    (found,) = parse(document)
    assert isinstance(found, ParsedFeed)
    (entry,) = found.entries
    entry.title.encode("utf-8")
    assert "\0" not in entry.title
    if title is not None:
        assert entry.title == title
