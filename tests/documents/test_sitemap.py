"""Sitemaps: news, plain, text, gzipped, indexes; and what would harm."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.documents.address_words import title_from_address
from bot.documents.entries import NotAFeed, ParsedEntry, ParsedFeed
from bot.documents.inflate import inflated
from bot.documents.sitemap import parse_sitemap

URL = "https://news.example/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {NS} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://news.example/a?x=1&amp;y=2</loc>
<image:image><image:loc>https://news.example/a.jpg</image:loc><image:title>A picture</image:title></image:image>
<news:news><news:publication><news:name>The Example</news:name><news:language>zh-cn</news:language></news:publication>
<news:publication_date>2026-03-12T10:00+01:00</news:publication_date><news:title>Halls &amp; servers</news:title>
<news:keywords>halls, servers</news:keywords></news:news></url>
</urlset>"""


def parsed(body: str | bytes, **options: str) -> ParsedFeed:
    found = parse_sitemap(body if isinstance(body, bytes) else body.encode(), url=URL, options=options)
    assert isinstance(found, ParsedFeed), found
    return found


def urlset(*places: str) -> str:
    return f"<urlset {NS}>{''.join(f'<url>{place}</url>' for place in places)}</urlset>"


def place(path: str, lastmod: str = "") -> str:
    return f"<loc>https://news.example{path}</loc>" + (f"<lastmod>{lastmod}</lastmod>" if lastmod else "")


@pytest.mark.parametrize("body", [NEWS.encode(), gzip.compress(NEWS.encode()), b"\xef\xbb\xbf" + NEWS.encode()])
def test_a_news_sitemap(body: bytes) -> None:
    found = parsed(body)
    assert (found.version, found.title, found.found, found.complaint) == ("news sitemap", "The Example", 1, None)
    assert found.entries == (
        ParsedEntry(
            guid="https://news.example/a?x=1&y=2",
            url="https://news.example/a?x=1&y=2",
            title="Halls & servers",
            author="The Example",
            text="halls, servers",
            language="zh",
            published_at=datetime(2026, 3, 12, 9, tzinfo=UTC),
        ),
    )


def test_a_plain_sitemap_gives_the_newest_first_and_guesses_titles() -> None:
    found = parsed(
        urlset(place("/old-hall", "2026-01-01"), place("/no-date"), place("/new-hall-7.html", "2026-03-12T10:00:00Z"))
    )
    assert found.version == "sitemap"
    assert [entry.title for entry in found.entries] == ["new hall 7", "old hall", "no date"]
    assert found.entries[2].published_at is None


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/2026/03/tesla-opens-data-center-123.html", "tesla opens data center"),
        ("/news/tesla-opens/12345", "tesla opens"),
        ("/artikel/daten%C3%BCbertragung-im-netz-a-1a2b3c4d5", "datenübertragung im netz"),
        ("/%E7%89%B9%E6%96%AF%E6%8B%89", "特斯拉"),
        ("/the-model-3", "the model 3"),
        ("/2026/03/14/", ""),
        ("/", ""),
        ("/index.php?id=5", ""),
    ],
)
def test_a_title_is_guessed_from_the_last_words_of_the_path(path: str, title: str) -> None:
    assert title_from_address(f"https://news.example{path}") == title


@pytest.mark.parametrize(
    "root",
    [
        '<urlset xmlns="https://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>',
        '<urlset xmlns="http://www.google.com/schemas/sitemap/0.84">{}</urlset>',
        "<urlset>{}</urlset>",
        '<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9">{}</s:urlset>',
        "<urlset><!-- made by hand -->{}",
    ],
)
def test_namespaces_are_taken_as_they_come(root: str) -> None:
    body = root.format(
        "<url><loc>\n https://news.example/a-b </loc><news:news><news:title>A title</news:title></news:news></url>"
    )
    body = body.replace("<url>", "<s:url>").replace("</url>", "</s:url>") if "<s:" in root else body
    body = body.replace("loc>", "s:loc>") if "<s:" in root else body
    assert [(entry.url, entry.title) for entry in parsed(body).entries] == [("https://news.example/a-b", "A title")]


