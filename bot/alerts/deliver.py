"""The outbox loop: takes what is due, marks it `sending`, sends, settles. Knows no channel and no feed.

Per chat the order is kept and one request at most is under way; a chat that waits holds up nobody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog

from bot.alerts.content import DigestContent, PagedContent
from bot.alerts.gather import arranged
from bot.alerts.keyboard import Keyboard, alert_keyboard, digest_keyboard
from bot.alerts.markup import visible
from bot.alerts.outcomes import Outcome, Result, settle
from bot.alerts.pacing import Pace
from bot.alerts.render import message
from bot.alerts.times import URGENT, ChatTimes
from bot.alerts.words import ENGLISH, Words
from bot.logs import log_bug
from storage.errors import StorageError
from storage.records import Arrangement, ChatState, OutboxItem, OutboxKind, Settlement, Waiting

log = structlog.get_logger(__name__)

IDLE = 1.0
"""Seconds between two looks at the outbox when nobody calls: another process may have added to it."""


SETTLE_PAUSE = 2.0
"""Seconds between two tries to write down how a delivery ended."""


Arrange = Callable[[Sequence[Waiting], str], Arrangement]
"""Decides for waiting rows, the oldest first, of a chat."""


class DigestStore(Protocol):
    """The port of gathering."""

    def unarranged(
        self, arrange: Arrange, *, now: datetime, only: Collection[str], quiet: Collection[str]
    ) -> list[str]: ...
    def arrange(self, chat: str, arrange: Arrange, *, now: datetime, quiet: Collection[str]) -> None: ...


class OutboxStore(Protocol):
    """The port of delivery."""

    def ready(
        self, *, now: datetime, busy: Collection[str] = (), only: Collection[str] | None = None
    ) -> list[OutboxItem]: ...
    def mark_sending(self, item: OutboxItem, *, now: datetime) -> OutboxItem | None: ...
    def settle(self, item: OutboxItem, result: Settlement) -> None: ...
    def chats(self) -> dict[str, ChatState]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One request: what to show where. `chat_id` is the chat's present id.

    `message_id` is set for an edit, `answers` for an answer to a message; `alert` is the alert that it tells of.
    `keyboard` are the buttons under it, for a channel that has buttons.
    """

    chat: str
    chat_id: str
    text: str
    html: bool
    message_id: int | None
    answers: int | None
    alert: int | None
    thread: int | None
    preview: bool
    silent: bool
    keyboard: Keyboard = ()


