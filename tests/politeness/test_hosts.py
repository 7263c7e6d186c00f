"""One connection per host, a pause between two requests to it, and one who asks to wait speaks for the whole host.

The pauses pass in real time; `127.0.0.1` and `localhost` are two hosts with one scripted server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import pytest

from bot.app import definition_of
from bot.settings import build_settings
from bot.sources.fetch import Fetcher
from bot.sources.fetch_results import Fetched, FetchResult
from bot.sources.guard import Guard
from bot.sources.shared_limits import limit_key, shared_limit
from rules.yaml_source import read_yaml
from tests.politeness.server import NOT_MODIFIED, Asked, ScriptedServer, feed, say
from tests.politeness.world import HOUR, Clock, World, new_folder, play
from tests.world import Folder

GAP = 0.15
WHOLE = say(200, 'ETag: "1"', body=feed())


def fetching(
    story: Callable[[Fetcher, ScriptedServer], Awaitable[None]], *, gap: float, deadline: float = 5.0, slots: int = 16
) -> None:
    async def whole() -> None:
        fetcher = Fetcher(
            guard=Guard(["127.0.0.0/8"]),
            user_agent="rackwatch/0",
            deadline=deadline,
            max_size=100_000,
            host_gap=gap,
            concurrency=slots,
        )
        async with ScriptedServer(Clock()) as server:
            await story(fetcher, server)

    asyncio.run(whole())


def pauses(requests: list[Asked]) -> list[float]:
    """Seconds from one answer to the next request."""
    in_order = sorted(requests, key=lambda asked: asked.arrived)
    return [later.arrived - earlier.answered for earlier, later in pairwise(in_order)]


def test_feeds_of_one_host_take_turns_with_a_pause_between(folder: Folder) -> None:
    async def story(world: World) -> None:
        for key in "abc":
            world.source(key, WHOLE)
        world.server.slowness = 0.02
        await world.start()
        await world.poll_due()
        assert len(world.server.requests) == 3
        assert min(pauses(world.server.requests)) >= GAP

    play(
        folder,
        story,
        fetch={"allow_hosts": ["127.0.0.0/8"], "host_gap": f"{GAP * 1000:.0f}ms", "deadline": "5s"},
    )


def test_a_redirect_within_a_host_waits_for_its_turn_too() -> None:
    async def story(fetcher: Fetcher, server: ScriptedServer) -> None:
        server.script("/a", say(302, "Location: /b"))
        server.script("/b", WHOLE)
        answers = await asyncio.gather(fetcher.get(server.url("/a")), fetcher.get(server.url("/b")))
        assert [type(answer) for answer in answers] == [Fetched, Fetched]
        assert len(server.requests) == 3
        assert min(pauses(server.requests)) >= GAP

    fetching(story, gap=GAP)


def test_after_an_error_the_pause_is_the_same() -> None:
    async def story(fetcher: Fetcher, server: ScriptedServer) -> None:
        server.script("/a", say(500))
        server.script("/b", b"no HTTP at all\r\n\r\n")
        await asyncio.gather(*(fetcher.get(server.url(target)) for target in ("/a", "/b", "/c")))
        assert min(pauses(server.requests)) >= GAP

    fetching(story, gap=GAP)


def test_a_hundred_feeds_on_one_host_delay_nobody_else_and_none_of_them_fails_of_waiting() -> None:
    async def story(fetcher: Fetcher, server: ScriptedServer) -> None:
        for number in range(100):
            server.script(f"/{number}", WHOLE)
        ended: list[str] = []

        async def get(host: str, number: int) -> FetchResult:
            answer = await fetcher.get(server.url(f"/{number}", host=host))
            ended.append(host)
            return answer

        crowd = [get("127.0.0.1", number) for number in range(100)]
        others = [get("localhost", number) for number in range(3)]
        answers = await asyncio.gather(*crowd, *others)
        assert all(isinstance(answer, Fetched) for answer in answers), "waiting for a turn is no part of the deadline"
        mine = [asked for asked in server.requests if asked.host.startswith("127.")]
        assert len(mine) == 100
        assert min(pauses(mine)) >= 0.005
        assert max(place for place, host in enumerate(ended) if host == "localhost") < 20

    fetching(story, gap=0.005, deadline=0.5, slots=4)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Looks at each source in the two hours that somebody asked to wait for."""
    folder = new_folder(tmp_path_factory, "held")
    found: dict[str, int] = {}
    keys = ("asks", "neighbour", "own-asks", "own-neighbour", "leads-there", "leads-to-asks")

    async def story(world: World) -> None:
        wait = say(429, "Retry-After: 7200")
        world.source("asks", WHOLE, wait, NOT_MODIFIED, host="localhost", interval="1h")
        world.source("neighbour", WHOLE, NOT_MODIFIED, host="localhost", interval="30m")
        world.source("own-asks", WHOLE, wait, NOT_MODIFIED, interval="1h")
        world.source("own-neighbour", WHOLE, NOT_MODIFIED, interval="30m")
        await world.start()
        await world.poll_due()
        world.clock.now += 2 * HOUR
        await world.poll_due()
        since = world.clock.now
        found["held in `rackwatch poll`"] = sum(
            one.not_before is not None and one.not_before > since for one in world.app.store.sources.named()
        )
        await world.restart()
        await world.poll_by_hand("asks", "neighbour", "own-asks")
        await world.pass_time(1.9 * HOUR)
        found.update({key: sum(at >= since for at in world.times(key)) - 1 for key in keys[:4]})
        await world.pass_time(HOUR)
        found.update({f"{key} later": sum(at >= since for at in world.times(key)) - 1 for key in keys[:4]})

    play(folder, story)
    return found


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        pytest.param("asks", False, id="who asked to wait is left alone, also by hand and after a restart"),
        pytest.param("neighbour", False, id="its neighbours at a public host are left alone too"),
        pytest.param("own-asks", False, id="a private host that asked to wait is left alone"),
        pytest.param("own-neighbour", True, id="its neighbours on a private host are not meant"),
        pytest.param("asks later", True, id="who asked to wait is asked again in time"),
        pytest.param("neighbour later", True, id="so are its neighbours"),
    ],
)
def test_retry_after(key: str, asked: bool, held: dict[str, int]) -> None:
    assert (held[key] > 0) == asked


