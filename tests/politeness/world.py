"""A rackwatch on a real folder and database, a scripted server and a clock that only we move."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from rich.console import Console

from bot.alerts.content import NoticeContent
from bot.app import App
from bot.settings import load_settings
from storage.records import SourceStatus
from tests.politeness.server import Answer, Asked, ScriptedServer
from tests.world import RULES, Folder

MONDAY = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

ROUNDS = 5_000
"""Rounds of polls after which a world that does not come to rest is a mistake."""

NEXT_ONES = 10
"""Sources whose times are compared to find the next look: the first in line may have to wait for its server."""

FETCH = {"allow_hosts": ["127.0.0.0/8"], "host_gap": "0s", "deadline": "5s", "contact": "https://ops.example/about"}


@dataclass(slots=True)
class Clock:
    """UTC; stands still unless told."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now


class World:
    """Polls what is due, as the service does, and moves the clock to the next look."""

    def __init__(self, folder: Folder, server: ScriptedServer, clock: Clock, sections: dict[str, Any]) -> None:
        self.server = server
        self.clock = clock
        self.app: App
        self._folder = folder
        self._sections: dict[str, Any] = {"fetch": FETCH, "schedule": {}, "parser": {"processes": 1}} | sections
        self._sources: list[dict[str, Any]] = []
        self._open = False

    def source(self, key: str, *answers: Answer, host: str = "127.0.0.1", **options: Any) -> None:
        """Add a source at `/key` that answers by this script; nothing else is watched there."""
        self.server.script(f"/{key}", *answers)
        self._sources.append({"key": key, "url": self.server.url(f"/{key}", host=host)} | options)

    def change(self, key: str, **options: Any) -> None:
        """Write other options of a source; they count from the next start or reload."""
        for source in self._sources:
            if source["key"] == key:
                source.update(options)

    def reverse(self) -> None:
        self._sources.reverse()

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def start(self) -> None:
        self._write()
        settings = load_settings(self._folder.path, environment={})
        self.app = App(settings, console=Console(file=io.StringIO()), role="run", clock=self.clock)
        await self.app.__aenter__()
        self._open = True

    async def stop(self) -> None:
        if self._open:
            self._open = False
            await self.app.__aexit__()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def reload(self) -> None:
        """Take the changed file into force, as the running service does."""
        self._write()
        settings = load_settings(self._folder.path, environment={})
        await self.app.write(self.app.adopt, settings, self.app.candidate, self.app.judging.owners)

    def _write(self) -> None:
        self._folder.configure(**self._sections, sources=self._sources)

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def poll_due(self) -> int:
        """One tick of the service: everything that is due now. The number of polls."""
        due = self.app.store.sources.due(now=self.clock.now)
        await self.app.poll_many(due)
        return len(due)

    async def pass_time(self, duration: timedelta, *, grain: timedelta = timedelta()) -> None:
        """Everything that becomes due meanwhile is polled at its time, or with what is due up to `grain` later."""
        end = self.clock.now + duration
        for _ in range(ROUNDS):
            await self.poll_due()
            following = self._next_look(end)
            if following is None:
                self.clock.now = end
                return
            self.clock.now = max(min(following + grain, end), self.clock.now)
        raise AssertionError("the sources are polled again and again at one time")

    async def looks(self, times: int) -> None:
        """So many rounds, each at the time of the next look."""
        for _ in range(times):
            following = self._next_look(self.clock.now + 10 * DAY)
            assert following is not None
            self.clock.now = max(self.clock.now, following)
            await self.poll_due()

    async def poll_by_hand(self, *keys: str) -> None:
        """What `rackwatch poll` does beside a running service: it asks, the service polls."""
        self.app.store.sources.request_now(keys, now=self.clock.now)
        await self.poll_due()

    async def read_pages(self) -> None:
        """One tick of the service: the articles' pages that are due now."""
        await self.app.read_pages(self.app.store.pages.due(now=self.clock.now))

    def _next_look(self, end: datetime) -> datetime | None:
        """When the next source is due; None where none is before `end`."""
        held = self.app.store.sources.held_places(now=self.clock.now)
        moments = (
            max(filter(None, (one.next_check_at, one.not_before, held.get(one.place))))
            for one in self.app.store.sources.due(now=end, limit=NEXT_ONES)
        )
        return min(moments, default=None)

    # ── what happened ────────────────────────────────────────────────────────────────────────────────────────────

    def asked(self, key: str) -> list[Asked]:
        return self.server.asked(f"/{key}")

    def times(self, key: str) -> list[datetime]:
        return [one.at for one in self.asked(key)]

    def gaps(self, key: str) -> list[timedelta]:
        """Virtual time between one request and the next."""
        times = self.times(key)
        return [later - earlier for earlier, later in pairwise(times)]

    def unconditional(self, key: str) -> int:
        return sum(one.unconditional for one in self.asked(key))

    def state(self, key: str) -> SourceStatus:
        return self.app.store.sources.status([key])[0]

    def told(self, key: str) -> list[str]:
        """What the operator was told of the source, oldest first."""
        notices = reversed(self.app.store.outbox.notices(limit=1000))
        headlines = [NoticeContent.from_json(item.content).headline for item in notices]
        prefix = f"Source {key} "
        return [headline.removeprefix(prefix) for headline in headlines if headline.startswith(prefix)]


def new_folder(factory: pytest.TempPathFactory, name: str) -> Folder:
    """A working folder for all tests of a module."""
    folder = Folder(path=factory.mktemp(name))
    folder.write("rules/data-centers.yaml", RULES)
    return folder


def play(folder: Folder, story: Callable[[World], Awaitable[None]], **sections: Any) -> None:
    """Run a story in a world of its own; `sections` are those of rackwatch.yaml."""

    async def whole() -> None:
        clock = Clock()
        async with ScriptedServer(clock) as server:
            world = World(folder, server, clock, sections)
            try:
                await story(world)
            finally:
                await world.stop()

    asyncio.run(whole())


def about(gap: timedelta, wanted: timedelta) -> bool:
    """Never early; later by the jitter at most."""
    return wanted <= gap <= wanted * 1.1
