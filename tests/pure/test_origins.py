"""What is fetched for a source, and how it is read: every template's address, letter for letter."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from bot.documents.entries import Kind, ParsedFeed
from bot.sources.definition import ORIGINS, Services, Source
from bot.sources.origins import AGGREGATORS, HACKER_NEWS_OPTIONS, origin_of, tags_of

SERVICES = Services.model_validate({})
OWN = Services.model_validate(
    {
        "google_news": "http://127.0.0.1:8001/",
        "hacker_news": "http://127.0.0.1:8002",
        "reddit": "https://mirror.example/reddit/",
        "sec": "http://127.0.0.1:8003",
        "youtube": "http://127.0.0.1:8004",
        "rsshub": "http://rsshub.lan:1200",
    }
)
SEC = "/cgi-bin/browse-edgar?action=getcompany&CIK=0001318605&type=&dateb=&owner=include&count=40&output=atom"
CHANNEL = "UCabcdefghijklmnopqrst-_"


def source(**values: Any) -> Source:
    return Source.model_validate({"key": "a"} | values)


def url(services: Services = SERVICES, **values: Any) -> str:
    return origin_of(source(**values), services).url


# What stands in rackwatch.yaml, the address that is asked, and the same with services of one's own ("" = the same).
ADDRESSES = [
    ({"url": "https://a.example/feed?x=%22y%22"}, "https://a.example/feed?x=%22y%22", ""),
    ({"page": {"url": "https://a.example/list", "item": "li"}}, "https://a.example/list", ""),
    ({"sitemap": "https://a.example/s.xml"}, "https://a.example/s.xml", ""),
    (
        {"hacker_news": 'Tesla "data center"'},
        "https://hn.algolia.com/api/v1/search_by_date?query=Tesla+%22data+center%22&tags=story&hitsPerPage=50",
        "http://127.0.0.1:8002/api/v1/search_by_date?query=Tesla+%22data+center%22&tags=story&hitsPerPage=50",
    ),
    (
        {"google_news": {"query": "Ärger & 数据 100%", "language": "de"}},
        "https://news.google.com/rss/search?q=%C3%84rger+%26+%E6%95%B0%E6%8D%AE+100%25&hl=de&gl=DE&ceid=DE:de",
        "http://127.0.0.1:8001/rss/search?q=%C3%84rger+%26+%E6%95%B0%E6%8D%AE+100%25&hl=de&gl=DE&ceid=DE:de",
    ),
    (
        {"reddit": {"subreddit": "teslamotors"}},
        "https://www.reddit.com/r/teslamotors/new/.rss",
        "https://mirror.example/reddit/r/teslamotors/new/.rss",
    ),
    (
        {"reddit": {"query": 'x+y "data center"'}},
        "https://www.reddit.com/search.rss?q=x%2By+%22data+center%22&sort=new",
        "https://mirror.example/reddit/search.rss?q=x%2By+%22data+center%22&sort=new",
    ),
    (
        {"reddit": {"subreddit": "a1+b2", "query": "Grünheide"}},
        "https://www.reddit.com/r/a1+b2/search.rss?q=Gr%C3%BCnheide&restrict_sr=on&sort=new",
        "https://mirror.example/reddit/r/a1+b2/search.rss?q=Gr%C3%BCnheide&restrict_sr=on&sort=new",
    ),
    ({"sec_filings": {"cik": "1318605"}}, f"https://www.sec.gov{SEC}", f"http://127.0.0.1:8003{SEC}"),
    ({"sec_filings": "0001318605"}, f"https://www.sec.gov{SEC}", f"http://127.0.0.1:8003{SEC}"),
    (
        {"youtube": {"channel": CHANNEL}},
        f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
        f"http://127.0.0.1:8004/feeds/videos.xml?channel_id={CHANNEL}",
    ),
    ({"statuspage": "status.example.com"}, "https://status.example.com/history.atom", ""),
    ({"statuspage": {"host": "status.example.com:8443"}}, "https://status.example.com:8443/history.atom", ""),
    ({"statuspage": {"host": "http://127.0.0.1:8005/"}}, "http://127.0.0.1:8005/history.atom", ""),
    (
        {"rsshub": {"route": "/twitter/user/elonmusk", "instance": "https://rsshub.example/"}},
        "https://rsshub.example/twitter/user/elonmusk",
        "",
    ),
    (
        {"rsshub": {"route": "/x/用户 1?limit=10&filter=%22a%22", "instance": "https://rsshub.example/sub"}},
        "https://rsshub.example/sub/x/%E7%94%A8%E6%88%B7%201?limit=10&filter=%22a%22",
        "",
    ),
]


@pytest.mark.parametrize(("written", "expected", "elsewhere"), ADDRESSES, ids=[str(row[0]) for row in ADDRESSES])
def test_the_address_of_each_origin(written: dict[str, Any], expected: str, elsewhere: str) -> None:
    assert url(**written) == expected
    assert url(OWN, **written) == (elsewhere or expected)


def test_a_search_arrives_as_it_was_typed() -> None:
    typed = 'a+b & "c d" #e?f=g/ü;%41 特斯拉 OR (x:y)'
    for written in ({"google_news": typed}, {"reddit": {"query": typed}}):
        assert parse_qs(urlsplit(url(**written)).query)["q"] == [typed]
    assert parse_qs(urlsplit(url(hacker_news=typed)).query)["query"] == [typed]


@pytest.mark.parametrize(
    ("written", "of_source", "edition"),
    [
        ({"language": "de", "region": "DE"}, None, "hl=de&gl=DE&ceid=DE:de"),
        ({"language": "de", "region": "AT"}, None, "hl=de&gl=AT&ceid=AT:de"),
        ({"language": "de-CH"}, None, "hl=de&gl=CH&ceid=CH:de"),
        ({"language": "en"}, None, "hl=en-US&gl=US&ceid=US:en"),
        ({"language": "en", "region": "GB"}, None, "hl=en-GB&gl=GB&ceid=GB:en"),
        ({"language": "zh"}, None, "hl=zh-CN&gl=CN&ceid=CN:zh-Hans"),
        ({"language": "zh-Hans"}, None, "hl=zh-CN&gl=CN&ceid=CN:zh-Hans"),
        ({"language": "zh-Hant"}, None, "hl=zh-TW&gl=TW&ceid=TW:zh-Hant"),
        ({"language": "zh-TW"}, None, "hl=zh-TW&gl=TW&ceid=TW:zh-Hant"),
        ({"language": "zh", "region": "HK"}, None, "hl=zh-HK&gl=HK&ceid=HK:zh-Hant"),
        ({"language": "es"}, None, "hl=es&gl=ES&ceid=ES:es"),
        ({"language": "es", "region": "MX"}, None, "hl=es-419&gl=MX&ceid=MX:es-419"),
        ({"language": "pt"}, None, "hl=pt-BR&gl=BR&ceid=BR:pt-419"),
        ({"language": "pt", "region": "PT"}, None, "hl=pt-PT&gl=PT&ceid=PT:pt-150"),
        ({"language": "fr", "region": "CA"}, None, "hl=fr-CA&gl=CA&ceid=CA:fr"),
        ({"language": "cs"}, None, "hl=cs&gl=CZ&ceid=CZ:cs"),
        ({"language": "ja"}, None, "hl=ja&gl=JP&ceid=JP:ja"),
        ({"language": "nb"}, None, "hl=no&gl=NO&ceid=NO:no"),
        ({"region": "AT"}, "de", "hl=de&gl=AT&ceid=AT:de"),
        ({}, "pl", "hl=pl&gl=PL&ceid=PL:pl"),
        ({}, None, "hl=en-US&gl=US&ceid=US:en"),
    ],
)
def test_the_edition_of_google_news(written: dict[str, str], of_source: str | None, edition: str) -> None:
    assert url(google_news={"query": "x"} | written, language=of_source).endswith(f"/rss/search?q=x&{edition}")


def test_options_are_what_was_written_and_nothing_else() -> None:
    page = {"url": "https://a.example/", "item": "li.job", "title": "h3"}
    assert origin_of(source(page=page), SERVICES).options == {"item": "li.job", "title": "h3"}
    api = {"url": "https://a.example/", "items": "jobs", "title": "title", "link": "https://a.example/{id}", "id": "id"}
    found = origin_of(source(json=api), SERVICES)
    assert found.options == {"items": "jobs", "title": "title", "link": "https://a.example/{id}", "id": "id"}
    assert (found.kind, found.via) == (Kind.JSON, "")
    sitemap = origin_of(source(sitemap={"url": "https://a.example/s.xml", "match": "/tech/"}), SERVICES)
    assert (sitemap.kind, sitemap.options) == (Kind.SITEMAP, {"match": "/tech/"})


ONE_OF_EACH: dict[str, tuple[Any, Kind, str]] = {
    "url": ("https://a.example/", Kind.FEED, ""),
    "page": ({"url": "https://a.example/", "item": "li"}, Kind.PAGE, ""),
    "json": ({"url": "https://a.example/", "items": "a", "title": "b"}, Kind.JSON, ""),
    "sitemap": ("https://a.example/", Kind.SITEMAP, ""),
    "google_news": ("x", Kind.FEED, "google_news"),
    "hacker_news": ("x", Kind.JSON, "hacker_news"),
    "reddit": ("news", Kind.FEED, "reddit"),
    "sec_filings": ("1", Kind.FEED, "sec_filings"),
    "rsshub": ("/a", Kind.FEED, "rsshub"),
    "youtube": (CHANNEL, Kind.FEED, "youtube"),
    "statuspage": ("a.example", Kind.FEED, "statuspage"),
}


@pytest.mark.parametrize("name", ORIGINS)
def test_every_origin_has_a_parser_and_templates_are_named(name: str) -> None:
    written, kind, via = ONE_OF_EACH[name]
    one = source(**{name: written})
    assert one.origin_name == name
    assert one.origin == getattr(one, ORIGINS[name])
    found = origin_of(one, OWN)
    assert (found.kind, found.via) == (kind, via)
    assert tags_of(one) == (("aggregator",) if name in AGGREGATORS else ())
    assert tags_of(source(**{name: written}, tags=["official"])) == ("official",)


def test_a_source_has_one_origin_wherever_it_comes_from() -> None:
    with pytest.raises(ValidationError, match="source 'a' has no origin: write url:"):
        source()
    with pytest.raises(ValidationError, match="source 'a' has two origins: url and reddit; write it as two sources"):
        source(url="https://a.example/", reddit="news")


def test_a_route_that_nothing_names_is_refused() -> None:
    with pytest.raises(ValueError, match=r"services\.rsshub is not set"):
        url(rsshub="/twitter/user/x")


def test_hacker_news_is_read_as_its_search_answers() -> None:
    from bot.documents.api import parse_api  # noqa: PLC0415 - a parser, which the others here do not need

    hits = [
        {
            "objectID": "37000001", "title": "Tesla takes over a data center", "url": "https://blog.example/a",
            "author": "pg", "created_at_i": 1692800000, "story_text": None,
        },
        {
            "objectID": "37000002", "title": "Ask HN: Who runs Sacramento?", "url": None, "author": "dang",
            "created_at_i": 1692800060, "story_text": "<p>I wonder &amp; ask",
        },
        {"objectID": "37000003", "title": "Empty", "url": "", "author": "x", "created_at_i": 1692800120},
    ]  # fmt: skip
    parsed = parse_api(
        json.dumps({"hits": hits}).encode(), url="https://hn.algolia.com/api/v1/x", options=HACKER_NEWS_OPTIONS
    )
    assert isinstance(parsed, ParsedFeed)
    assert [entry.url for entry in parsed.entries] == [
        "https://blog.example/a",
        "https://news.ycombinator.com/item?id=37000002",
        "https://news.ycombinator.com/item?id=37000003",
    ]
    ask = parsed.entries[1]
    assert (ask.guid, ask.author, ask.text) == ("37000002", "dang", "I wonder & ask")
    assert ask.published_at is not None
    assert ask.published_at.timestamp() == 1692800060