class Notifier(Protocol):
    """A channel. `paced` channels keep Telegram's limits; a `group` has a stricter one.

    `has_buttons`: a digest shows its first page and turns the others; else its message tells everything.
    """

    paced: bool
    has_buttons: bool

    async def deliver(self, delivery: Delivery) -> Outcome: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A configured chat with its channel, its times and the language of what the program itself says there."""

    chat: str
    chat_id: str
    notifier: Notifier
    thread: int | None = None
    preview: bool = False
    silent: bool = False
    words: Words = ENGLISH
    times: ChatTimes = field(default_factory=ChatTimes)

    @property
    def group(self) -> bool:
        return self.chat_id.startswith("-")


_T = TypeVar("_T")


class Deliverer:
    """Delivers until told to stop. `recipients` is asked anew each time, so that a reload takes effect at once.

    `pace` is what it keeps the limits by, for others who send to the same chats.
    """

    def __init__(
        self,
        *,
        store: OutboxStore,
        digests: DigestStore,
        writer: Executor,
        recipients: Callable[[], Mapping[str, Recipient]],
        operator_chat: Callable[[], str],
        most_at_once: Callable[[], int],
        clock: Callable[[], datetime],
        on_bad_token: Callable[[str], None],
    ) -> None:
        self._store = store
        self._digests = digests
        self._writer = writer
        self._recipients = recipients
        self._operator_chat = operator_chat
        self._most_at_once = most_at_once
        self._clock = clock
        self._on_bad_token = on_bad_token
        self.pace = Pace()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._stopped: set[int] = set()
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something was added to the outbox."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled; what is under way then is left to `drain`."""
        while True:
            try:
                wait = await self._start_what_is_ready()
            except StorageError as error:
                log.error("cannot read the outbox; trying again", error=str(error))
                wait = SETTLE_PAUSE
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    async def drain(self, *, patience: float) -> None:
        """Let what is under way finish; what does not is uncertain at the next start."""
        tasks = list(self._under_way.values())
        if tasks:
            await asyncio.wait(tasks, timeout=patience)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def settle_all(self, *, patience: float) -> None:
        """Deliver until nothing is ready or under way, for commands that end; at most `patience` seconds."""
        try:
            async with asyncio.timeout(patience):
                while True:
                    wait = await self._start_what_is_ready()
                    if self._under_way:
                        await asyncio.wait(self._under_way.values(), return_when=asyncio.FIRST_COMPLETED)
                    elif wait < IDLE:
                        await asyncio.sleep(wait)
                    else:
                        return
        except TimeoutError:
            await self.drain(patience=1)

    async def _start_what_is_ready(self) -> float:
        """Start one delivery for every chat that may be sent to; returns seconds until it is worth looking again."""
        recipients = self._recipients()
        wait = IDLE
        await self._arrange({chat: one for chat, one in recipients.items() if chat not in self._under_way})
        items = await self._in_thread(self._ready, tuple(self._under_way), tuple(recipients))
        for item in items:
            recipient = recipients[item.chat]
            if id(recipient.notifier) in self._stopped:
                continue
            if recipient.notifier.paced:
                now = asyncio.get_running_loop().time()
                # By its number: the topics of a group are chats of ours, but one chat to Telegram's limits.
                delay = self.pace.delay(recipient.chat_id, group=recipient.group, now=now)
                if delay > 0:
                    wait = min(wait, delay)
                    continue
                self.pace.take(recipient.chat_id, group=recipient.group, now=now)
            task = asyncio.create_task(self._deliver(item, recipient), name=f"deliver-{item.id}")
            self._under_way[item.chat] = task
            task.add_done_callback(partial(self._finished, item.chat))
        return wait

    async def _arrange(self, recipients: Mapping[str, Recipient]) -> None:
        """Hold back what its chat's times hold back, and gather on pages what is told together."""
        now, most = self._clock(), self._most_at_once()

        def arrange(waiting: Sequence[Waiting], chat: str) -> Arrangement:
            one = recipients[chat]
            return arranged(waiting, one.times, most=most if one.notifier.paced else None, now=now)

        quiet = [chat for chat, one in recipients.items() if one.times.quiet_until(now) is not None]
        look = partial(self._digests.unarranged, arrange, now=now, only=list(recipients), quiet=quiet)
        while chats := await self._in_thread(look):
            for chat in chats:
                await self._write(partial(self._digests.arrange, chat, arrange, now=now, quiet=quiet))

    def _ready(self, busy: Collection[str], only: Collection[str]) -> list[OutboxItem]:
        return self._store.ready(now=self._clock(), busy=busy, only=only)

    def _finished(self, chat: str, task: asyncio.Task[None]) -> None:
        del self._under_way[chat]
        if not task.cancelled() and task.exception() is not None:
            # Before the mark the item simply waits on; after it, it is uncertain at the next start. Nothing is lost.
            log.error("delivery failed", chat=chat, error=str(task.exception()))
        self._wake.set()

    async def _deliver(self, item: OutboxItem, recipient: Recipient) -> None:
        claimed = await self._write(self._mark, item)
        if claimed is None:
            return
        if claimed.kind is OutboxKind.EDIT and claimed.message_id is None:
            outcome = Outcome(result=Result.REFUSED, detail="there is no message to edit")
        else:
            state = (await self._in_thread(self._store.chats)).get(item.chat)
            turned = 0 if recipient.notifier.has_buttons else None
            text = message(claimed, recipient.times.zone, recipient.words, turned=turned)
            delivery = Delivery(
                chat=item.chat,
                chat_id=(state.migrated_id if state else None) or recipient.chat_id,
                text=visible(text) if claimed.plain else text,
                html=not claimed.plain,
                message_id=claimed.message_id if claimed.kind is OutboxKind.EDIT else None,
                answers=claimed.message_id if claimed.kind is OutboxKind.NOTICE else None,
                alert=claimed.alert_id,
                thread=recipient.thread,
                preview=recipient.preview,
                silent=recipient.silent or self._is_silent(claimed, recipient.times),
                keyboard=_keyboard(claimed, recipient.words),
            )
            try:
                outcome = await recipient.notifier.deliver(delivery)
            except Exception as error:  # noqa: BLE001 - the next line says why
                # A bug in a channel must not block its chats: what it did is unknown, and said so.
                log_bug(log, "the channel failed unexpectedly", error, chat=item.chat)
                outcome = Outcome(result=Result.UNKNOWN, detail=f"{type(error).__name__}: {error}"[:300])
        settlement = settle(claimed, outcome, now=self._clock(), operator_chat=self._operator_chat())
        await self._settle(claimed, settlement)
        details = {"chat": item.chat, "kind": item.kind.value, "alert": claimed.alert_id, "attempt": claimed.attempts}
        if outcome.result in {Result.SENT, Result.UNCHANGED}:
            log.info("delivered", **details, message=outcome.message_id)
        else:
            log.warning("not delivered", **details, result=outcome.result.value, detail=outcome.detail)
        if outcome.result is Result.BAD_TOKEN:
            self._stopped.add(id(recipient.notifier))
            self._on_bad_token(outcome.detail)

    def _is_silent(self, item: OutboxItem, times: ChatTimes) -> bool:
        """High priority rings, and so does what concerns the program itself; in quiet hours only what may pass."""
        if item.content.get("quiet") or DigestContent.from_json(item.content) is not None:
            return True
        priority = (item.alert or item.content).get("priority")
        if priority is not None and times.passes(priority):
            return False
        return priority not in {None, URGENT} or times.quiet_until(self._clock()) is not None

    async def _settle(self, item: OutboxItem, settlement: Settlement) -> None:
        """Write the end of an attempt down, however long the disk is full: forgetting it would send twice."""
        while True:
            try:
                return await self._write(self._store.settle, item, settlement)
            except StorageError as error:
                log.error("cannot note how a delivery ended; trying again", chat=item.chat, error=str(error))
                await asyncio.sleep(SETTLE_PAUSE)

    def _mark(self, item: OutboxItem) -> OutboxItem | None:
        return self._store.mark_sending(item, now=self._clock())

    async def _write(self, function: Callable[..., _T], *arguments: Any) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, function, *arguments)

    @staticmethod
    async def _in_thread(function: Callable[..., _T], *arguments: Any) -> _T:
        return await asyncio.to_thread(function, *arguments)


def _keyboard(item: OutboxItem, words: Words) -> Keyboard:
    if item.kind is OutboxKind.DIGEST:
        return digest_keyboard(item.id, 0, len(PagedContent.from_json(item.content).pages))
    if item.alert_id is None or item.kind is OutboxKind.NOTICE:
        return ()
    return alert_keyboard(item.alert_id, item.standing, words)
