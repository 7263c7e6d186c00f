"""JSON Feed 1.0 and 1.1, kept and broken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.documents.entries import NotAFeed, ParsedEntry, ParsedFeed
from bot.documents.json_feed import parse_json_feed
from tests.world import SHARED

URL = "https://blog.example/feed.json"
CAPTURED = sorted((SHARED / "feeds" / "captured").glob("*NetNewsWire*.json"))
V1, V11 = "https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"


def parsed(*items: Any, version: str = V11, **head: Any) -> ParsedFeed:
    body = json.dumps({"version": version, "title": "Blog", "items": items} | head).encode()
    found = parse_json_feed(body, url=URL)
    assert isinstance(found, ParsedFeed), found
    return found


def test_an_item_of_version_1_1() -> None:
    found = parsed(
        {
            "id": "tag:blog.example,2026:7",
            "url": "/2026/hall",
            "external_url": "https://news.example/hall",
            "title": "The hall &amp; we",
            "content_html": "<p>All of it, with <a href='https://works.example/'>a link</a>.</p>",
            "summary": "Short",
            "date_published": "2026-03-12T10:00:00+01:00",
            "authors": [{"name": "Kim Example"}, {"url": "https://nameless.example"}, {"name": "Lee"}],
            "language": "de-AT",
        },
        language="en",
    )
    assert (found.title, found.version, found.found) == ("Blog", "json feed 1.1", 1)
    assert found.entries == (
        ParsedEntry(
            guid="tag:blog.example,2026:7",
            url="https://blog.example/2026/hall",
            title="The hall & we",
            author="Kim Example, Lee",
            text="All of it, with a link.",
            language="de",
            published_at=datetime(2026, 3, 12, 9, tzinfo=UTC),
            links=("https://news.example/hall", "https://works.example/"),
        ),
    )


def test_an_item_of_version_1_0_takes_author_and_language_of_the_feed() -> None:
    found = parsed({"id": "1", "content_text": "a < b"}, version=V1, author={"name": "Kim"}, language="fr")
    assert found.version == "json feed 1.0"
    (entry,) = found.entries
    assert (entry.author, entry.language, entry.text, entry.title) == ("Kim", "fr", "a < b", "")


@pytest.mark.parametrize(
    ("item", "guid", "url"),
    [
        ({"id": 7}, "7", ""),
        ({"id": 7.0}, "7", ""),
        ({"id": "https://blog.example/7"}, "https://blog.example/7", "https://blog.example/7"),
        ({"url": "https://blog.example/8?utm_source=f"}, "blog.example/8", "https://blog.example/8?utm_source=f"),
        ({"id": "", "external_url": "https://other.example/9"}, "other.example/9", "https://other.example/9"),
        ({"id": "x" * 3_000, "url": "https://blog.example/" + "y" * 3_000}, "sha256:", ""),
    ],
)
def test_an_item_is_known_by_its_id_or_its_address(item: dict[str, object], guid: str, url: str) -> None:
    (entry,) = parsed(item).entries
    assert entry.guid == guid or (guid == "sha256:" and entry.guid.startswith(guid))
    assert entry.url == url


def test_the_date_of_the_change_stands_in_for_that_of_publication() -> None:
    (entry,) = parsed(
        {"id": 1, "date_published": "soon", "date_modified": "2026-03-12T10:00:00Z"}, language="en"
    ).entries
    assert entry.published_at == datetime(2026, 3, 12, 10, tzinfo=UTC)


def test_items_that_are_none_cost_only_themselves() -> None:
    found = parsed(None, 5, "x", [], {}, {"id": True}, {"id": 1, "title": {"a": 1}, "authors": "Kim", "url": []})
    assert [(entry.guid, entry.author) for entry in found.entries] == [("1", "Kim")]
    assert found.dropped == {"has neither id nor link nor title": 6}


def test_items_with_one_id_are_told_apart() -> None:
    found = parsed({"id": 1, "title": "a"}, {"id": 1, "title": "b"}, {"id": 1, "title": "a"})
    assert len({entry.guid for entry in found.entries}) == len(found.entries) == 2
    assert found.dropped == {"stands twice in the feed": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_feed_may_begin_with_a_byte_order_mark(encoding: str) -> None:
    body = json.dumps({"version": V11, "title": "Bücher", "items": []}, ensure_ascii=False).encode(encoding)
    found = parse_json_feed(body, url=URL)
    assert isinstance(found, ParsedFeed)
    assert found.title == "Bücher"


@pytest.mark.parametrize(
    ("document", "part"),
    [
        ({"jobs": []}, "not a JSON Feed (it is an object with the keys jobs); a JSON API is read with kind 'json'"),
        ([], "not a JSON Feed (it is a list of 0)"),
        (None, "not a JSON Feed"),
        ({"version": 1.1, "items": []}, "not a JSON Feed"),
        ({"version": "2.0", "items": []}, "not a JSON Feed"),
        ({"version": V1}, "'items' is nothing (null), not a list"),
        ({"version": V1, "items": {"a": 1}}, "'items' is an object with the keys a, not a list"),
    ],
)
def test_other_json_says_what_it_is(document: object, part: str) -> None:
    found = parse_json_feed(json.dumps(document).encode(), url=URL)
    assert isinstance(found, NotAFeed)
    assert part in found.reason


@pytest.mark.parametrize("body", [b"", b"{", b"<rss/>", b'{"a":' * 50_000, b"\xff\xfe\x00"])
def test_broken_json_is_no_feed(body: bytes) -> None:
    assert isinstance(parse_json_feed(body, url=URL), NotAFeed)


@pytest.mark.skipif(not CAPTURED, reason="the captured feeds are not here")
@pytest.mark.parametrize("path", CAPTURED, ids=lambda path: path.name)
def test_captured_feeds_are_read_whole(path: Path) -> None:
    found = parse_json_feed(path.read_bytes(), url=URL)
    assert isinstance(found, ParsedFeed)
    assert len(found.entries) == found.found > 0
    assert all(entry.url and entry.published_at and (entry.title or entry.text) for entry in found.entries)
