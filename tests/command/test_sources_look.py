"""One look at an address: recognised by what the document is, or read as the person says."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence

import pytest

from bot.cli.sources.look import Asked, Look, Looker
from bot.demo.feed_server import FeedServer, Reply
from bot.documents.entries import Kind
from bot.outside import build_fetcher, build_parsers
from bot.settings import Configuration
from tests.command.watching import JOB_LIST, publish_feed, publish_json, publish_page

CONFIG = Configuration.model_validate({"fetch": {"allow_hosts": ["127.0.0.1"], "host_gap": "0s", "deadline": "5s"}})
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
PLACE = "<url><loc>https://a.example/tesla-opens-hall</loc></url>"
INDEX = (
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{}</loc></sitemap></sitemapindex>'
)


async def _looks(asked: Sequence[Asked]) -> list[Look]:
    async with build_parsers(CONFIG, processes=1) as parsers:
        looker = Looker(build_fetcher(CONFIG), parsers, lambda _: None)
        return [await looker.part(await looker.look(one)) for one in asked]


def looks(*asked: Asked) -> list[Look]:
    return asyncio.run(_looks(asked))


@pytest.fixture
def served(feeds: FeedServer) -> FeedServer:
    publish_feed(feeds, "/feed")
    publish_page(feeds, "/jobs", body=JOB_LIST)
    publish_page(feeds, "/blog", '<link rel="alternate" type="application/rss+xml" href="/feed">')
    publish_page(feeds, "/empty", body="<p>Please enable JavaScript.</p>")
    publish_json(feeds, "/api", {"jobs": [{"title": "One", "url": "/1"}]})
    publish_json(feeds, "/list", [{"title": "One", "url": "/1"}])
    publish_json(feeds, "/nothing", {"jobs": []})
    publish_json(feeds, "/jsonfeed", {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"}]})
    plain, xml = "text/plain", "application/xml"
    for path, body, content_type in (
        ("/sitemap", SITEMAP.format(PLACE), xml),
        ("/index", INDEX.format(feeds.url("/sitemap")), xml),
        ("/places", "https://a.example/one\nhttps://a.example/two\n", plain),
        ("/words", "Nothing to see here.", plain),
        ("/opml", '<opml version="2.0"><body><outline text="a" xmlUrl="https://a.example/f"/></body></opml>', xml),
    ):
        feeds.publish(path, Reply(body=body.encode(), content_type=content_type))
    feeds.publish("/gz", Reply(body=gzip.compress(SITEMAP.format(PLACE).encode()), content_type="application/gzip"))
    feeds.publish("/304", Reply(status=304))
    feeds.publish("/moved", Reply(status=301, headers={"Location": "/feed"}))
    return feeds


def test_every_kind_is_recognised_by_the_document_itself(served: FeedServer) -> None:
    expected = {
        "/feed": (Kind.FEED, 5), "/jsonfeed": (Kind.FEED, 1), "/moved": (Kind.FEED, 5),
        "/sitemap": (Kind.SITEMAP, 1), "/places": (Kind.SITEMAP, 2), "/gz": (Kind.SITEMAP, 1),
        "/index": (Kind.SITEMAP, 1), "/jobs": (Kind.PAGE, 5), "/blog": (Kind.PAGE, None),
        "/api": (Kind.JSON, 1), "/list": (Kind.JSON, 1),
    }  # fmt: skip
    useless = {
        "/empty": "does it need JavaScript?", "/words": "not a feed", "/opml": "rackwatch sources import",
        "/nothing": "JSON without a list that holds anything", "/404": "HTTP 404", "/304": "HTTP 304",
    }  # fmt: skip
    found = looks(*(Asked(url=served.url(path)) for path in (*expected, *useless)))
    for (path, (kind, count)), look in zip(expected.items(), found, strict=False):
        assert (look.kind, look.reason) == (kind, ""), path
        assert _count(look) == count, path
    for (path, reason), look in zip(useless.items(), found[len(expected) :], strict=True):
        assert reason in look.reason, path
    assert len(served.requests) == len(expected) + len(useless) + 2  # one each; a redirect, and a part of the index
    by_path = dict(zip((*expected, *useless), found, strict=True))
    assert by_path["/moved"].lasting_url == served.url("/feed")
    assert [feed.url for feed in by_path["/blog"].page.feeds] == [served.url("/feed")]  # type: ignore[union-attr] # a page
    # said by the person instead
    forced = looks(
        Asked(url=served.url("/jobs"), kind=Kind.PAGE, options={"item": "li.job", "title": "time"}),
        Asked(url=served.url("/jobs"), kind=Kind.PAGE, options={"item": "li.none"}),
        Asked(url=served.url("/jobs"), kind=Kind.FEED),
        Asked(url=served.url("/api"), kind=Kind.JSON, options={"items": "jobs", "title": "url"}),
        Asked(url=served.url("/api"), kind=Kind.JSON, options={"items": "jobs", "title": "name"}),
        Asked(url=served.url("/feed"), kind=Kind.PAGE),
        Asked(url=served.url("/sitemap"), kind=Kind.SITEMAP, options={"match": "/none"}),
    )
    assert [look.reason.partition(";")[0] for look in forced] == [
        "", "nothing on the page matches item selector 'li.none'", "not a feed but a web page", "",
        "option 'title' ('name') gives no text on any item", "not a web page but a feed", "",
    ]  # fmt: skip
    assert [entry.title for look in forced[:4:3] for entry in look.parsed.entries[:1]] == ["10 March 2026", "/1"]  # type: ignore[union-attr] # without a reason they were read


def _count(look: Look) -> int | None:
    if look.parsed is not None:
        return len(look.parsed.entries)
    offer = look.page or look.api
    return offer.proposals[0].found if offer is not None and offer.proposals else None
