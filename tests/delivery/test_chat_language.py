"""A chat's own language and clock reach its messages."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.content import DigestContent, DigestLine
from bot.alerts.deliver import Deliverer, Delivery, Recipient
from bot.alerts.outcomes import Outcome, Result
from bot.alerts.times import ChatTimes
from bot.alerts.words import GERMAN
from storage.records import ChatState, OutboxItem, OutboxKind, Settlement
from tests.delivery.hostile import NOON, Hostile


class OneWaits:
    """An outbox with one message in it."""

    def __init__(self, item: OutboxItem) -> None:
        self._waiting = [item]

    def ready(
        self,
        *,
        now: datetime,  # noqa: ARG002 - the port's
        busy: Collection[str] = (),  # noqa: ARG002 - the port's
        only: Collection[str] | None = None,  # noqa: ARG002 - the port's
    ) -> list[OutboxItem]:
        return self._waiting

    def mark_sending(self, item: OutboxItem, *, now: datetime) -> OutboxItem | None:  # noqa: ARG002 - the port's
        return item

    def settle(self, item: OutboxItem, result: Settlement) -> None:  # noqa: ARG002 - the port's
        self._waiting = []

    def chats(self) -> dict[str, ChatState]:
        return {}


class NothingToGather:
    """The port of gathering, where no digest is due."""

    def unarranged(self, *_: object, **__: object) -> list[str]:
        return []

    def arrange(self, *_: object, **__: object) -> None:
        """Never called."""


class Screen:
    """A channel that keeps what it shows."""

    paced = False
    has_buttons = False

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def deliver(self, delivery: Delivery) -> Outcome:
        self.texts.append(delivery.text)
        return Outcome(result=Result.SENT, message_id=1)


@pytest.mark.parametrize(
    ("recipient", "headline", "day"),
    [
        ({}, "Passed over: 1 earlier story", "10 Mar 2026"),
        (
            {"words": GERMAN, "times": ChatTimes(zone=ZoneInfo("Pacific/Auckland"))},
            "Übergangen: 1 frühere Geschichte",
            "11. März 2026",
        ),
    ],
)
def test_a_chat_reads_its_own_language_and_clock(recipient: dict[str, object], headline: str, day: str) -> None:
    line = DigestLine(title="T", url="https://a.example/", publisher="A", at=NOON.isoformat())
    content = DigestContent(total=1, why=(), lines=(line,)).to_json()
    item = replace(Hostile(1).item(), kind=OutboxKind.NOTICE, alert_id=None, content=content, possible_repeat=False)
    screen = Screen()
    chat = replace(Recipient(chat="c", chat_id="1", notifier=screen), **recipient)  # type: ignore[arg-type]

    async def deliver() -> None:
        with ThreadPoolExecutor(1) as writer:
            deliverer = Deliverer(
                store=OneWaits(item),
                digests=NothingToGather(),
                writer=writer,
                recipients=lambda: {"c": chat},
                operator_chat=lambda: "c",
                most_at_once=lambda: 10,
                clock=lambda: NOON,
                on_bad_token=lambda _: None,
            )
            await deliverer.settle_all(patience=5)

    asyncio.run(deliver())
    (text,) = screen.texts
    assert headline in text
    assert text.endswith(day)
