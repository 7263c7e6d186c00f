"""Each kind of source, from an address over real HTTP to one alert: a baseline, something new, then nothing new.

Every kind has three looks: its old document, the one with a new article that a rule matches, the same again.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import pytest

from bot.poll_report import Outcome, PollReport
from tests.pipeline.kinds import INDEXES, KINDS, SEARCH, TITLE, news_sitemap, urlset
from tests.pipeline.web import Watch, Web, item, watching
from tests.world import RULES, Folder

ROUTE = "/hub/twitter/user/someone"
"""Of a bridge that is down."""


@dataclass(slots=True)
class Seen:
    """What the three looks did: reports by source, alerts by publisher, notices to the operator, the requests."""

    reports: dict[str, list[PollReport]]
    alerts: dict[str, list[dict[str, Any]]]
    notices: list[str]
    web: Web


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder = Folder(path=tmp_path_factory.mktemp("kinds"))
    folder.write("rules/data-centers.yaml", RULES)
    web = Web()

    async def story() -> Seen:
        async with watching(folder, web, sources=_sources(web), services=_services(web)) as watch:
            for news in (False, True, True):
                _publish(web, news=news)
                await watch.look()
            return Seen(reports=watch.reports, alerts=watch.alerts(), notices=_notices(watch), web=web)

    return asyncio.run(story())


def _sources(web: Web) -> list[dict[str, Any]]:
    every: dict[str, Any] = {name: kind.origin for name, kind in KINDS.items()}
    every |= {name: {"sitemap": f"BASE/{name}.xml"} for name in INDEXES}
    every["dead"] = {"rsshub": ROUTE.removeprefix("/hub")}
    listed = [{"key": name, "publisher": name, "full_text": "never", **origin} for name, origin in every.items()]
    sources: list[dict[str, Any]] = json.loads(json.dumps(listed).replace("BASE", web.base))
    return sources


def _services(web: Web) -> dict[str, str]:
    mirrored = dict.fromkeys(("google_news", "hacker_news", "reddit", "sec", "youtube"), web.base)
    return mirrored | {"rsshub": f"{web.base}/hub"}


def _publish(web: Web, *, news: bool) -> None:
    for name, kind in KINDS.items():
        old = item(f"{name}/a-quiet-day-10001", "A quiet day")
        new = item(f"{name}/tesla-opens-a-data-center-10002", TITLE, "It stands in Reno.")
        web.publish(kind.asks.partition("?")[0], kind.write((new, old) if news else (old,)), kind.content_type)
    for name, is_dated in INDEXES.items():
        _publish_index(web, name, date=("2026-08-03" if news else "2026-08-02") if is_dated else "", news=news)
    web.publish(ROUTE, "<h1>down</h1>", status=503)


def _publish_index(web: Web, name: str, *, date: str, news: bool) -> None:
    """An index of two sitemaps; the news come in the second."""
    parts = [f"/{name}/pages.xml", f"/{name}/news.xml"]
    changed = f"<lastmod>{date}</lastmod>" if date else ""
    listed = "".join(f"<sitemap><loc>{web.base}{part}</loc>{changed}</sitemap>" for part in parts)
    web.publish(
        f"/{name}.xml", f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>'
    )
    web.publish(parts[0], urlset((item(f"{name}/about-us-10000", ""),)))
    old, new = item(f"{name}/a-quiet-day-10001", "A quiet day"), item(f"{name}/news-10002", TITLE)
    web.publish(parts[1], news_sitemap((new, old) if news else (old,)))


def _notices(watch: Watch) -> list[str]:
    told = [notice.content for notice in watch.app.store.outbox.notices(limit=100)]
    return ["\n".join([content["headline"], *content["lines"]]) for content in told]


@pytest.mark.parametrize("name", KINDS)
def test_it_is_asked_at_its_address(seen: Seen, name: str) -> None:
    kind = KINDS[name]
    path, _, query = kind.asks.partition("?")
    assert [(one.method, one.query) for one in seen.web.asked(path)] == [(kind.method, query)] * 3


@pytest.mark.parametrize("name", KINDS)
def test_the_first_look_is_a_baseline_then_one_is_new_then_nothing(seen: Seen, name: str) -> None:
    reports = seen.reports[name]
    assert [report.outcome for report in reports] == list(KINDS[name].outcomes), reports
    assert [(report.new, report.alerts) for report in reports] == [(1, 0), (1, 1), (0, 0)]


@pytest.mark.parametrize("name", KINDS)
def test_the_alert_names_the_article(seen: Seen, name: str) -> None:
    (alert,) = seen.alerts[name]
    assert alert["title"]["text"].casefold() == TITLE.casefold()
    assert alert["url"] == f"https://site.example/{name}/tesla-opens-a-data-center-10002"


@pytest.mark.parametrize(
    "name",
    [
        "dated-index",
        "index-without-dates",
    ],
)
def test_the_sitemaps_of_an_index_are_read_also_where_the_index_stays_the_same(seen: Seen, name: str) -> None:
    reports = seen.reports[name]
    assert [(report.new, report.alerts) for report in reports] == [(2, 0), (1, 1), (0, 0)]
    assert reports[2].outcome is Outcome.NOT_MODIFIED
    (alert,) = seen.alerts[name]
    assert alert["title"]["text"] == TITLE
    for part in ("pages", "news"):
        asked = seen.web.asked(f"/{name}/{part}.xml")
        assert sum("if-none-match" not in request.headers for request in asked) == 1


def test_what_is_posted_is_the_body_as_it_was_written(seen: Seen) -> None:
    posted = seen.web.asked("/wday/jobs")
    assert {(one.body.decode(), one.headers["content-type"]) for one in posted} == {(SEARCH, "application/json")}


def test_a_dead_bridge_is_told_once_by_its_name_and_the_others_go_on(seen: Seen) -> None:
    assert [report.outcome for report in seen.reports["dead"]] == [Outcome.FAILED] * 3
    (notice,) = seen.notices
    assert "Source dead keeps failing" in notice
    assert "The bridge rsshub (127.0.0.1" in notice
    assert "503" in notice
