"""What arrived is answered, each update once, whichever way it came; what was handled is remembered in the database."""

from __future__ import annotations

import asyncio
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

    async def answer_all(self, batch: list[Any], *, bot_name: str) -> None:
        """Everything that was fetched, the chats beside each other, each chat in its order."""
        numbers = {number for update in batch if (number := update_id(update)) is not None}
        self._progress.began(numbers, now=self._clock())
        by_chat: dict[int, list[Incoming]] = {}
        for update in batch:
            incoming = reduce(update, bot_name=bot_name)
            if incoming.update_id in numbers and self._progress.is_new(incoming.update_id):
                numbers.discard(incoming.update_id)
                by_chat.setdefault(incoming.chat_id, []).append(incoming)
        await asyncio.gather(*(self._answer_in_turn(waiting) for waiting in by_chat.values()))

    async def answer_pushed(self, update: Any, *, bot_name: str) -> None:
        """One that Telegram brought, after those of its chat that came before; nothing where it was handled already."""
        number = update_id(update)
        if number is None:
            return
        incoming = reduce(update, bot_name=bot_name)
        turn = self._turns.setdefault(incoming.chat_id, asyncio.Lock())
        async with turn:
            if self._progress.is_new(number):
                await self._answer(incoming)
                self._progress.took(number, now=self._clock())
                await self._keep()

    async def _answer_in_turn(self, waiting: list[Incoming]) -> None:
        for incoming in waiting:
            await self._answer(incoming)
            self._progress.done(incoming.update_id)
            await self._keep()

    async def _answer(self, incoming: Incoming) -> None:
        try:
            async with asyncio.timeout(HANDLED_WITHIN):
                if (toast := await self._desk.first(incoming)) is not None:
                    await self._say(toast)
                for said in await self._desk.handle(incoming):
                    await self._say(said)
        except TimeoutError:
            log.error("an update took too long and was given up", update=incoming.update_id)
        except Exception as error:  # noqa: BLE001 - one update must not cost the others
            log_bug(log, "an update failed unexpectedly", error, update=incoming.update_id)

    async def _keep(self) -> None:
        try:
            await self._memory.save(self._progress.text())
        except StorageError as error:
            log.error("cannot note which updates were handled; a restart may repeat them", error=str(error))
