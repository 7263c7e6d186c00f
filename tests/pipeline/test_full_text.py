"""Articles' pages, end to end: which are fetched, what they change, and that no story is told twice.

All in one world. Each source has an old article, then a new one whose page is told of below; the pages are read, half
an hour later read again, and at last the publisher edits one article.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.demo.feed_formats import rss2
from bot.demo.web_formats import article_page
from bot.page_report import PageOutcome, PageReport
from tests.pipeline.web import SITE, Watch, Web, item, watching
from tests.world import RULES, Folder

HINT, QUIET, TOLD = "Tesla has plans for the desert", "A quiet day in Nevada", "Tesla opens a data center"
SUMMARY = "Neighbours were told on Monday."
LONG = f"{SUMMARY} " + "They had heard the lorries for weeks and had their own ideas of what was in them. " * 4
SAYS = "The concrete for the hall was poured in March, and Tesla calls it a data center in its letter to the county. "
STORY = (SAYS, "Two more such halls may follow before the end of the year, the letter says, if there is water enough. ")
WALL = ("Please subscribe to read on; a month costs nine dollars, and you can leave whenever you want to. ",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A new article: what its feed says, what its page says and answers at first, and what must come of it."""

    full_text: str = "candidates"
    title: str = HINT
    summary: str = SUMMARY
    page: tuple[str, ...] = STORY
    status: int = 200
    outcomes: tuple[PageOutcome | None, PageOutcome | None] = (PageOutcome.READ, None)
    alerts: tuple[int, int, int]  # after the feed, after the first look at pages, after the second
    text: str = "".join(STORY).strip()


CASES = {
    "a-word-of-a-rule": Case(alerts=(0, 1, 1)),
    "no-word-of-any-rule": Case(title=QUIET, outcomes=(None, None), alerts=(0, 0, 0), text=SUMMARY),
    "always": Case(full_text="always", title=QUIET, alerts=(0, 1, 1)),
    "never": Case(full_text="never", outcomes=(None, None), alerts=(0, 0, 0), text=SUMMARY),
    "forbidden": Case(outcomes=(PageOutcome.REFUSED, None), alerts=(0, 0, 0), text=SUMMARY),
    "later": Case(status=503, outcomes=(PageOutcome.RETRY, PageOutcome.READ), alerts=(0, 0, 1)),
    "missing": Case(status=404, outcomes=(PageOutcome.FAILED, None), alerts=(0, 0, 0), text=SUMMARY),
    "matched-at-once": Case(title=TOLD, alerts=(1, 1, 1)),
    "paywall": Case(title=TOLD, summary=LONG, page=WALL, alerts=(1, 1, 1), text=LONG.strip()),
    "edited": Case(alerts=(0, 1, 1)),
}
EDITED = "Tesla has plans for the desert [update]"
ENTRIES = "SELECT source, title, text, summary, full_text FROM archive_entries WHERE NOT baseline"


@dataclass(slots=True)
class Seen:
    """Alerts by source after each step, reports of both looks at pages, the archive before the edit,
    the edited article after it and after its page was read again.
    """

    alerts: list[dict[str, int]]
    pages: list[dict[str, PageReport]]
    before: dict[str, Any]
    edited: list[dict[str, Any]]
    web: Web


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    folder = Folder(path=tmp_path_factory.mktemp("full-text"))
    folder.write("rules/data-centers.yaml", RULES)
    web = Web()
    web.publish("/robots.txt", "User-agent: rackwatch\nDisallow: /forbidden/\n", "text/plain")
    sources = [
        {"key": name, "publisher": name, "url": f"{web.base}/{name}.xml", "full_text": case.full_text}
        for name, case in CASES.items()
    ]

    async def story() -> Seen:
        async with watching(folder, web, sources=sources) as watch:
            alerts: list[dict[str, int]] = []
            _publish_feeds(web, news=False)
            await watch.look()
            _publish_feeds(web, news=True)
            await watch.look()
            alerts.append(_told(watch))
            _publish_pages(web, again=False)
            pages = [await watch.read_pages()]
            alerts.append(_told(watch))
            watch.now += timedelta(minutes=30)
            _publish_pages(web, again=True)
            pages.append(await watch.read_pages())
            alerts.append(_told(watch))
            before = _archive(folder)
            web.publish("/edited.xml", rss2(SITE, (item("", EDITED, SUMMARY, link=f"{web.base}/edited/1"),)))
            await watch.look()
            edited = _archive(folder)["edited"]
            await watch.read_pages()
            return Seen(alerts=alerts, pages=pages, before=before, edited=[edited, _archive(folder)["edited"]], web=web)

    return asyncio.run(story())


def _publish_feeds(web: Web, *, news: bool) -> None:
    for name, case in CASES.items():
        old = item("", TOLD, "Years ago.", link=f"{web.base}/{name}/0")
        new = item("", case.title, case.summary, link=f"{web.base}/{name}/1")
        web.publish(f"/{name}.xml", rss2(SITE, (new, old) if news else (old,)))


def _publish_pages(web: Web, *, again: bool) -> None:
    for name, case in CASES.items():
        told = replace(item("", case.title, link=f"{web.base}/{name}/1"), paragraphs=case.page)
        body = article_page(SITE, told, address=told.link)
        web.publish(f"/{name}/1", body, "text/html", status=200 if again else case.status)


def _told(watch: Watch) -> dict[str, int]:
    return {publisher: len(alerts) for publisher, alerts in watch.alerts().items()}


def _archive(folder: Folder) -> dict[str, Any]:
    with contextlib.closing(sqlite3.connect(folder.path / "rackwatch.db")) as connection:
        connection.row_factory = sqlite3.Row
        return {row["source"]: dict(row) for row in connection.execute(ENTRIES)}


@pytest.mark.parametrize("name", CASES)
def test_a_page_is_fetched_where_it_is_wanted_and_allowed(seen: Seen, name: str) -> None:
    looks = [report[name].outcome if name in report else None for report in seen.pages]
    assert looks == list(CASES[name].outcomes), [report.get(name) for report in seen.pages]
    answered = sum(look not in {None, PageOutcome.REFUSED} for look in looks)
    assert len(seen.web.asked(f"/{name}/1")) == answered + (name == "edited"), "an edit has the page read again"


@pytest.mark.parametrize("name", CASES)
def test_the_first_match_alerts_whoever_brought_it_and_nothing_alerts_twice(seen: Seen, name: str) -> None:
    assert tuple(step.get(name, 0) for step in seen.alerts) == CASES[name].alerts


@pytest.mark.parametrize("name", CASES)
def test_the_archive_holds_the_longer_text(seen: Seen, name: str) -> None:
    row = seen.before[name]
    assert row["text"].strip() == CASES[name].text
    assert bool(row["full_text"]) == (row["summary"] is not None) == (CASES[name].text == "".join(STORY).strip())


def test_robots_txt_is_asked_once_and_old_articles_never(seen: Seen) -> None:
    assert len(seen.web.asked("/robots.txt")) == 1
    assert [name for name in CASES if seen.web.asked(f"/{name}/0")] == []


def test_an_edit_changes_the_title_and_keeps_the_full_text(seen: Seen) -> None:
    before = seen.before["edited"]
    assert before["title"] == HINT
    for after in seen.edited:
        assert after == before | {"title": EDITED}
