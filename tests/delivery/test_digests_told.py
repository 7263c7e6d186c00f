"""Quiet hours, digests and floods through the deliverer, a real database and a Bot API server on loopback."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from rich.console import Console

from bot.alerts.markup import visible
from bot.alerts.render import REPEAT_MARK
from bot.app import App
from bot.settings import load_settings
from tests.conftest import CHAT, OTHER_CHAT
from tests.delivery.queueing import NOON, content, grow, queue, states
from tests.world import TOKEN, BotApi, Folder

NIGHT = NOON + timedelta(hours=11)
MORNING = NOON + timedelta(hours=18)


@dataclass(slots=True)
class Clock:
    """Runs like a real one, from a moment of the test's choice, and can be set ahead."""

    at: datetime = NOON
    since: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.since)

    def set(self, moment: datetime) -> None:
        self.at, self.since = moment, time.monotonic()


@pytest.fixture
def world(folder: Folder, bot_api: BotApi) -> Folder:
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.configure(
        timezone="Europe/Berlin",
        sources=[],
        telegram={"base_url": bot_api.server.base_url, "timeout": "2s"},
        chats={
            "me": {"id": str(OTHER_CHAT), "quiet_hours": "22:00-07:00"},
            "team": {"id": str(CHAT), "quiet_hours": "22:00-07:00", "urgent": "false", "digest": "none"},
        },
    )
    return folder


def played(folder: Folder, scene: Callable[[App, Clock], Awaitable[None]]) -> None:
    """Play a scene with the program's own parts."""

    async def play() -> None:
        clock = Clock()
        settings = load_settings(folder.path, environment=folder.environment)
        async with App(settings, console=Console(quiet=True), role="run", clock=clock) as app:
            await scene(app, clock)

    asyncio.run(play())


def sent(bot_api: BotApi, chat: int) -> list[tuple[str, bool]]:
    """What a chat was sent, as it looks, and whether it rang."""
    return [
        (visible(line["text"]), line["params"]["disable_notification"] in {"false", False})
        for line in bot_api.ledger()
        if line["method"] == "sendMessage" and line["applied"] and int(line["chat_id"]) == chat
    ]


def test_high_priority_rings_and_normal_comes_without_sound(world: Folder, bot_api: BotApi) -> None:
    async def scene(app: App, clock: Clock) -> None:
        queue(app.store, "me", [content("Fire", priority="high"), content("Dust")], now=clock())
        await app.deliverer.settle_all(patience=10)

    played(world, scene)
    assert [(text.splitlines()[0], rang) for text, rang in sent(bot_api, OTHER_CHAT)] == [
        ("❗ Fire", True),
        ("Dust", False),
    ]


def test_what_quiet_hours_held_comes_as_one_digest_and_the_urgent_passes(world: Folder, bot_api: BotApi) -> None:
    async def scene(app: App, clock: Clock) -> None:
        clock.set(NIGHT)
        for chat in ("me", "team"):
            queue(app.store, chat, [content("Dust"), content("Fire", priority="high"), content("Rain")], now=clock())
        await app.deliverer.settle_all(patience=10)
        assert [(text.splitlines()[0], rang) for text, rang in sent(bot_api, OTHER_CHAT)] == [("❗ Fire", True)]
        assert sent(bot_api, CHAT) == [], "nothing is urgent there"
        clock.set(MORNING)
        await app.deliverer.settle_all(patience=10)
        assert set(states(app.store)) == {("message", "sent"), ("digest", "sent")}

    played(world, scene)
    _, (mine, rang) = sent(bot_api, OTHER_CHAT)
    assert mine.startswith("Digest: 2 stories\n")
    assert [word in mine for word in ("Dust", "Rain", "Fire")] == [True, True, False]
    assert not rang
    ((ours, rang),) = sent(bot_api, CHAT)
    assert ours.startswith("Digest: 3 stories\n")
    assert rang, "a story of high priority is among them"