@pytest.mark.parametrize(
    ("match", "paths"),
    [
        ("", ["/news/a-b?x=[1]", "/shop/c-d"]),
        ("/news/", ["/news/a-b?x=[1]"]),
        ("/shop/*-d", ["/shop/c-d"]),
        ("news*[1]", ["/news/a-b?x=[1]"]),
        ("*.pdf", []),
    ],
)
def test_match_keeps_what_holds_a_text_or_fits_a_pattern(match: str, paths: list[str]) -> None:
    found = parsed(urlset(place("/news/a-b?x=[1]"), place("/shop/c-d")), match=match)
    assert [entry.url.removeprefix("https://news.example") for entry in found.entries] == paths
    assert found.found == 2
    assert sum(found.dropped.values()) == 2 - len(paths)


def test_bare_ampersands_are_kept_in_addresses_and_in_cdata() -> None:
    found = parsed(
        urlset("<loc>https://news.example/?a=1&b=2</loc>", "<loc><![CDATA[https://news.example/?c=1&d=2]]></loc>")
    )
    assert [entry.url[-8:] for entry in found.entries] == ["?a=1&b=2", "?c=1&d=2"]


def test_an_index_lists_its_sitemaps_newest_first_and_news_first_among_equals() -> None:
    found = parsed(
        f"<sitemapindex {NS}>"
        "<sitemap><loc>https://news.example/shop.xml</loc><lastmod>2026-01-01</lastmod></sitemap>"
        "<sitemap><loc>/pages.xml</loc></sitemap><sitemap><loc>/news.xml</loc></sitemap>"
        "<sitemap><loc>https://news.example/2026.xml.gz</loc><lastmod>2026-03-12</lastmod></sitemap></sitemapindex>"
    )
    assert (found.version, found.entries, found.found) == ("sitemap index", (), 4)
    assert [address.rpartition("/")[2] for address in found.more] == [
        "2026.xml.gz",
        "shop.xml",
        "news.xml",
        "pages.xml",
    ]


def test_a_text_sitemap_is_an_address_a_line() -> None:
    found = parsed("\ufeffhttps://news.example/a-b\r\n\r\nhttps://news.example/c-d\r\nmailto:x@news.example\r\n")
    assert [entry.title for entry in found.entries] == ["a b", "c d"]
    assert found.dropped == {"has no web address": 1}


def test_at_most_the_newest_2000_are_kept() -> None:
    found = parsed(urlset(*(place(f"/story-{n}", f"20{n % 90 + 10}-01-01") for n in range(2_050))))
    assert (len(found.entries), found.found) == (2_000, 2_050)
    assert found.dropped == {"is older than the newest 2,000": 50}
    days = [entry.published_at for entry in found.entries if entry.published_at]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"<rss version='2.0'/>", "an RSS feed; use kind 'feed'"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "an Atom feed"),
        (b"<!doctype html><html><p>Not found&nbsp;<br>", "a web page"),
        (b"<opml/>", "the root element 'opml'"),
        (b"nothing of the kind", "neither XML nor a list of addresses"),
        (b'{"a": 1}', "neither XML nor a list of addresses"),
        (b"", "neither XML nor a list of addresses"),
        (b"\x1f\x8bnot gzip", "the gzip data is broken"),
        (gzip.compress(NEWS.encode())[:-20], "the gzip data is cut off"),
    ],
)
def test_what_is_no_sitemap_says_what_it_is(body: bytes, part: str) -> None:
    found = parse_sitemap(body, url=URL, options={})
    assert isinstance(found, NotAFeed)
    assert part in found.reason


def test_gzip_is_inflated_up_to_its_bound() -> None:
    two_members = gzip.compress(b"a" * 60) + gzip.compress(b"b" * 40)
    assert inflated(two_members, limit=100) == b"a" * 60 + b"b" * 40
    with pytest.raises(ValueError, match="inflates to more than"):
        inflated(two_members, limit=99)


def test_a_document_that_is_cut_off_gives_what_came_and_a_complaint() -> None:
    found = parsed(urlset(place("/a-b"), place("/c-d"))[:-60])
    assert found.entries[0].title == "a b"
    assert found.complaint


def test_an_external_entity_does_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("sentinel")
    found = parsed(
        f'<!DOCTYPE u [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY % y SYSTEM "{secret.as_uri()}"> %y;]>'
        + urlset("<loc>https://news.example/&x;</loc>")
    )
    assert "sentinel" not in str(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_does_nothing(encoding: str) -> None:
    levels = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    bomb = f'<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa">{levels}]>' + urlset("<loc>https://news.example/&m;</loc>")
    found = parse_sitemap(bomb.encode(encoding), url=URL, options={})
    assert len(str(found)) < 1_000


def test_deep_nesting_does_nothing() -> None:
    assert parsed("<urlset>" + "<url>" * 50_000).entries == ()
