"""The service: tickers that look into the database and start what is due. The only file that imports apscheduler.

The database holds the schedule; the scheduler only ticks, so a restart or a long stop changes nothing but "now".
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import App
from bot.logs import log_bug
from bot.reload import Reloader
from storage.errors import StorageError
from storage.records import PageForRead, SourceForPoll

log = structlog.get_logger(__name__)

TICK = 1.0
"""Seconds between two looks at what is due: small against every interval, and a tick reads one indexed query."""

GRACE_FOR_POLLS = 2.0
GRACE_FOR_SENDS = 5.0
"""Seconds that polls and sends under way get at a stop; together with closing, under 10."""

PAGES_AT_ONCE = 20
"""Articles' pages under way at a time: they wait for their hosts most of it, and polls come first."""

HOLD = 60.0
"""Seconds that a source rests after trouble of our own (a full disk): fetching it again would bring nothing."""


class Service:
    """`rackwatch run`: polls and delivers until SIGTERM or SIGINT; SIGHUP or a changed file reloads."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._reloader = Reloader(app)
        self._polls: dict[int, asyncio.Task[None]] = {}
        self._held: dict[int, float] = {}
        self._pages: dict[int, asyncio.Task[None]] = {}
        self._pages_held = 0.0
        self._conversing: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_stop)
        loop.add_signal_handler(signal.SIGHUP, self._reloader.request)
        scheduler = AsyncIOScheduler(timezone="UTC")
        for tick in (
            self._poll_what_is_due,
            self._read_pages,
            self._reloader.tick,
            self._tell_passed_over,
            self._follow_people,
            self._measure,
        ):
            scheduler.add_job(
                partial(_until_cancelled, tick),
                "interval",
                seconds=TICK,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
                name=tick.__name__,
            )
        delivering = asyncio.create_task(self._app.deliverer.run(), name="deliver")
        self._reloader.begin()
        scheduler.start()
        log.info("watching", sources=len(self._app.settings.config.sources), rules=len(self._app.candidate.rules.rules))
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([stopping, delivering], return_when=asyncio.FIRST_COMPLETED)
            if delivering.done():
                delivering.result()  # a bug in the loop must end the service loudly, not silence the alerts
        finally:
            stopping.cancel()
            scheduler.shutdown(wait=False)
            self._reloader.close()
            await self._drain(delivering)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)
        log.info("stopped")

    def _on_stop(self) -> None:
        if self._stop.is_set():
            os._exit(1)  # asked twice: the database is safe at any instant
        log.info("stopping; ask again to stop at once")
        self._stop.set()

    async def _drain(self, delivering: asyncio.Task[None]) -> None:
        delivering.cancel()
        ending = [delivering]
        if self._conversing is not None:
            # A command that is under way is read again at the next start; repeating it does no harm.
            self._conversing.cancel()
            ending.append(self._conversing)
        await asyncio.gather(*ending, return_exceptions=True)
        polls = [*self._polls.values(), *self._pages.values()]
        if polls:
            await asyncio.wait(polls, timeout=GRACE_FOR_POLLS)
            for task in polls:
                task.cancel()
            await asyncio.gather(*polls, return_exceptions=True)
        await self._app.deliverer.drain(patience=GRACE_FOR_SENDS)

    # ── ticks ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _poll_what_is_due(self) -> None:
        try:
            due = await asyncio.to_thread(self._app.store.sources.due, now=self._app.now(), busy=set(self._polls))
        except StorageError as error:
            log.error("cannot read the schedule; trying again", error=str(error))
            return
        now = time.monotonic()
        for source in due:
            if self._held.get(source.id, 0.0) > now:
                continue
            task = asyncio.create_task(self._poll(source), name=f"poll-{source.key}")
            self._polls[source.id] = task
            task.add_done_callback(partial(self._finished, source.id))

    async def _read_pages(self) -> None:
        try:
            due = await asyncio.to_thread(
                self._app.store.pages.due, now=self._app.now(), busy=set(self._pages), limit=PAGES_AT_ONCE
            )
        except StorageError as error:
            log.error("cannot read which pages are due; trying again", error=str(error))
            return
        now = time.monotonic()
        if self._pages_held > now:
            return
        for page in due[: PAGES_AT_ONCE - len(self._pages)]:
            task = asyncio.create_task(self._read(page), name=f"page-{page.entry_id}")
            self._pages[page.entry_id] = task
            task.add_done_callback(partial(self._page_done, page.entry_id))

    async def _read(self, page: PageForRead) -> None:
        try:
            await self._app.read_pages([page])
        except StorageError as error:
            self._pages_held = time.monotonic() + HOLD
            log.error("page not stored; it is read again", url=page.url, error=str(error))
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug on one page must not silence the others
            self._pages_held = time.monotonic() + HOLD
            log_bug(log, "page failed unexpectedly", error, url=page.url)

    def _page_done(self, entry_id: int, _task: asyncio.Task[None]) -> None:
        del self._pages[entry_id]

    def _finished(self, source_id: int, _task: asyncio.Task[None]) -> None:
        del self._polls[source_id]

    async def _poll(self, source: SourceForPoll) -> None:
        try:
            await self._app.poll_many([source])
        except StorageError as error:
            self._held[source.id] = time.monotonic() + HOLD
            log.error("poll not stored; it is done again", source=source.key, error=str(error))
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the next line says why
            # A bug on one source's data must not silence the others; the source is tried again, rarely.
            self._held[source.id] = time.monotonic() + HOLD
            log_bug(log, "poll failed unexpectedly", error, source=source.key)

    async def _tell_passed_over(self) -> None:
        try:
            await self._app.old_news.tell()
        except StorageError as error:
            log.error("cannot make a digest; trying again", error=str(error))

    async def _follow_people(self) -> None:
        """What commands changed beside us; and people are listened to as soon as there is a token."""
        try:
            await self._app.follow_people()
        except StorageError as error:
            log.error("cannot read who was paired; trying again", error=str(error))
        if self._conversing is None and (conversation := self._app.conversation()) is not None:
            self._conversing = asyncio.create_task(conversation.run(), name="converse")

    async def _measure(self) -> None:
        if self._app.settings.config.metrics.listen is None:
            return
        try:
            counts = await asyncio.to_thread(self._app.store.archive.counts)
        except StorageError:
            return
        self._app.metrics.waiting.set(sum(n for state, n in counts.outbox.items() if state not in {"sent", "dead"}))


async def _until_cancelled(tick: Callable[[], Awaitable[None]]) -> None:
    """A tick that a stop cuts off is no error; APScheduler would log it as one, with a traceback."""
    with contextlib.suppress(asyncio.CancelledError):
        await tick()
