"""An article's page: may we? → fetch → read → judge its entry again. Every outcome is a value with its reason.

Pages obey robots.txt; feeds are meant for us and do not ask for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.documents.entries import Article, NotAFeed
from bot.group_writer import GroupWriter
from bot.judge import judge_article, lookup_keys
from bot.judging import Judging
from bot.page_report import PageOutcome, PageReport
from bot.plan import EntryPlanner
from bot.sources.cadence import RETRY_AFTER_LIMIT
from bot.sources.fetch import ACCEPT_PAGE
from bot.sources.fetch_results import Fetched, FetchFailure, FetchResult
from bot.sources.robots import Permission
from bot.sources.robots_cache import RobotsCache
from bot.story_keeper import StoryKeeper
from storage.apply import Applied
from storage.polls import PollWork
from storage.records import PageForRead, PageUpdate, PollPlan

log = structlog.get_logger(__name__)

RETRIES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""Waits before a page is asked for again; after the last one its entry keeps the feed's text."""


class Fetching(Protocol):
    async def get(
        self, url: str, *, accept: str, max_size: int | None = None, home: str | None = None
    ) -> FetchResult: ...


class Reading(Protocol):
    async def article(self, body: bytes | bytearray, *, url: str, content_type: str) -> Article | NotAFeed: ...


class PageReader:
    """Reads articles' pages."""

    def __init__(
        self,
        *,
        fetcher: Fetching,
        parsers: Reading,
        robots: RobotsCache,
        writer: GroupWriter,
        thinker: Executor,
        judging: Callable[[], Judging],
        keeper: StoryKeeper,
        clock: Callable[[], datetime],
        max_size: int,
    ) -> None:
        self._fetcher = fetcher
        self._parsers = parsers
        self._robots = robots
        self._writer = writer
        self._thinker = thinker
        self._judging = judging
        self._keeper = keeper
        self._clock = clock
        self._max_size = max_size

    async def read(self, page: PageForRead) -> PageReport:
        """One page. Raises StorageError: then nothing of it could be written down."""
        permission = await self._robots.permission(page.url, home=page.source.url)
        if not permission.granted:
            refused = permission is Permission.FORBIDDEN
            return await self._without(page, PageOutcome.REFUSED if refused else PageOutcome.RETRY, permission.value)
        fetched = await self._fetcher.get(page.url, accept=ACCEPT_PAGE, max_size=self._max_size, home=page.source.url)
        if isinstance(fetched, FetchFailure):
            lasting = (
                fetched.status is not None and 400 <= fetched.status < 500 and fetched.status not in {408, 425, 429}
            )
            outcome = PageOutcome.FAILED if lasting else PageOutcome.RETRY
            return await self._without(page, outcome, str(fetched), failure=fetched)
        assert isinstance(fetched, Fetched)  # noqa: S101 - an unconditional request is never answered by 304
        article = await self._parsers.article(fetched.body, url=fetched.url, content_type=fetched.content_type)
        if isinstance(article, NotAFeed):
            return await self._without(page, PageOutcome.FAILED, article.reason)
        return await self._judge(page, article)

    async def _judge(self, page: PageForRead, article: Article) -> PageReport:
        judging, now = self._judging(), self._clock()
        work = partial(judge_article, page, article, judging.matcher, judging.owners, now=now)
        judged = await asyncio.get_running_loop().run_in_executor(self._thinker, work)
        update = PageUpdate(
            entry_id=page.entry_id,
            outcome=PageOutcome.READ.value,
            reason="",
            attempts=page.attempts + 1,
            read_at=now,
            facts={
                "title": article.title,
                "author": article.author,
                "published_at": article.published_at.isoformat() if article.published_at else None,
                "canonical_url": article.canonical_url,
                "language": article.language,
                "site": article.site,
                "links": list(article.links),
            },
        )
        planner = EntryPlanner(
            [judged],
            source=page.source,
            now=now,
            audience=judging.audience,
            owners=judging.owners,
            edit_gap=judging.edit_gap,
            keeper=self._keeper,
            finish=lambda plan, _: plan,
            page=update,
            passed=page.passed,
        )
        applied = await self._writer.apply(PollWork(source_id=page.source.id, keys=lookup_keys([judged]), plan=planner))
        return self._report(page, PageOutcome.READ, "", applied)

    async def _without(
        self, page: PageForRead, outcome: PageOutcome, reason: str, *, failure: FetchFailure | None = None
    ) -> PageReport:
        """The entry keeps the feed's text, for now or for good; a server that asks to wait is left alone."""
        now = self._clock()
        asked = failure.retry_after if failure is not None and failure.retry_after is not None else 0.0
        wait = min(timedelta(seconds=asked), RETRY_AFTER_LIMIT)
        if outcome is PageOutcome.RETRY and page.attempts >= len(RETRIES):
            outcome = PageOutcome.FAILED
        update = PageUpdate(
            entry_id=page.entry_id,
            outcome=outcome.value,
            reason=reason,
            attempts=page.attempts + 1,
            due_at=now + max(RETRIES[page.attempts], wait) if outcome is PageOutcome.RETRY else None,
        )
        place = failure.place if failure is not None else None
        plan = PollPlan(at=now, pages=(update,), hold=(place, now + wait) if wait and place is not None else None)
        applied = await self._writer.apply(PollWork(source_id=page.source.id, plan=plan))
        return self._report(page, outcome, reason, applied)

    def _report(self, page: PageForRead, outcome: PageOutcome, reason: str, applied: Applied) -> PageReport:
        report = PageReport(
            source=page.source.key,
            url=page.url,
            outcome=outcome,
            reason=reason,
            matches=applied.matches,
            alerts=applied.alerts_new,
            grown=applied.alerts_grown,
        )
        log.info("page", source=report.source, url=report.url, outcome=outcome.value, reason=reason)
        return report
