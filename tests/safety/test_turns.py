"""However many answers come at once, reading them leaves the loop to others; and what is put off is read to its end."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import time
import zlib

from bot.event_loop import complete
from bot.sources.fetch import Fetcher
from bot.sources.fetch_results import Fetched, FetchFailure, FetchResult
from bot.sources.guard import Guard
from tests.safety.raw_server import ALLOWED, RawServer, answer

AT_ONCE = 40
MOST = 2_000_000
"""Bytes taken of a body: to inflate so many takes 5 ms of processor time."""

ROUND = 0.05
"""Seconds of processor time that one round of the loop may take, with everything that is not reading."""

BOMB = answer(zlib.compress(bytes(8 << 20), 9), "Content-Encoding: deflate")
NEWS = b"".join(b"<item>%d</item>" % number for number in range(100_000))


def fetched_at_once(*scripts: bytes) -> tuple[float, list[FetchResult]]:
    """The longest that the loop computed (seconds of its thread) without a turn for others, and what was fetched."""

    async def fetch(urls: list[str]) -> tuple[float, list[FetchResult]]:
        fetcher = Fetcher(
            guard=Guard([ALLOWED]), user_agent="t", deadline=20, max_size=MOST, host_gap=0, concurrency=len(urls)
        )
        worst = 0.0

        async def tick() -> None:
            nonlocal worst
            last = time.thread_time()
            while True:
                await asyncio.sleep(0.001)
                now = time.thread_time()
                worst, last = max(worst, now - last), now

        ticking = asyncio.create_task(tick())
        found = await asyncio.gather(*(fetcher.get(url) for url in urls))
        ticking.cancel()
        return worst, found

    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(RawServer({"/": script})) for script in scripts]
        return complete(fetch([server.url("/") for server in servers]))


def test_many_bombs_at_once_share_the_time_of_one() -> None:
    worst, found = fetched_at_once(*[BOMB] * AT_ONCE)
    assert {str(one) for one in found} == {f"too large: more than {MOST:,} bytes"}
    assert worst < ROUND


def test_beside_bombs_every_packed_answer_is_read_to_its_end_and_no_further() -> None:
    packed = gzip.compress(NEWS)
    whole = answer(packed, "Content-Encoding: gzip")
    followed = (
        answer(packed, "Content-Encoding: gzip", f"Content-Length: {len(packed)}") + b"\r\nHTTP/1.1 404 No\r\n\r\n"
    )
    hung_up = b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed
    cut_off = b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed[:-9]
    _, found = fetched_at_once(*[BOMB] * 5, whole, followed, hung_up, cut_off)
    *good, bad = found[5:]
    assert [one.body for one in good if isinstance(one, Fetched)] == [NEWS] * 3
    assert isinstance(bad, FetchFailure)
    assert "cut off" in str(bad)
