"""What a person types as an address, and which template serves it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cli.sources.addresses import looks_like_address, template_of, whole_address
from bot.errors import Refused
from bot.sources.definition import Services, Source
from bot.sources.origins import origin_of

CHANNEL = "UCabcdefghijklmnopqrst-_"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("news.example", "https://news.example"),
        ("  news.example/feed?x=1 ", "https://news.example/feed?x=1"),
        ("localhost:8080/feed", "https://localhost:8080/feed"),
        ("http://news.example/a", "http://news.example/a"),
        ("feed://news.example/a", "http://news.example/a"),
        ("feed:https://news.example/a", "https://news.example/a"),
    ],
)
def test_an_address_is_made_whole(typed: str, address: str) -> None:
    assert whole_address(typed) == address


@pytest.mark.parametrize(
    "typed", ["", "ftp://news.example/", "https://", "https://me:pw@news.example/", "https://a:0/"]
)
def test_what_is_no_web_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        whole_address(typed)


def test_a_key_is_no_address() -> None:
    assert [looks_like_address(typed) for typed in ("electrek", "x.example", "a/b")] == [False, True, True]


# What is typed, and the template; None where an address is only an address.
TEMPLATES: list[tuple[str, dict[str, Any] | None]] = [
    (f"https://www.youtube.com/channel/{CHANNEL}", {"youtube": {"channel": CHANNEL}}),
    (f"https://www.youtube.com/channel/{CHANNEL}/videos", {"youtube": {"channel": CHANNEL}}),
    (f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}", {"youtube": {"channel": CHANNEL}}),
    ("https://www.youtube.com/@tesla", None),
    ("https://www.youtube.com/channel/short", None),
    ("https://www.reddit.com/r/teslamotors", {"reddit": {"subreddit": "teslamotors"}}),
    ("https://old.reddit.com/r/teslamotors+twitter/new/.rss", {"reddit": {"subreddit": "teslamotors+twitter"}}),
    ("https://reddit.com/search?q=data+center", {"reddit": {"query": "data center"}}),
    (
        "https://www.reddit.com/r/tesla/search/?q=x&restrict_sr=1",
        {"reddit": {"subreddit": "tesla", "query": "x"}},
    ),
    ("https://www.reddit.com/r/tesla/comments/1/a_post/", None),
    ("https://www.reddit.com/user/somebody", None),
    (
        "https://news.google.com/search?q=Tesla%20when%3A7d&hl=en-US&gl=US&ceid=US%3Aen",
        {"google_news": {"query": "Tesla when:7d", "language": "en", "region": "US"}},
    ),
    (
        "https://news.google.com/rss/search?q=Rechenzentrum&hl=de&gl=AT&ceid=AT:de",
        {"google_news": {"query": "Rechenzentrum", "language": "de", "region": "AT"}},
    ),
    ("https://news.google.com/topstories", None),
    ("https://acme.statuspage.io/", {"statuspage": {"host": "acme.statuspage.io"}}),
    (
        "https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=0001318605&type=8-K",
        {"sec_filings": {"cik": "0001318605"}},
    ),
    ("https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=TSLA", None),
    ("https://news.example/r/teslamotors", None),
    ("https://www.reddit.com:8443/r/teslamotors", None),
]


@pytest.mark.parametrize(("url", "template"), TEMPLATES, ids=[url for url, _ in TEMPLATES])
def test_an_address_that_a_template_is_for_becomes_that_template(url: str, template: dict[str, Any] | None) -> None:
    assert template_of(url) == template
    if template is not None:
        source = Source.model_validate({"key": "a"} | template)
        assert origin_of(source, Services.model_validate({})).url.startswith("https://")


@pytest.mark.parametrize(
    "url",
    [
        "https://news.google.com/rss/search?q=x&hl=zh-CN&gl=CN&ceid=CN:zh-Hans",
        "https://news.google.com/rss/search?q=x&hl=zh-TW&gl=TW&ceid=TW:zh-Hant",
        "https://news.google.com/rss/search?q=x&hl=pt-BR&gl=BR&ceid=BR:pt-419",
        "https://news.google.com/rss/search?q=x&hl=no&gl=NO&ceid=NO:no",
        f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
        "https://www.reddit.com/r/tesla/new/.rss",
        "https://www.reddit.com/search.rss?q=x&sort=new",
    ],
)
def test_the_template_asks_the_very_address(url: str) -> None:
    template = template_of(url)
    assert template is not None
    assert origin_of(Source.model_validate({"key": "a"} | template), Services.model_validate({})).url == url
