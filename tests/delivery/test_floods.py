"""Floods: a chat that Telegram holds back holds up nobody else; 50,000 alerts leave as digests, each of them once."""

from __future__ import annotations

import asyncio
import re
import selectors
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from rich.console import Console

from bot.alerts.markup import visible
from bot.alerts.pacing import GROUP_MINUTE, OVERALL_SECOND, PER_CHAT_GAP
from bot.app import App
from bot.settings import load_settings
from tests.delivery.queueing import NOON, content, queue, states
from tests.servers.process import ServerProcess
from tests.world import TOKEN, BotApi, Folder

HELD = -500
OTHERS = list(range(101, 121))
EACH = 3
"""Alerts for each of the others while one waits: one every 2 s, twice what Telegram's limit asks for."""

SLACK = 0.6
"""Seconds of the fast clock: the server sees a request some milliseconds after it left."""

FLOODED = [201, 202, 203, -204]


@pytest.fixture
def crowd(tmp_path_factory: pytest.TempPathFactory) -> BotApi:
    """A Bot API with many chats."""
    arguments = [word for chat in (HELD, *OTHERS, *FLOODED) for word in ("--chat", str(chat))]
    server = ServerProcess("tests.servers.bot_api", "--token", TOKEN, *arguments, state=tmp_path_factory.mktemp("bot"))
    return BotApi(server=server)


def configured(folder: Folder, crowd: BotApi, chats: list[int], *, timeout: str, topics: tuple[int, ...] = ()) -> App:
    """The program with these chats; with topics, each chat is as many topics of one group."""
    named = {f"c{chat}".replace("-", "g"): {"id": str(chat)} for chat in chats}
    if topics:
        named = {f"{key}-{topic}": one | {"thread": str(topic)} for key, one in named.items() for topic in topics}
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.configure(
        sources=[],
        telegram={"base_url": crowd.server.base_url, "timeout": timeout},
        chats=named,
    )
    settings = load_settings(folder.path, environment=folder.environment)
    return App(settings, console=Console(quiet=True), role="run", clock=_Ahead())


