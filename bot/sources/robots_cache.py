"""robots.txt of the sites whose pages are read: fetched once a day, kept in memory."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.sources.fetch_results import FailReason, Fetched, FetchFailure, FetchResult
from bot.sources.robots import EXPIRY, Permission, Robots, robots_url

SITES_REMEMBERED = 1_000
ACCEPT = "text/plain, */*;q=0.1"
MAX_BYTES = 2_000_000
"""Four times what is read of one (`bot.sources.robots.MAX_SIZE`)."""


class Fetching(Protocol):
    async def get(
        self, url: str, *, accept: str, max_size: int | None = None, home: str | None = None
    ) -> FetchResult: ...

    def keep_gap(self, url: str, gap: float) -> None: ...


@dataclass(frozen=True, slots=True)
class _Known:
    robots: Robots
    until: datetime


class RobotsCache:
    """Permissions by site; pages of one site wait for one request."""

    def __init__(self, fetcher: Fetching, clock: Callable[[], datetime]) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Robots]] = {}

    async def permission(self, url: str, *, home: str) -> Permission:
        """Whether this page, linked from a source at `home`, may be fetched. A `Crawl-delay` is kept from then on."""
        try:
            place = robots_url(url)
        except ValueError:
            return Permission.ALLOWED  # no web address: the fetch says so
        return (await self._robots(place, home)).allows(url)

    async def _robots(self, place: str, home: str) -> Robots:
        known = self._known.get(place)
        if known is not None and known.until > self._clock():
            self._known.move_to_end(place)
            return known.robots
        asking = self._asking.get(place)
        if asking is None:
            asking = self._asking[place] = asyncio.create_task(self._ask(place, home))
            asking.add_done_callback(lambda _: self._asking.pop(place, None))
        return await asyncio.shield(asking)

    async def _ask(self, place: str, home: str) -> Robots:
        answer = await self._fetcher.get(place, accept=ACCEPT, max_size=MAX_BYTES, home=home)
        if isinstance(answer, Fetched):
            robots = Robots.read(bytes(answer.body), 200)
        else:
            assert isinstance(answer, FetchFailure)  # noqa: S101 - an unconditional request is never answered by 304
            status = 302 if answer.reason is FailReason.REDIRECTS else answer.status
            robots = Robots.read(None, status)
        delay = robots.crawl_delay()
        if delay is not None:
            self._fetcher.keep_gap(place, delay)
        self._known[place] = _Known(robots, self._clock() + EXPIRY)
        while len(self._known) > SITES_REMEMBERED:
            self._known.popitem(last=False)
        return robots