def test_a_long_digest_is_one_message_that_shows_its_first_page_and_turns_the_others(
    world: Folder, bot_api: BotApi
) -> None:
    bot_api.faults({"chat": OTHER_CHAT, "method": "sendMessage", "times": 1, "kind": "drop_after"})

    async def scene(app: App, clock: Clock) -> None:
        clock.set(NIGHT)
        queue(app.store, "me", [content(f"Story {n}") for n in range(120)], now=clock())
        await app.deliverer.settle_all(patience=10)
        clock.set(MORNING)
        await app.deliverer.settle_all(patience=10)
        clock.set(MORNING + timedelta(minutes=1))
        await app.deliverer.settle_all(patience=10)
        assert states(app.store) == {("message", "sent"): 120, ("digest", "sent"): 1}

    played(world, scene)
    first, again = (text for text, _ in sent(bot_api, OTHER_CHAT))
    assert first.startswith("Digest: 120 stories · page 1 of 2\n")
    assert again == f"{REPEAT_MARK}\n{first}", "what may have arrived is sent again as it was, from its first page"
    *_, shown = bot_api.messages()
    ((count, turn),) = shown["reply_markup"]["inline_keyboard"]
    assert (count["text"], turn["text"]) == ("1/2", "›")


def test_a_flood_is_told_on_messages_of_their_own_without_buttons(world: Folder, bot_api: BotApi) -> None:
    async def scene(app: App, clock: Clock) -> None:
        queue(app.store, "me", [content(f"Story {n}") for n in range(120)], now=clock())
        await app.deliverer.settle_all(patience=10)
        assert states(app.store) == {("message", "sent"): 120, ("digest", "sent"): 2}

    played(world, scene)
    assert [text.splitlines()[0] for text, _ in sent(bot_api, OTHER_CHAT)] == [
        "Digest: 120 stories · page 1 of 2",
        "Digest: 120 stories · page 2 of 2",
    ]
    assert [one["reply_markup"] for one in bot_api.messages()] == [None, None]


def test_what_waits_is_asked_anew_where_the_chats_times_change(world: Folder, bot_api: BotApi) -> None:
    """Quiet hours that are switched off at night hold nothing back any longer; a digest of low priority still waits."""

    async def scene(app: App, clock: Clock) -> None:
        clock.set(NIGHT)
        queue(app.store, "me", [content("Dust"), content("Smoke", priority="low")], now=clock())
        await app.deliverer.settle_all(patience=10)
        assert sent(bot_api, OTHER_CHAT) == []
        app.store.people.set_override("me", "quiet_hours", [], by="x", now=clock())
        await app.follow_people()
        await app.deliverer.settle_all(patience=10)
        ((text, _),) = sent(bot_api, OTHER_CHAT)
        assert "Dust" in text
        assert "Smoke" not in text
        app.store.people.set_override("me", "digest", ["none"], by="x", now=clock())
        await app.follow_people()
        await app.deliverer.settle_all(patience=10)

    played(world, scene)
    assert "Smoke" in sent(bot_api, OTHER_CHAT)[-1][0]


def test_times_that_changed_in_the_file_while_the_service_was_down_count_at_its_start(
    world: Folder, bot_api: BotApi
) -> None:
    async def night(app: App, clock: Clock) -> None:
        clock.set(NIGHT)
        queue(app.store, "me", [content("Dust")], now=clock())
        await app.deliverer.settle_all(patience=10)

    async def after(app: App, clock: Clock) -> None:
        clock.set(NIGHT)
        await app.deliverer.settle_all(patience=10)

    played(world, night)
    assert sent(bot_api, OTHER_CHAT) == []
    world.configure(
        sources=[],
        telegram={"base_url": bot_api.server.base_url, "timeout": "2s"},
        chats={"me": {"id": str(OTHER_CHAT)}},
    )
    played(world, after)
    assert "Dust" in sent(bot_api, OTHER_CHAT)[-1][0]