class _Ahead:
    """A clock that runs with the event loop's, from noon on, and can be set ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._since: float | None = None

    def __call__(self) -> datetime:
        now = _loop_time()
        self._since = now if self._since is None else self._since
        return NOON + self.ahead + timedelta(seconds=now - self._since)


_running: list[asyncio.AbstractEventLoop] = []


def _loop_time() -> float:
    """The delivering loop's time, also for the writer's thread."""
    return _running[-1].time()


async def _until(condition: Callable[[], bool], *, every: float) -> None:
    while True:
        if condition():
            return
        await asyncio.sleep(every)


def numbers(text: str) -> list[int]:
    """The alerts that a message tells."""
    return [int(number) for number in re.findall(r" · A(\d+)$", visible(text), flags=re.MULTILINE)]


@pytest.mark.slow
def test_one_chat_in_429_for_15_minutes_holds_up_nobody(folder: Folder, crowd: BotApi) -> None:
    async def play() -> tuple[dict[int, float], list[int], list[int]]:
        _running.append(asyncio.get_running_loop())
        async with configured(folder, crowd, [HELD, *OTHERS], timeout="5s") as app:
            clock = app._clock  # noqa: SLF001 - the test set it
            assert isinstance(clock, _Ahead)
            born: dict[int, float] = {}
            (first,) = queue(app.store, "cg500", [content("First")], now=clock())
            delivering = asyncio.create_task(app.deliverer.run())
            await asyncio.sleep(1)  # it was asked to wait
            held = [first]
            for turn in range(len(OTHERS) * EACH):
                held += await app.write(queue, app.store, "cg500", [content(f"Held {turn}")], now=clock())
                chat = OTHERS[turn % len(OTHERS)]
                for made in await app.write(queue, app.store, f"c{chat}", [content(f"Story {turn}")], now=clock()):
                    born[made] = time.time()
                app.deliverer.wake()
                await asyncio.sleep(0.1)
            await _until(lambda: states(app.store).get(("message", "sent"), 0) == len(born), every=0.1)
            waited = [line for line in crowd.ledger() if line["chat_id"] == HELD]
            assert len(waited) == 1, "asked once, then left alone"
            clock.ahead += timedelta(minutes=15)
            await _until(lambda: ("digest", "sent") in states(app.store), every=0.1)
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)
            return born, held, [n for line in crowd.ledger() if line["chat_id"] == HELD for n in numbers(line["text"])]

    with crowd.server:
        crowd.faults({"chat": HELD, "method": "sendMessage", "times": 1, "kind": "429", "retry_after": 900})
        born, held, told = asyncio.run(asyncio.wait_for(play(), 90))
        took = sorted(
            line["at"] - born[number]
            for line in crowd.ledger()
            if line["chat_id"] in OTHERS and line["applied"]
            for number in numbers(line["text"])
        )
    assert len(took) == len(born) == len(OTHERS) * EACH
    p95, worst = took[int(len(took) * 0.95)], took[-1]
    print(f"\none of {len(OTHERS) + 1} chats in 429 for 15 min: p95 {p95:.3f} s, worst {worst:.3f} s of {len(took)}")  # noqa: T201
    assert p95 < 0.5, "a tenth of the 5 seconds that are promised"
    assert sorted(told) == sorted([held[0], *held]), "the first was asked for twice, and all came on one page"


class _Fast(asyncio.SelectorEventLoop):
    """An event loop on which `SPEED` seconds go by in one."""

    SPEED = 40.0

    def __init__(self) -> None:
        super().__init__(_FastSelector())

    def time(self) -> float:
        return super().time() * self.SPEED


class _FastSelector(selectors.DefaultSelector):
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout if timeout is None else timeout / _Fast.SPEED)


def test_topics_of_a_group_share_its_limits(folder: Folder, crowd: BotApi) -> None:
    async def play() -> None:
        _running.append(asyncio.get_running_loop())
        async with configured(folder, crowd, [HELD], timeout="600s", topics=(5, 6)) as app:
            for topic in (5, 6):
                queue(app.store, f"cg500-{topic}", [content(f"Story {n} of {topic}") for n in range(4)], now=app.now())
            delivering = asyncio.create_task(app.deliverer.run())
            await _until(lambda: states(app.store) == {("message", "sent"): 8}, every=_Fast.SPEED / 10)
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)

    with crowd.server, asyncio.Runner(loop_factory=_Fast) as runner:
        runner.run(asyncio.wait_for(play(), 60 * _Fast.SPEED))
        times = [line["at"] * _Fast.SPEED for line in crowd.ledger()]
    assert min(after - before for before, after in pairwise(times)) > PER_CHAT_GAP - SLACK


@pytest.mark.slow
def test_50_000_alerts_after_an_outage_leave_in_digests(folder: Folder, crowd: BotApi) -> None:
    made: dict[int, list[int]] = {}

    async def play() -> None:
        _running.append(asyncio.get_running_loop())
        async with configured(folder, crowd, FLOODED, timeout="600s") as app:
            for chat, many in zip(FLOODED, (20_000, 15_000, 12_000, 3_000), strict=True):
                alerts = [
                    content(f"Story {n} of the flood at Sacramento", watch=f"Watch {n % 3}", voices=1 + n % 4)
                    for n in range(many)
                ]
                made[chat] = queue(app.store, f"c{chat}".replace("-", "g"), alerts, now=app.now())
            delivering = asyncio.create_task(app.deliverer.run())
            done = {"sent", "dead"}
            await _until(lambda: {state for _, state in states(app.store)} <= done, every=3 * _Fast.SPEED)
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)

    with crowd.server, asyncio.Runner(loop_factory=_Fast) as runner:
        runner.run(asyncio.wait_for(play(), 500 * _Fast.SPEED))
        lines = crowd.ledger()
    assert {line["status"] for line in lines} == {200}
    for chat, alerts in made.items():
        mine = [line for line in lines if line["chat_id"] == chat]
        assert Counter(number for line in mine for number in numbers(line["text"])) == Counter(alerts)
        headlines = [
            re.match(r"Digest: ([\d,]+) stories · page (\d+) of (\d+)\n", visible(line["text"])) for line in mine
        ]
        assert all(headlines), "nothing but digests"
        pages = [(int(found[2]), int(found[3])) for found in headlines if found]
        assert all(
            after == (page + 1, last) if page < last else after[0] == 1 for (page, last), after in pairwise(pages)
        ), "page after page"
        times = [line["at"] * _Fast.SPEED for line in mine]
        assert min(after - before for before, after in pairwise(times)) > PER_CHAT_GAP - SLACK
        if chat < 0:
            assert all(late - early > 60 - SLACK for early, late in zip(times, times[GROUP_MINUTE:], strict=False))
    every = sorted(line["at"] * _Fast.SPEED for line in lines)
    print(f"\n{sum(map(len, made.values()))} alerts in {len(lines)} messages, {(every[-1] - every[0]) / 60:.0f} min")  # noqa: T201
    assert all(late - early > 1 - SLACK for early, late in zip(every, every[OVERALL_SECOND:], strict=False))
