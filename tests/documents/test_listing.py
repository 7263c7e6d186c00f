"""HTML lists by selectors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.documents.entries import NotAFeed, ParsedEntry, ParsedFeed
from bot.documents.listing import parse_page
from bot.documents.selectors import selector_problem

HEAD = "<!doctype html><html lang=de-AT><title>Works</title><body>"
URL = "https://works.example/jobs/"


def parsed(body: str | bytes, *, content_type: str = "text/html; charset=utf-8", **options: str) -> ParsedFeed:
    data = body if isinstance(body, bytes) else f"{HEAD}{body}".encode()
    found = parse_page(data, url=URL, content_type=content_type, options={"item": "li"} | options)
    assert isinstance(found, ParsedFeed), found
    return found


def only(body: str, **options: str) -> ParsedEntry:
    (entry,) = parsed(body, **options).entries
    return entry


def test_an_item_without_selectors_is_read_as_pages_usually_are() -> None:
    entry = only(
        '<ul><li><a href="7?utm_source=list">Leitung <b>Daten-Zentrum</b></a> '
        '<time datetime="2026-03-12">gestern</time>'
        '<p>In Wien, mit <a href="https://partner.example/">Partner</a>.</p></li></ul>'
    )
    assert entry == ParsedEntry(
        guid="works.example/jobs/7",
        url="https://works.example/jobs/7?utm_source=list",
        title="Leitung Daten-Zentrum",
        author="",
        text="gestern In Wien, mit Partner.",
        language="de",
        published_at=datetime(2026, 3, 12, tzinfo=UTC),
        links=("https://partner.example/",),
    )


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ('<a href="/1"><img src="i.png"></a><h3><a href="/1">In the second link</a></h3>', "In the second link"),
        ('<h3>In the heading</h3><a href="/1">Read more …</a>', "In the heading"),
        ('<h3>In der Überschrift</h3><a href="/1">Weiterlesen »</a>', "In der Überschrift"),
        ('<a href="/1"><span>Kicker</span><h4>In the card</h4><p>Teaser</p></a>', "In the card"),
        ("Without any link", "Without any link"),
        ('<a href="/1">C&amp;A &lt;b&gt; ©</a>', "C&A <b> ©"),
    ],
)
def test_the_title_is_the_first_that_says_something(item: str, title: str) -> None:
    assert only(f"<ul><li>{item}</li></ul>").title == title


def test_the_item_itself_may_be_the_link() -> None:
    entries = parsed('<a class=c href="/1">One</a><a class=c href="/2">Two</a>', item="a.c").entries
    assert [(entry.url, entry.title) for entry in entries] == [
        ("https://works.example/1", "One"),
        ("https://works.example/2", "Two"),
    ]


def test_selectors_take_elements_and_attributes() -> None:
    entry = only(
        '<ul><li data-path="/deep/9"><a href="/category">News</a><b class=t title="Full title">Short</b>'
        '<i data-when="2026-03-12T10:00:00+01:00">now</i><p>One.</p><div>no</div><p>Two.</p></li></ul>',
        link="@data-path",
        title="b.t@title",
        date="i@data-when",
        text="p",
    )
    assert entry.url == "https://works.example/deep/9"
    assert entry.title == "Full title"
    assert entry.published_at == datetime(2026, 3, 12, 9, tzinfo=UTC)
    assert entry.text == "One. Two."


def test_a_link_selector_finds_the_link_in_what_it_selects() -> None:
    body = '<ul><li><a href="/tag">Tag</a><h2><a href="/story">Story</a></h2></li></ul>'
    assert only(body, link="h2").url == only(body, link="h2 a").url == "https://works.example/story"


def test_links_are_seen_from_the_base_of_the_page() -> None:
    assert only('<base href="/en/"><ul><li><a href="x">Text of it</a></li></ul>').url == "https://works.example/en/x"


@pytest.mark.parametrize("href", ["javascript:go()", "mailto:a@b.example", "ftp://a.example/", "http://[x", "https://"])
def test_only_web_addresses_are_links_and_a_title_stands_in_for_the_id(href: str) -> None:
    entry = only(f'<ul><li><a href="{href}">A job</a></li></ul>')
    assert entry.url == ""
    assert entry.guid.startswith("title:")


def test_one_link_with_two_titles_is_two_entries_whose_ids_do_not_depend_on_their_order() -> None:
    one, two = '<li><a href="/apply">Cook</a></li>', '<li><a href="/apply">Driver</a></li>'
    there, back = parsed(f"<ul>{one}{two}</ul>").entries, parsed(f"<ul>{two}{one}</ul>").entries
    assert len({entry.guid for entry in there}) == 2
    assert {entry.guid for entry in there} == {entry.guid for entry in back}


def test_what_stands_twice_counts_once_and_the_rest_is_accounted_for() -> None:
    found = parsed('<ul><li><a href="/1?utm_source=a">One</a><li><a href="/1">One</a><li><li><a href="/2">Two</a></ul>')
    assert [entry.title for entry in found.entries] == ["One", "Two"]
    assert found.found == 4
    assert found.dropped == {"has neither link nor title": 1, "stands twice on the page": 1}


def test_a_page_has_at_most_2000_entries() -> None:
    found = parsed("<ul>" + "".join(f"<li>{n}x" for n in range(2_100)) + "</ul>", title="@none")
    assert found.found == 2_100
    assert found.dropped["stands after the first 2,000"] == 100


def test_an_empty_list_is_not_a_failure() -> None:
    found = parsed("<p>No open positions</p>", item="ul.jobs > li")
    assert (found.entries, found.found, found.version, found.title) == ((), 0, "html", "Works")
    assert found.complaint == "nothing on the page matches item selector 'ul.jobs > li'"


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"item": "li >"}, "option 'item': the selector 'li >' cannot be used"),
        ({"item": "li@id"}, "option 'item'"),
        ({"item": "svg|a"}, "option 'item'"),
        ({"item": ""}, "option 'item' is missing"),
        ({"item": "li", "date": "time@"}, "option 'date'"),
        ({"item": "li", "title": "a::text"}, "option 'title'"),
    ],
)
def test_a_selector_that_cannot_be_used_is_named(options: dict[str, str], part: str) -> None:
    found = parse_page(b"<html><body><ul><li>x</ul>", url=URL, content_type="text/html", options=options)
    assert isinstance(found, NotAFeed)
    assert part in found.reason


@pytest.mark.parametrize(
    ("selector", "good"),
    [
        ("ul.jobs > li", True),
        ("tr:has(a)", True),
        ("h2 a, h3 a", True),
        ("time@datetime", True),
        ("@data-url", True),
        ("a[href*='@x']", True),
        (":scope > a", True),
        ("", False),
        ("@", False),
        ("> a", False),
        ("a[", False),
        ("a::text", False),
        ("time@date time", False),
        (":not(" * 2_000, False),
    ],
)
def test_selectors_are_checked_without_a_page(selector: str, *, good: bool) -> None:
    assert (selector_problem(selector) is None) is good


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<html><body><ul><li>Großer Saal</ul>".encode(), "text/html"),
        ("<html><body><ul><li>Großer Saal</ul>".encode("utf-8-sig"), "text/html; charset=iso-8859-1"),
        ("<html><body><ul><li>Großer Saal</ul>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("<html><meta charset=windows-1252><body><ul><li>Großer Saal</ul>".encode("cp1252"), "text/html"),
        ("<html><body><ul><li>Großer Saal</ul>".encode("utf-16"), "text/html"),
    ],
)
def test_letters_are_read_in_the_encoding_of_the_page(body: bytes, content_type: str) -> None:
    assert parsed(body, content_type=content_type).entries[0].title == "Großer Saal"


@pytest.mark.parametrize("body", [b"[1]", b"<rss/>", b"%PDF-1.4", b"<urlset></urlset>", b"\x00" * 99])
def test_what_is_no_page_is_no_list(body: bytes) -> None:
    assert isinstance(parse_page(body, url=URL, content_type="", options={"item": "li"}), NotAFeed)