def test_the_console_prints_a_whole_digest(folder: Folder) -> None:
    folder.configure(sources=[], chats={"here": {"kind": "console", "quiet_hours": "22:00-07:00"}})
    paper = io.StringIO()

    async def scene() -> None:
        clock = Clock(at=NIGHT)
        settings = load_settings(folder.path, environment=folder.environment)
        async with App(settings, console=Console(file=paper, width=120), role="run", clock=clock) as app:
            queue(app.store, "here", [content(f"Story {n}") for n in range(120)], now=clock())
            await app.deliverer.settle_all(patience=10)
            clock.set(MORNING + timedelta(hours=1))
            await app.deliverer.settle_all(patience=10)
            assert states(app.store) == {("message", "sent"): 120, ("digest", "sent"): 1}

    asyncio.run(scene())
    text = paper.getvalue()
    assert "Digest: 120 stories" in text
    assert "page 1" not in text
    assert [number for number in range(120) if f"Story {number}," not in text] == []


def test_an_outage_that_ends_at_night_wakes_nobody(world: Folder, bot_api: BotApi) -> None:
    async def scene(app: App, clock: Clock) -> None:
        queue(app.store, "me", [content(f"Story {n}") for n in range(20)], now=clock())
        clock.set(NIGHT)
        await app.deliverer.settle_all(patience=10)
        assert sent(bot_api, OTHER_CHAT) == []
        clock.set(MORNING)
        await app.deliverer.settle_all(patience=10)

    played(world, scene)
    ((text, _),) = sent(bot_api, OTHER_CHAT)
    assert text.startswith("Digest: 20 stories\n")


def test_low_priority_waits_for_eight_o_clock_unless_it_grows_graver(world: Folder, bot_api: BotApi) -> None:
    async def scene(app: App, clock: Clock) -> None:
        low = [content(name, priority="low") for name in ("Dust", "Smoke", "Rain")]
        _, smoke, rain = queue(app.store, "me", low, now=clock())
        await app.deliverer.settle_all(patience=10)
        assert sent(bot_api, OTHER_CHAT) == []
        grow(app.store, smoke, content("Smoke", priority="high", voices=2), now=clock(), reply="GRAVER")
        grow(app.store, rain, content("Rain", priority="low", voices=2), now=clock(), reply="DENIAL")
        await app.deliverer.settle_all(patience=10)
        assert [text.splitlines()[0] for text, _ in sent(bot_api, OTHER_CHAT)] == [
            "❗ Smoke",
            "Now of high priority · P",
        ]
        clock.set(MORNING + timedelta(minutes=61))
        await app.deliverer.settle_all(patience=10)

    played(world, scene)
    *_, (text, _) = sent(bot_api, OTHER_CHAT)
    assert len(sent(bot_api, OTHER_CHAT)) == 3, "what was denied before it was told is told at once"
    assert text.startswith("Digest: 2 stories\n")
    assert "Denied or corrected" in text


def test_an_alert_on_a_page_is_answered_there_and_never_edited(world: Folder, bot_api: BotApi) -> None:
    async def scene(app: App, clock: Clock) -> None:
        alerts = queue(app.store, "me", [content(f"Story {n}") for n in range(11)], now=clock())
        await app.deliverer.settle_all(patience=10)
        grow(app.store, alerts[3], content("Story 3", voices=2), now=clock(), reply="DENIAL")
        await app.deliverer.settle_all(patience=10)

    played(world, scene)
    lines = [line for line in bot_api.ledger() if line["applied"]]
    assert [line["method"] for line in lines] == ["sendMessage", "sendMessage"]
    page, answer = lines
    assert visible(page["text"]).startswith("Digest: 11 stories\n")
    assert answer["reply_to_message_id"] == page["result_message_id"]


