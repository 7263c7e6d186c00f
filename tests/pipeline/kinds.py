"""Each kind of source: how it stands in rackwatch.yaml, what it must ask, how its documents are written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.demo.feed_formats import Item, atom, rdf, rss2
from bot.demo.web_formats import job_board, status_api
from bot.poll_report import Outcome
from tests.pipeline.web import SITE

TITLE = "Tesla opens a data center"
TODAY = "2026-08-03T08:00:00Z"

Writer = Callable[[tuple[Item, ...]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How the source stands in rackwatch.yaml (BASE is the server), what it must ask, how its document is written."""

    origin: dict[str, Any]
    asks: str
    write: Writer
    method: str = "GET"
    content_type: str = "text/xml"
    outcomes: tuple[Outcome, ...] = (Outcome.NEW, Outcome.NEW, Outcome.NOT_MODIFIED)


def as_feed(write: Callable[..., bytes]) -> Writer:
    return lambda items: write(SITE, items)


def json_feed(items: tuple[Item, ...]) -> bytes:
    listed = [{"id": one.guid, "url": one.link, "title": one.title, "content_text": "News."} for one in items]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": listed}).encode()


def jobs_api(items: tuple[Item, ...]) -> bytes:
    listed = [{"title": one.title, "externalPath": one.link.removeprefix("https://site.example")} for one in items]
    return json.dumps({"total": len(listed), "jobPostings": listed}).encode()


def hacker_news(items: tuple[Item, ...]) -> bytes:
    hits = [
        {"title": one.title, "url": one.link, "objectID": str(number), "created_at_i": 1785000000, "author": "a"}
        for number, one in enumerate(reversed(items))
    ]
    return json.dumps({"hits": hits, "nbHits": len(hits)}).encode()


def urlset(items: tuple[Item, ...]) -> bytes:
    places = "".join(f"<url><loc>{one.link}</loc><lastmod>{TODAY}</lastmod></url>" for one in items)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'.encode()


def news_sitemap(items: tuple[Item, ...]) -> bytes:
    places = "".join(
        f"<url><loc>{one.link}</loc><n:news><n:publication><n:name>A</n:name><n:language>en</n:language></n:publication>"
        f"<n:publication_date>{TODAY}</n:publication_date><n:title>{one.title}</n:title></n:news></url>"
        for one in items
    )
    named = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {named}>{places}</urlset>'.encode()


LIST = {"item": "ul.jobs > li", "title": "h3", "text": ".teaser"}
INCIDENTS = {"items": "incidents", "title": "name", "link": "shortlink", "id": "id", "date": "created_at"}
WORKDAY = {"items": "jobPostings", "title": "title", "link": "https://site.example{externalPath}"}
SEARCH = '{"limit": 20, "searchText": "data center"}'

KINDS = {
    "rss": Kind(origin={"url": "BASE/rss?full=1"}, asks="/rss?full=1", write=as_feed(rss2)),
    "atom": Kind(origin={"url": "BASE/atom"}, asks="/atom", write=as_feed(atom)),
    "rdf": Kind(origin={"url": "BASE/rdf"}, asks="/rdf", write=as_feed(rdf)),
    "json-feed": Kind(origin={"url": "BASE/feed.json"}, asks="/feed.json", write=json_feed),
    "page": Kind(
        origin={"page": {"url": "BASE/jobs", **LIST}}, asks="/jobs", write=as_feed(job_board), content_type="text/html"
    ),
    "json": Kind(origin={"json": {"url": "BASE/api", **INCIDENTS}}, asks="/api", write=as_feed(status_api)),
    "json-post": Kind(
        origin={"json": {"url": "BASE/wday/jobs", "body": SEARCH, **WORKDAY}},
        asks="/wday/jobs",
        write=jobs_api,
        method="POST",
        outcomes=(Outcome.NEW, Outcome.NEW, Outcome.SAME_CONTENT),
    ),
    "sitemap": Kind(origin={"sitemap": "BASE/sitemap.xml"}, asks="/sitemap.xml", write=urlset),
    "news-sitemap": Kind(origin={"sitemap": "BASE/news.xml"}, asks="/news.xml", write=news_sitemap),
    "google-news": Kind(
        origin={"google_news": {"query": '"data center" when:7d', "language": "de"}},
        asks="/rss/search?q=%22data+center%22+when:7d&hl=de&gl=DE&ceid=DE:de",
        write=as_feed(rss2),
    ),
    "hacker-news": Kind(
        origin={"hacker_news": "data center"},
        asks="/api/v1/search_by_date?query=data+center&tags=story&hitsPerPage=50",
        write=hacker_news,
    ),
    "reddit": Kind(
        origin={"reddit": {"subreddit": "teslamotors"}}, asks="/r/teslamotors/new/.rss", write=as_feed(atom)
    ),
    "sec": Kind(
        origin={"sec_filings": {"cik": 1318605}},
        asks="/cgi-bin/browse-edgar?action=getcompany&CIK=0001318605&type=&dateb=&owner=include&count=40&output=atom",
        write=as_feed(atom),
    ),
    "youtube": Kind(
        origin={"youtube": "UCabcdefghijklmnopqrstuv"},
        asks="/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv",
        write=as_feed(atom),
    ),
    "rsshub": Kind(origin={"rsshub": "/telegram/channel/a"}, asks="/hub/telegram/channel/a", write=as_feed(rss2)),
    "statuspage": Kind(origin={"statuspage": "BASE"}, asks="/history.atom", write=as_feed(atom)),
}

INDEXES = {"dated-index": True, "index-without-dates": False}
"""Sitemap indexes; the one without dates is the same document for ever, whatever its sitemaps bring."""
