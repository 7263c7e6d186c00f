"""One unconditional request for the life of a source, and none too early, whatever happens to the program around it."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.feed_server import FeedServer, Reply
from storage import open_store
from tests.politeness.server import HTML, NOT_MODIFIED, Asked, feed, say
from tests.politeness.world import DAY, HOUR, MINUTE, World, new_folder, play
from tests.world import COMMAND, Folder, rss

WHOLE = say(200, 'ETag: "1"', body=feed("1"))


Event = Callable[[World, str], Awaitable[None]]
"""Something happens to the source of this key, or to everything."""


async def nothing(_world: World, _key: str) -> None:
    return


async def restarted(world: World, _key: str) -> None:
    await world.restart()


async def polled_by_hand(world: World, key: str) -> None:
    await world.poll_by_hand(key)


async def polled_by_hand_during_a_poll(world: World, key: str) -> None:
    """Another process marks the source while the service is asking: the mark is no second request."""
    before = len(world.asked(key))
    world.server.slowness = 0.1
    world.app.store.sources.request_now([key], now=world.clock.now)
    world.server.came.clear()
    polling = asyncio.create_task(world.poll_due())
    await world.server.came.wait()
    beside = open_store(world.app.settings.storage_url)
    await asyncio.to_thread(beside.sources.request_now, [key], now=world.clock.now)
    beside.close()
    await polling
    world.server.slowness = 0.0
    await world.poll_due()
    assert len(world.asked(key)) == before + 1


async def reordered(world: World, _key: str) -> None:
    world.reverse()
    await world.reload()


async def retitled(world: World, key: str) -> None:
    world.change(key, title="Another title", interval="2h", tags=["new"], language="de", full_text="never")
    await world.reload()


async def paused_and_resumed(world: World, key: str) -> None:
    world.change(key, paused=True)
    await world.reload()
    before = len(world.asked(key))
    await world.pass_time(3 * HOUR, grain=5 * MINUTE)
    assert len(world.asked(key)) == before
    world.change(key, paused=False)
    await world.reload()


async def redirected(world: World, key: str) -> None:
    world.server.script(f"/{key}", say(302, "Location: /elsewhere"))
    world.server.script("/elsewhere", NOT_MODIFIED)


async def broken(world: World, key: str) -> None:
    world.server.script(f"/{key}", say(500), say(200, 'ETag: "2"', body=HTML), say(404), NOT_MODIFIED)


async def left_alone_for_ten_days(world: World, _key: str) -> None:
    await world.stop()
    world.clock.now += 10 * DAY
    await world.start()


EVENTS: dict[str, Event] = {
    "nothing happens": nothing,
    "the program restarts": restarted,
    "a person polls by hand": polled_by_hand,
    "a person polls by hand while the service polls": polled_by_hand_during_a_poll,
    "the sources change their order": reordered,
    "the source's title and interval change": retitled,
    "the source is paused and resumed": paused_and_resumed,
    "the source redirects for a while": redirected,
    "the source breaks for a while": broken,
    "the program is away for ten days": left_alone_for_ten_days,
}


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Asked]]:
    """All requests of the sources: one for each event, which happens to it (or to all) in its turn."""
    folder = new_folder(tmp_path_factory, "lives")
    found: dict[str, list[Asked]] = {}

    async def story(world: World) -> None:
        keys = {f"life-{number}": event for number, event in enumerate(EVENTS)}
        for key in keys:
            world.source(key, WHOLE, NOT_MODIFIED, interval="1h")
        await world.start()
        await world.poll_due()
        for key, event in keys.items():
            await EVENTS[event](world, key)
        await world.pass_time(6 * HOUR, grain=5 * MINUTE)
        found.update({event: world.asked(key) for key, event in keys.items()})

    play(folder, story)
    return found


@pytest.mark.parametrize("event", EVENTS)
def test_one_unconditional_request_although(event: str, lives: dict[str, list[Asked]]) -> None:
    asked = lives[event]
    assert len(asked) >= 5
    assert [one.unconditional for one in asked] == [True] + [False] * (len(asked) - 1)


def test_a_poll_that_was_killed_before_it_was_written_is_simply_done_again(folder: Folder) -> None:
    async def story(world: World) -> None:
        world.source("a", WHOLE, WHOLE, NOT_MODIFIED, interval="1h")
        await world.start()
        world.server.slowness = 0.05
        polling = asyncio.create_task(world.poll_due())
        await world.server.came.wait()
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        world.server.slowness = 0.0
        await world.restart()
        await world.pass_time(3 * HOUR)
        assert [asked.unconditional for asked in world.asked("a")][:3] == [True, True, False]
        assert world.state("a").entries == 1

    play(folder, story)


def test_another_address_in_the_file_starts_over_and_the_old_one_is_left_alone(folder: Folder) -> None:
    async def story(world: World) -> None:
        world.source("a", WHOLE, NOT_MODIFIED, interval="1h")
        await world.start()
        await world.poll_due()
        world.server.script("/new", WHOLE, NOT_MODIFIED)
        world.change("a", url=world.server.url("/new"))
        await world.reload()
        await world.pass_time(3 * HOUR)
        assert len(world.asked("a")) == 1
        assert [asked.pair for asked in world.server.asked("/new")][:2] == [(None, None), ('"1"', None)]

    play(folder, story)


def test_ten_restarts_within_an_hour_ask_for_nothing(folder: Folder) -> None:
    async def story(world: World) -> None:
        for key, answer in (("plain", WHOLE), ("failing", say(500)), ("waiting", say(429, "Retry-After: 7200"))):
            world.source(key, answer, interval="1h")
        await world.start()
        await world.poll_due()
        for _ in range(10):
            await world.restart()
            await world.pass_time(5 * MINUTE)
        assert len(world.server.requests) == 3
        await world.pass_time(20 * MINUTE)
        assert [len(world.asked(key)) for key in ("plain", "failing", "waiting")] == [2, 2, 1]

    play(folder, story)


def test_after_a_long_stop_each_source_is_asked_once_and_then_at_its_own_time(folder: Folder) -> None:
    async def story(world: World) -> None:
        keys = [f"s{number}" for number in range(12)]
        for key in keys:
            world.source(key, WHOLE, NOT_MODIFIED, interval="1h")
        await world.start()
        await world.poll_due()
        await world.stop()
        world.clock.now += 10 * DAY
        before = len(world.server.requests)
        await world.start()
        await world.pass_time(59 * MINUTE)
        assert len(world.server.requests) - before == len(keys)
        await world.pass_time(8 * MINUTE)
        again = [asked.at for asked in world.server.requests[before + len(keys) :]]
        assert len(again) == len(keys)
        assert len(set(again)) > len(keys) // 2, "they do not stay together"

    play(folder, story)


def test_a_clock_that_jumps_back_brings_no_request_before_its_time(folder: Folder) -> None:
    async def story(world: World) -> None:
        world.source("a", WHOLE, NOT_MODIFIED, interval="1h")
        await world.start()
        await world.looks(3)
        asked = len(world.asked("a"))
        last, due = world.clock.now, world.state("a").next_check_at
        world.clock.now -= 5 * HOUR
        await world.restart()
        await world.pass_time(due - world.clock.now - MINUTE)
        assert len(world.asked("a")) == asked
        await world.pass_time(2 * MINUTE)
        assert len(world.asked("a")) == asked + 1
        assert world.asked("a")[-1].at - last >= HOUR

    play(folder, story)


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process lives in Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "change",
    [datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)],
    ids=["summer time ends", "summer time begins"],
)
@pytest.mark.usefixtures("berlin")
def test_nothing_shifts_when(change: datetime, folder: Folder) -> None:
    async def story(world: World) -> None:
        world.source("plain", WHOLE, NOT_MODIFIED, interval="1h")
        world.source("waiting", say(503, "Retry-After: 7200"), interval="1h")
        world.clock.now = change - timedelta(hours=4)
        await world.start()
        await world.pass_time(8 * HOUR)
        assert world.unconditional("plain") == 1
        assert all(HOUR <= gap <= 66 * MINUTE for gap in world.gaps("plain")), world.gaps("plain")
        assert all(2 * HOUR <= gap <= 132 * MINUTE for gap in world.gaps("waiting")), world.gaps("waiting")
        assert len(world.asked("plain")) >= 8

    play(folder, story, timezone="Europe/Berlin")


@pytest.mark.slow
def test_two_workers_at_once_ask_a_new_source_without_conditions_once(folder: Folder, feeds: FeedServer) -> None:
    """The service and two `rackwatch poll` beside it, all processes of their own."""
    feeds.publish("/a.xml", Reply(body=rss({"guid": "0", "title": "A quiet day"}).encode()))
    folder.configure(sources=[{"key": "a", "url": feeds.url("/a.xml"), "interval": "1h"}])
    with folder.service() as service:
        service.wait_for_log("watching")
        polls = [
            subprocess.Popen([*COMMAND, "-C", str(folder.path), "poll"], env=folder.env(), stdout=subprocess.DEVNULL)
            for _ in range(2)
        ]
        assert [poll.wait(30) for poll in polls] == [0, 0]
        service.stop()
    asked = [request.conditional for request in feeds.requests if request.path == "/a.xml"]
    assert asked == [False] + [True] * (len(asked) - 1)
    assert 1 <= len(asked) <= 3
