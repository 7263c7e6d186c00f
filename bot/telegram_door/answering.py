"""What arrived is answered, each update once, whichever way it came; what was handled is remembered in the database."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from weakref import WeakValueDictionary

import structlog

from bot.chat.incoming import Incoming
from bot.chat.say import Say, Toast
from bot.logs import log_bug
from bot.telegram_door.progress import Progress
from bot.telegram_door.reduce import reduce, update_id
from storage.errors import StorageError

log = structlog.get_logger(__name__)

HANDLED_WITHIN = 60.0
"""Seconds that one update may take: the next one of its chat waits for it."""


class DeskPort(Protocol):
    """Who answers."""

    async def first(self, incoming: Incoming) -> Toast | None: ...
    async def handle(self, incoming: Incoming) -> list[Say]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Where something is kept between starts."""

    load: Callable[[], Awaitable[str | None]]
    save: Callable[[str | None], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Arrived:
    """An update that waits for its turn; `answered` ends when a pressed button has its first answer."""

    incoming: Incoming
    answered: asyncio.Task[None]


class Answering:
    """Answers the updates of one bot; `bot` is its number."""

    def __init__(
        self,
        *,
        bot: str,
        desk: DeskPort,
        say: Callable[[Say], Awaitable[bool]],
        memory: Memory,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._desk = desk
        self._say = say
        self._memory = memory
        self._clock = clock
        self._progress = Progress(bot=bot)
        self._under_way: set[int] = set()
        self._waiting: dict[int, deque[_Arrived]] = {}
        self._chats: dict[int, asyncio.Task[None]] = {}
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def recall(self) -> None:
        """Know again what was handled before the last stop."""
        try:
            self._progress = Progress.read(await self._memory.load(), bot=self._bot)
        except StorageError as error:
            log.error("cannot read which updates were handled; Telegram knows most of it", error=str(error))

    def offset(self) -> int | None:
        """The first update to ask for; None where that is left to Telegram."""
        return self._progress.offset(self._clock())

    @property
    def busy(self) -> bool:
        """Whether something that was taken is under way."""
        return bool(self._chats)

    async def wait(self, seconds: float) -> None:
        """Until nothing is under way, but no longer than that."""
        if self._chats:
            await asyncio.wait(self._chats.values(), timeout=seconds)

    async def stop(self) -> None:
        """Give up what is under way; it is not handled then, and comes again."""
        # In this list before a chat's task ends: it takes its queue along.
        tasks = [*self._chats.values(), *(one.answered for queue in self._waiting.values() for one in queue)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def take(self, batch: list[Any], *, bot_name: str) -> None:
        """Answer the pressed buttons, and hand everything to its chat: the chats beside each other, each in order.

        What is under way already may be in it again.
        """
        numbers = {number for update in batch if (number := update_id(update)) is not None}
        self._progress.began(numbers, now=self._clock())
        for update in batch:
            incoming = reduce(update, bot_name=bot_name)
            number = incoming.update_id
            if number not in numbers or number in self._under_way or not self._progress.is_new(number):
                continue
            self._under_way.add(number)
            answered = asyncio.create_task(self._first(incoming), name=f"first-{number}")
            self._waiting.setdefault(incoming.chat_id, deque()).append(_Arrived(incoming, answered))
            if incoming.chat_id not in self._chats:
                task = asyncio.create_task(self._answer_in_turn(incoming.chat_id), name=f"chat-{incoming.chat_id}")
                self._chats[incoming.chat_id] = task

    async def answer_pushed(self, update: Any, *, bot_name: str) -> None:
        """One that Telegram brought, after those of its chat that came before; nothing where it was handled already.

        A pressed button does not wait for them.
        """
        number = update_id(update)
        if number is None or not self._progress.is_new(number):
            return
        incoming = reduce(update, bot_name=bot_name)
        turn = self._turns.setdefault(incoming.chat_id, asyncio.Lock())
        if number not in self._under_way:
            self._under_way.add(number)
            await self._first(incoming)
        async with turn:
            if self._progress.is_new(number):
                await self._answer(incoming)
                self._progress.took(number, now=self._clock())
                self._under_way.discard(number)
                await self._keep()

    async def _answer_in_turn(self, chat: int) -> None:
        try:
            while queue := self._waiting.get(chat):
                arrived = queue.popleft()
                await self._answer(arrived.incoming, arrived.answered)
                self._progress.done(arrived.incoming.update_id)
                self._under_way.discard(arrived.incoming.update_id)
                await self._keep()
        finally:
            self._waiting.pop(chat, None)
            del self._chats[chat]

    async def _answer(self, incoming: Incoming, answered: asyncio.Task[None] | None = None) -> None:
        try:
            async with asyncio.timeout(HANDLED_WITHIN):
                if answered is not None:
                    await answered
                for said in await self._desk.handle(incoming):
                    await self._say(said)
        except TimeoutError:
            log.error("an update took too long and was given up", update=incoming.update_id)
        except Exception as error:  # noqa: BLE001 - one update must not cost the others
            log_bug(log, "an update failed unexpectedly", error, update=incoming.update_id)

    async def _first(self, incoming: Incoming) -> None:
        """What is due at once; it fails without a consequence for the work that follows."""
        try:
            async with asyncio.timeout(HANDLED_WITHIN):
                if (toast := await self._desk.first(incoming)) is not None:
                    await self._say(toast)
        except TimeoutError:
            log.error("a press was not answered in time", update=incoming.update_id)
        except Exception as error:  # noqa: BLE001 - said above
            log_bug(log, "a press was not answered", error, update=incoming.update_id)

    async def _keep(self) -> None:
        try:
            await self._memory.save(self._progress.text())
        except StorageError as error:
            log.error("cannot note which updates were handled; a restart may repeat them", error=str(error))
