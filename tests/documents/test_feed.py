"""Feeds as feedparser reads them, the short way through known items, and what publishers ask for."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from bot.documents.entries import NotAFeed
from bot.documents.feed import parse_feed
from bot.documents.items import Items, find_items
from bot.documents.marks import MAX_MARKS
from bot.documents.pace import asked_pace
from tests.documents.feed_pieces import (
    URL,
    assert_short_way_after,
    assert_short_way_is_whole,
    atom,
    atom_entry,
    item,
    look,
    rss,
)
from tests.effort import processor_seconds
from tests.world import SHARED

CAPTURED = sorted((SHARED / "feeds" / "captured").glob("*")) if SHARED.exists() else []
SEQUENCES = sorted((SHARED / "feeds" / "sequences").iterdir()) if SHARED.exists() else []
SY = "xmlns:s='http://purl.org/rss/1.0/modules/syndication/'"
QUICK = 20_000
"""Bytes of a captured feed that the quick tests keep, and one item more; the slow ones take all."""


def captured(file: Path, *, most: int = 2**40) -> Items | None:
    """A captured feed, cut to its first items; None where it cannot be told into items."""
    items = find_items(file.read_bytes(), url=URL, content_type="application/xml")
    if items is None or not items.spans:
        return None
    begin = items.spans[0][0]
    kept = [number for number, (start, _) in enumerate(items.spans) if start - begin < most]
    return find_items(items.only(kept), url=URL, content_type="application/xml")


def changed(items: Items) -> dict[str, bytes]:
    """The feed some time later, in four ways."""
    body = items.body
    start, end = items.spans[len(items.spans) // 2]
    head_end = items.spans[0][0]
    inside = body.rindex(b"</", start, end)
    return {
        "an item changed": body[:inside] + b"<note/>" + body[inside:],
        "a new item in front": body[:head_end] + body[start:end].replace(b"http", b"https") + body[head_end:],
        "only the head changed": body[:head_end] + b"<lastBuildDate>today</lastBuildDate>" + body[head_end:],
        "every other item gone": items.only(range(0, len(items.spans), 2)),
    }


def assert_all_changes_agree(items: Items) -> None:
    first = look(items.body)
    for body in changed(items).values():
        assert_short_way_after(first, body)
    unchanged = look(items.body, marks=first.marks)
    assert (unchanged.entries, unchanged.skipped, unchanged.found) == ((), first.found, len(items.spans))
    half = look(items.only(range(0, len(items.spans), 2)))
    assert_short_way_after(half, items.body)


@pytest.mark.parametrize("file", CAPTURED, ids=lambda file: file.name[:3])
def test_captured_feeds_say_the_same_the_short_way(file: Path) -> None:
    items = captured(file, most=QUICK)
    if items is None:
        body = file.read_bytes()
        first = parse_feed(body, url=URL, content_type="application/xml")
        assert parse_feed(body, url=URL, content_type="application/xml", marks=getattr(first, "marks", "")) == first
    else:
        assert_all_changes_agree(items)


def test_most_captured_feeds_can_be_told_into_items() -> None:
    if not CAPTURED:
        pytest.skip("the captured feeds are not beside this checkout")
    feeds = [file for file in CAPTURED if file.suffix != ".json"]
    assert sum(captured(file, most=QUICK) is not None for file in feeds) >= 0.85 * len(feeds)


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda folder: folder.name)
def test_versions_of_a_feed_say_the_same_the_short_way(sequence: Path) -> None:
    versions = [captured(file, most=QUICK) for file in sorted(sequence.iterdir())]
    skipped = 0
    for before, after in pairwise(versions):
        assert before is not None
        assert after is not None
        skipped += assert_short_way_is_whole(before.body, after.body).skipped
    assert skipped > 0.6 * sum(len(version.spans) for version in versions[1:] if version)


@pytest.mark.slow
@pytest.mark.parametrize("file", CAPTURED, ids=lambda file: file.name[:3])
def test_captured_feeds_say_the_same_in_full_length(file: Path) -> None:
    items = captured(file)
    if items is not None:
        assert_all_changes_agree(items)


@pytest.mark.slow
@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda folder: folder.name)
def test_versions_of_a_feed_say_the_same_in_full_length(sequence: Path) -> None:
    for before, after in pairwise(sorted(sequence.iterdir())):
        assert_short_way_is_whole(before.read_bytes(), after.read_bytes())


def test_a_new_item_that_takes_the_id_of_a_known_one_is_told_apart_as_ever() -> None:
    twin = item(2).replace("g2", "g1")
    second = assert_short_way_is_whole(rss([item(1)]), rss([item(1), twin]))
    assert [entry.guid.split("#")[0] for entry in second.entries] == ["g1", "g1"]
    assert second.entries[1].guid != "g1"


def test_a_feed_with_twins_is_not_read_while_nothing_changes() -> None:
    body = rss([item(1), item(2).replace("g2", "g1")])
    assert look(body, marks=look(body).marks).skipped == 2


def test_twins_that_changed_places_are_read_as_a_whole() -> None:
    items = [item(1), item(2).replace("g2", "g1")]
    first = look(rss(items))
    assert look(rss(items[::-1]), marks=first.marks).skipped == 0


def test_ids_that_only_feedparser_can_tell_to_be_the_same_are_found() -> None:
    """A relative id, an escaped one and one in CDATA name the same entry."""
    link = "<item><guid>{}</guid><title>{}</title></item>"
    first = rss([link.format("https://feed.example/a?b&amp;c", "one")])
    spelled = ["/a?b&#38;c", "<![CDATA[https://feed.example/a?b&c]]>"]
    items = [link.format("https://feed.example/a?b&amp;c", "one"), *(link.format(way, way[:4]) for way in spelled)]
    second = assert_short_way_is_whole(first, rss([text.replace("<![CD</title>", "two</title>") for text in items]))
    assert second.skipped == 0


@pytest.mark.parametrize("marks", ["", "nonsense", "äöü", "AAAA", "AAAAAAAAAAAAAAAA", "=" * 16])
def test_marks_that_say_nothing_leave_nothing_out(marks: str) -> None:
    body = rss([item(1), item(2)])
    assert look(body, marks=marks) == look(body)


def test_marks_are_short_and_have_an_end() -> None:
    small = look(rss([item(number) for number in range(3)]))
    assert len(small.marks) == 3 * 16
    body = rss([f"<item><guid>{number}</guid></item>" for number in range(MAX_MARKS + 3)])
    items = find_items(body, url=URL, content_type="")
    assert items is not None
    assert len(items.hashes()) == MAX_MARKS + 3


def test_items_beyond_the_last_mark_are_read_every_time() -> None:
    items = [item(number) for number in range(6)]
    marks = look(rss(items)).marks[: 4 * 16]
    second = look(rss(items), marks=marks)
    assert (second.skipped, [entry.guid for entry in second.entries]) == (4, ["g4", "g5"])


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ({"ttl": "60"}, 3600),
        ({"ttl": " 15\n"}, 900),
        ({"ttl": "0"}, None),
        ({"ttl": "-5"}, None),
        ({"ttl": "soon"}, None),
        ({"ttl": "1.5"}, None),
        ({"ttl": "²"}, None),
        ({"ttl": "999999999999999999999"}, None),
        ({"ttl": "600000"}, None),
        ({"ttl": {"a": "dictionary, where the element has attributes"}}, None),
        ({"period": "hourly"}, 3600),
        ({"period": "\n\tHourly\n", "frequency": "2"}, 1800),
        ({"period": "daily", "frequency": "24"}, 3600),
        ({"period": "weekly"}, 604_800),
        ({"period": "monthly"}, 2_592_000),
        ({"period": "yearly"}, 31_536_000),
        ({"frequency": "4"}, 21_600),
        ({"period": "hourly", "frequency": "0"}, None),
        ({"period": "hourly", "frequency": "3600"}, None),
        ({"period": "fortnightly"}, None),
        ({"ttl": "30", "period": "daily"}, 1800),
        ({"ttl": "never", "period": "daily"}, 86_400),
        ({}, None),
    ],
)
def test_the_pace_that_a_publisher_asks_for(asked: dict[str, object], seconds: float | None) -> None:
    assert asked_pace(**asked) == seconds


@pytest.mark.parametrize(
    "head",
    [
        "<ttl>45</ttl>",
        "<ttl><![CDATA[45]]></ttl>",
        "<ttl>4&#53;</ttl>",
        f"<s:updatePeriod {SY}> daily </s:updatePeriod><s:updateFrequency {SY}>32</s:updateFrequency>",
    ],
)
def test_the_pace_is_the_same_whether_the_document_is_read_or_skipped(head: str) -> None:
    body = rss([item(1)], head=head)
    second = assert_short_way_is_whole(body, body)
    assert (second.skipped, second.pace) == (1, 2700)


def test_a_pace_inside_an_item_is_not_the_feeds() -> None:
    body = rss([item(1, "<ttl>45</ttl>")])
    assert (look(body).pace, look(body, marks=look(body).marks).pace) == (None, None)


@pytest.mark.parametrize("before", ["", "\ufeff", " \r\n", "\ufeff\n"])
def test_json_feed_is_read_by_its_own_parser(before: str) -> None:
    text = '{"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": [{"id": "1", "content_text": "t"}]}'
    parsed = look((before + text).encode(), content_type="application/feed+json")
    assert [entry.guid for entry in parsed.entries] == ["1"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "web page"),
        (b"just words", "not a feed"),
        (b"<opml version='2.0'><body/></opml>", "not a feed"),
    ],
)
def test_what_is_no_feed_is_told_so(body: bytes, reason: str) -> None:
    parsed = parse_feed(body, url=URL, content_type="")
    assert isinstance(parsed, NotAFeed)
    assert reason in parsed.reason


@pytest.mark.parametrize("broken", [False, True])
@pytest.mark.parametrize("element", ["author", "managingEditor", "d:creator"])
def test_an_author_without_end_costs_no_time_and_keeps_its_beginning(element: str, broken: bool) -> None:
    """The search for an e-mail address took 5 s for this one, and four times as long for twice the length."""
    author = f"<{element}>{'a' * 40_000}</{element}>{'&' if broken else ''}"
    feed = rss([item(1, author)], root=" xmlns:d='http://purl.org/dc/elements/1.1/'")
    parsed = look(feed)
    assert processor_seconds(lambda: look(feed), enough=1) < 1
    assert parsed.entries[0].author == "a" * 1000


def test_an_author_with_an_address_is_read_as_ever() -> None:
    parsed = look(rss([item(1, "<author>anna@news.example (Anna Example)</author>")]))
    assert parsed.entries[0].author == "anna@news.example (Anna Example)"
    parsed = look(atom([atom_entry(1, "<author><name>Anna</name><email>anna@news.example</email></author>")]))
    assert parsed.entries[0].author == "Anna (anna@news.example)"


def test_a_date_that_no_calendar_has_is_no_date() -> None:
    assert look(rss([item(1, "<pubDate>yesterday</pubDate>")])).entries[0].published_at is None


def test_half_a_character_does_not_cost_the_feed() -> None:
    parsed = look(rss([item(1, "<description>a &#xD83D; b</description>"), item(2)]))
    assert [entry.text for entry in parsed.entries] == ["a \ufffd b", "Text 2"]