def test_a_poll_by_hand_knows_who_asked_to_wait(held: dict[str, int]) -> None:
    assert held["held in `rackwatch poll`"] == 3, "two sources of the public host, one of the private"


def test_the_host_at_the_end_of_a_redirect_is_the_one_that_asked_to_wait(folder: Folder) -> None:
    async def story(world: World) -> None:
        world.source("leads-there", say(302, f"Location: {world.server.url('/busy', host='localhost')}"), interval="1h")
        world.server.script("/busy", say(503, "Retry-After: 7200"))
        world.source("at-the-end", WHOLE, NOT_MODIFIED, host="localhost", interval="1h")
        world.source("at-the-start", WHOLE, NOT_MODIFIED, interval="1h")
        await world.start()
        await world.poll_due()
        (place,) = world.app.store.sources.held_places(now=world.clock.now)
        assert place.startswith("localhost:")
        await world.pass_time(1.8 * HOUR)
        assert [len(world.asked(key)) for key in ("leads-there", "at-the-end", "at-the-start")] == [1, 1, 2]

    play(folder, story)


@pytest.mark.parametrize(
    ("first", "second", "one_turn"),
    [
        ("https://www.reddit.com/r/a/.rss", "https://old.reddit.com/r/b/.rss", True),
        ("https://reddit.com/r/a/.rss", "http://www.reddit.com/r/b/.rss", True),
        ("https://a.tumblr.com/rss", "https://b.tumblr.com/rss", True),
        ("https://openrss.org/a", "https://www.openrss.org/b", True),
        ("https://www.sec.gov/a", "https://data.sec.gov/b", True),
        ("https://notreddit.com/rss", "https://reddit.com/.rss", False),
        ("https://reddit.com.example/rss", "https://reddit.com/.rss", False),
        ("https://a.blog.example/rss", "https://b.blog.example/rss", False),
    ],
)
def test_hosts_of_one_service_share_its_turn_and_its_waiting(
    first: str, second: str, one_turn: bool, tmp_path: Path
) -> None:
    file = tmp_path / "rackwatch.yaml"
    file.write_text(f"sources:\n  - {{key: a, url: '{first}'}}\n  - {{key: b, url: '{second}'}}\n")
    config = build_settings(tmp_path, read_yaml(file), {}).config
    one, other = (definition_of(source, config.services).place for source in config.sources)
    assert (one == other) == one_turn


@pytest.mark.parametrize(("host", "gap"), [("old.reddit.com", 60), ("a.tumblr.com", 10), ("openrss.org", 60)])
def test_a_service_with_a_limit_gets_its_own_pause(host: str, gap: float) -> None:
    limit = shared_limit(host)
    assert limit is not None
    assert limit.gap >= gap
    assert limit_key(f"{host}:443") == limit_key(f"{limit.domain}:80") == limit.domain
