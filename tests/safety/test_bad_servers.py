"""Servers that mean harm, or are merely broken: each ends by the deadline with its own reason, and others go on."""

from __future__ import annotations

import asyncio
import shutil
import socket
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.event_loop import complete
from bot.sources.fetch import Fetcher
from bot.sources.fetch_results import Fetched, FetchFailure
from bot.sources.guard import Guard
from tests.safety.bad_answers import SERVERS
from tests.safety.certificates import Authority
from tests.safety.fetching import PEAK, Order, fetch_apart
from tests.safety.raw_server import ALLOWED, RawServer, answer
from tests.safety.watching import measured_lag

DEADLINE = 1.2
"""Seconds; a fetch may take a little longer, because the machine of a test does."""

GOOD = answer(b"<rss version='2.0'><channel><title>fine</title></channel></rss>")
GOOD_FETCHES = 30


@pytest.mark.parametrize(
    "run", [pytest.param(complete, id="uvloop"), pytest.param(asyncio.run, id="asyncio", marks=pytest.mark.slow)]
)
def test_each_bad_server_ends_in_time_with_its_reason_and_delays_nobody(
    run: Callable[[Coroutine[Any, Any, None]], None],
) -> None:
    bad = SERVERS

    async def all_at_once(hosts: Mapping[str, RawServer], other: RawServer) -> None:
        fetcher = Fetcher(
            guard=Guard([ALLOWED, "127.0.0.3"]),
            user_agent="t",
            deadline=DEADLINE,
            max_size=1_000_000,
            host_gap=0,
            concurrency=200,
        )

        async def good() -> list[float]:
            took = []
            for _ in range(GOOD_FETCHES):
                began = time.monotonic()
                assert isinstance(await fetcher.get(other.url("/")), Fetched)
                took.append(time.monotonic() - began)
                await asyncio.sleep(0.02)
            return took

        async with measured_lag() as lag:
            good_ones = asyncio.create_task(good())
            # Each at a host of its own: one host is asked one thing at a time.
            found = await asyncio.gather(
                *(fetcher.get(hosts[one.path].url(one.path)) for one in bad), return_exceptions=True
            )
            took = await good_ones
        for one, end in zip(bad, found, strict=True):
            assert not isinstance(end, BaseException), (one.name, end)
            reason = end.reason if isinstance(end, FetchFailure) else None
            assert (reason, one.says in str(end)) == (one.reason, True), (one.name, end)
            assert end.elapsed < DEADLINE + 1, (one.name, end.elapsed)
        assert sorted(took)[len(took) // 2] < 0.2
        assert max(took) < DEADLINE / 2
        assert lag.worst < 0.5  # how long exactly is measured apart (test_event_loop.py)

    with ExitStack() as stack:
        hosts = {one.path: stack.enter_context(RawServer({one.path: one.script})) for one in bad}
        other = stack.enter_context(RawServer({"/": GOOD}, host="127.0.0.3"))
        run(all_at_once(hosts, other))


def failure_of(url: str, *, deadline: float = DEADLINE) -> tuple[FetchFailure, float]:
    async def once() -> FetchFailure:
        guard = Guard([ALLOWED])
        fetcher = Fetcher(guard=guard, user_agent="t", deadline=deadline, max_size=10**6, host_gap=0, concurrency=1)
        found = await fetcher.get(url)
        assert isinstance(found, FetchFailure), found
        return found

    began = time.monotonic()
    found = complete(once())
    return found, time.monotonic() - began


def test_a_name_that_nobody_has_is_said_to_be_unknown() -> None:
    found, _ = failure_of("http://news.invalid/")
    assert str(found).startswith("unknown host: cannot find the host news.invalid")


def test_a_refused_connection_is_told_at_once() -> None:
    with RawServer({}) as server:
        url = server.url("/")
    found, took = failure_of(url)
    assert found.reason.value == "no connection"
    assert took < DEADLINE


def test_a_host_that_takes_no_connections_is_given_up_by_the_deadline() -> None:
    """Its queue is full: what asks to connect is never answered."""
    with socket.create_server((ALLOWED, 0), backlog=0) as full, ExitStack() as stack:
        for _ in range(8):
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        found, took = failure_of(f"http://{ALLOWED}:{full.getsockname()[1]}/")
    assert took < DEADLINE + 1
    assert found.reason.value in {"no connection", "deadline passed"}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made by the openssl command")
@pytest.mark.skipif(not PEAK.exists(), reason="the fetching process reads Linux's /proc")
def test_tls_that_is_not_what_it_should_be_is_refused_with_what_is_wrong(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    name = f"IP:{ALLOWED}"
    servers = [
        (authority.server("good", name), ""),
        (authority.server("nobody", name, signed=False), "self-signed certificate"),
        (authority.server("elsewhere", "DNS:good.example"), f"certificate is not valid for '{ALLOWED}'"),
        (authority.server("old", name, days=-1), "certificate has expired"),
        (None, "wrong version number"),  # plain HTTP where TLS should be
    ]
    with ExitStack() as stack, socket.create_server((ALLOWED, 0)) as silent:
        started = [stack.enter_context(RawServer({"/": GOOD}, tls=context)) for context, _ in servers]
        urls = [server.url("/").replace("http:", "https:") for server in started]
        hanging = f"https://{ALLOWED}:{silent.getsockname()[1]}/"
        environment = {"SSL_CERT_FILE": str(authority.file)}
        *ended, hung = fetch_apart(Order(urls=[*urls, hanging], deadline=DEADLINE), environment)
    for one, (_, says) in zip(ended, servers, strict=True):
        assert one.reason == ("TLS error" if says else ""), one
        assert says.lower() in one.detail.lower().replace("_", " "), one
    assert hung.reason == "no connection"
    assert "takes no connection within" in hung.detail
    assert hung.seconds < DEADLINE + 1
