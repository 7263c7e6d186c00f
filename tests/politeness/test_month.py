"""Thirty days of two hundred feeds with ten restarts: how many requests carry no condition, and how many are early."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
import structlog

from tests.politeness.server import Asked, feed, say
from tests.politeness.world import DAY, HOUR, MINUTE, MONDAY, World, play
from tests.world import Folder

FEEDS = 200
DAYS = 30
RESTARTS = 10
TICK = 10 * MINUTE
"""Sources that fall due within it are polled together: a commit for each of 130,000 polls would take an hour."""

LIFE = 2 * DAY
"""Every feed has something new so often, each at its own hour."""


@dataclass(slots=True)
class Publisher:
    """One feed: some have both validators, some one, some may be cached, some redirect, all fail now and then."""

    number: int
    last: datetime | None = None
    wait: timedelta = HOUR
    unconditional: int = 0
    early: int = 0
    requests: int = 0

    def __call__(self, asked: Asked) -> bytes:
        self.requests += 1
        self.unconditional += asked.unconditional
        self.early += self.last is not None and asked.at - self.last < self.wait
        self.last, self.wait = asked.at, HOUR
        if self.requests > 1 and (self.requests + self.number) % 97 == 0:  # a first error leaves no validators
            return say(500)
        if self.number % 5 == 4:
            return say(302, f"Location: /moved-{self.number}")
        return self.document(asked)

    def document(self, asked: Asked) -> bytes:
        version = int((asked.at - MONDAY) / LIFE + self.number / FEEDS)
        etag, date = f'"{self.number}-{version}"', format_datetime(MONDAY + version * LIFE, usegmt=True)
        kind = self.number % 5
        lines = [f"ETag: {etag}"] if kind != 2 else []
        lines += [f"Last-Modified: {date}"] if kind in {0, 2} else []
        if kind == 3:
            lines.append("Cache-Control: max-age=10800")
            self.wait = 3 * HOUR
        if asked.pair in {(etag, None), (etag, date), (None, date)}:
            return say(304, *lines)
        return say(200, *lines, body=feed(*(f"{self.number}-{n}" for n in range(version, -1, -1))))


@pytest.fixture
def quiet() -> Iterator[None]:
    """A hundred thousand lines of log are no help."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.mark.slow
@pytest.mark.usefixtures("quiet")
def test_a_month_has_one_unconditional_request_per_feed_and_no_early_one(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    publishers = [Publisher(number) for number in range(FEEDS)]

    async def story(world: World) -> None:
        for publisher in publishers:
            world.source(f"feed-{publisher.number}", publisher, interval="1h")
            world.server.script(f"/moved-{publisher.number}", publisher.document)
        await world.start()
        ticks = int(DAYS * DAY / TICK)
        for tick in range(ticks):
            if tick % (ticks // (RESTARTS + 1)) == 0 and tick:
                await world.restart()
            await world.poll_due()
            world.server.requests.clear()
            world.clock.now += TICK

    play(folder, story)
    total = Counter[str]()
    for publisher in publishers:
        total.update(requests=publisher.requests, unconditional=publisher.unconditional, early=publisher.early)
    with capsys.disabled():
        print(f"\n{FEEDS} feeds, {DAYS} days, {RESTARTS} restarts: {dict(total)}")  # noqa: T201 - the figures are wanted
    assert total["requests"] > FEEDS * DAYS * 16
    assert (total["unconditional"], total["early"]) == (FEEDS, 0)
    assert [publisher.number for publisher in publishers if publisher.unconditional != 1] == []