@pytest.mark.parametrize("kind", ["drop_after", "not_applied_500"])
def test_a_page_of_unknown_fate_is_sent_again_and_says_so(world: Folder, bot_api: BotApi, kind: str) -> None:
    bot_api.faults({"chat": OTHER_CHAT, "method": "sendMessage", "times": 1, "kind": kind})

    async def scene(app: App, clock: Clock) -> None:
        queue(app.store, "me", [content(f"Story {n}") for n in range(11)], now=clock())
        await app.deliverer.settle_all(patience=10)
        assert states(app.store) == {("message", "gathered"): 11, ("digest", "uncertain"): 1}
        clock.set(NOON + timedelta(minutes=1))
        await app.deliverer.settle_all(patience=10)
        assert states(app.store) == {("message", "sent"): 11, ("digest", "sent"): 1}

    played(world, scene)
    assert sent(bot_api, OTHER_CHAT)[-1][0].startswith(f"{REPEAT_MARK}\nDigest: 11 stories")


@pytest.mark.slow
def test_the_alerts_of_a_refused_page_are_dead_and_can_be_sent_again(world: Folder, bot_api: BotApi) -> None:
    bot_api.faults({"chat": CHAT, "method": "sendMessage", "times": 2, "kind": "cant_parse"})

    async def scene(app: App, clock: Clock) -> None:
        alerts = queue(app.store, "team", [content(f"Story {n}") for n in range(11)], now=clock())
        await app.deliverer.settle_all(patience=10)
        assert states(app.store, "team") == {("message", "dead"): 11, ("digest", "dead"): 1}
        assert any("was refused" in text for text, _ in sent(bot_api, OTHER_CHAT)), "the operator is told"
        assert app.store.outbox.retry(alerts[0], now=clock()) == 1
        await app.deliverer.settle_all(patience=10)
        assert [text.splitlines()[0] for text, _ in sent(bot_api, CHAT)] == ["Story 0"]
        assert app.store.outbox.retry(None, now=clock()) == 10, "the alerts, not the page"
        await app.deliverer.settle_all(patience=20)
        assert states(app.store, "team") == {("message", "sent"): 11, ("digest", "dead"): 1}
        grow(app.store, alerts[0], content("Story 0", voices=2), now=clock())
        assert states(app.store, "team")["edit", "pending"] == 1, "it has a message of its own now"

    played(world, scene)


def test_a_chat_that_is_gone_takes_its_pages_along(world: Folder, bot_api: BotApi) -> None:
    bot_api.faults({"chat": CHAT, "method": "sendMessage", "times": 1, "kind": "429", "retry_after": 900})

    async def scene(app: App, clock: Clock) -> None:
        queue(app.store, "team", [content(f"Story {n}") for n in range(11)], now=clock())
        await app.deliverer.settle_all(patience=10)
        app.store.outbox.sync_chats({"me": str(OTHER_CHAT)}, now=clock())
        assert states(app.store, "team") == {("message", "dead"): 11, ("digest", "dead"): 1}

    played(world, scene)


def test_a_killed_service_loses_and_doubles_no_page(world: Folder, bot_api: BotApi) -> None:
    """Killed while a page is under way: it may have arrived, so it comes again, with the mark."""
    numbers: list[int] = []

    async def scene(app: App, clock: Clock) -> None:
        numbers.extend(
            queue(app.store, "me", [content(f"Story {n}", priority="high") for n in range(120)], now=clock())
        )

    played(world, scene)
    bot_api.faults({"chat": OTHER_CHAT, "method": "sendMessage", "times": 1, "kind": "hold", "seconds": 30})
    with world.service() as service:
        service.wait_for(lambda: sent(bot_api, OTHER_CHAT), "the first page")
        service.kill()
    with world.service() as service:
        service.wait_for(lambda: len(sent(bot_api, OTHER_CHAT)) == 3, "both pages")
        service.stop()
    first, again, second = (text for text, _ in sent(bot_api, OTHER_CHAT))
    assert again == f"{REPEAT_MARK}\n{first}"
    told = [word for text in (first, second) for line in text.splitlines() for word in line.split(" · A")[1:]]
    assert sorted(map(int, told)) == numbers

    async def look(app: App, _: Clock) -> None:
        assert states(app.store) == {("message", "sent"): 120, ("digest", "sent"): 2}

    played(world, look)
