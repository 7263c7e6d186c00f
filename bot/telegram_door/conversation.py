"""The conversation with its parts put together: reading, the desk, answering, the menus."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Protocol

import structlog

from bot import facts
from bot.alerts.content import NoticeContent
from bot.alerts.pacing import Pace
from bot.chat.desk import Desk, standing_of
from bot.chat.everything import REGISTRY
from bot.chat.menu import menus
from bot.chat.registry import Room
from bot.settings import Settings
from bot.telegram_door.notifier import TelegramNotifier
from bot.telegram_door.speaking import Speaker
from bot.telegram_door.updates import Memory, Updates
from storage.errors import StorageError

log = structlog.get_logger(__name__)

LOOK = 1.0
"""Seconds between two looks whether chats changed."""


class House(Room, Protocol):
    """The room, and how it is told what concerns the whole program."""

    async def tell_operator(self, content: NoticeContent) -> None: ...
    def token_refused(self, detail: str) -> None: ...


class Conversation:
    """Reads and answers until cancelled. `notifier` lends its connections to the answers."""

    def __init__(self, house: House, notifier: TelegramNotifier, pace: Pace) -> None:
        self._house = house
        config, token = house.settings.config, house.settings.token
        assert token is not None  # noqa: S101 - there is no notifier without a token
        self._speaker = Speaker(notifier, pace, self._lane)
        self._updates = Updates(
            token=token.get_secret_value(),
            base_url=config.telegram.base_url,
            timeout=config.telegram.timeout.total_seconds(),
            desk=Desk(house, REGISTRY),
            say=self._speaker.say,
            memory=Memory(load=self._load, save=self._save),
            tell_operator=house.tell_operator,
            on_bad_token=house.token_refused,
            clock=house.now,
        )

    async def run(self) -> None:
        """Show the menus, and read until cancelled, or until the token is refused."""
        showing = asyncio.create_task(self._show_menus(), name="menus")
        try:
            await self._updates.run()
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)
            await self._updates.close()

    async def _show_menus(self) -> None:
        """Keep the menus as chats and their languages are: settings are replaced as a whole, never changed."""
        shown: Settings | None = None
        while True:
            settings = self._house.settings
            if settings is not shown:
                try:
                    states = await self._house.read(self._house.store.outbox.chats)
                    await self._speaker.show_menus(menus(settings, standing_of(settings, states), REGISTRY))
                    shown = settings
                except StorageError as error:
                    log.error("the menus of commands were not registered; trying again", error=str(error))
            await asyncio.sleep(LOOK)

    def _lane(self, chat_id: int) -> str:
        for key, chat in self._house.settings.chats.items():
            if chat.id == chat_id:
                return key
        return "a chat that is not known"

    def _load(self) -> Awaitable[str | None]:
        return self._house.read(self._house.store.archive.fact, facts.TELEGRAM_UPDATES)

    def _save(self, text: str) -> Awaitable[None]:
        return self._house.write(self._house.store.archive.remember, facts.TELEGRAM_UPDATES, text)
