"""The conversation with its parts put together: reading, the desk, answering, the menus."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from bot import facts
from bot.alerts.content import NoticeContent
from bot.alerts.pacing import Pace
from bot.chat.authority import Standing
from bot.chat.desk import Desk, standing_of
from bot.chat.everything import REGISTRY
from bot.chat.menu import menus
from bot.chat.registry import Room
from bot.chat.say import Keyboard, Say
from bot.settings import Settings, WebhookSettings
from bot.telegram_door.answering import Answering, Memory
from bot.telegram_door.notifier import TelegramNotifier
from bot.telegram_door.speaking import Speaker
from bot.telegram_door.updates import Updates
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
        self._lanes: dict[int, str] = {}
        self._speaker = Speaker(notifier, pace, self._lane)
        self._config = config.telegram
        self._token = token.get_secret_value()
        self._notifier = notifier
        self._answering = Answering(
            bot=self._token.partition(":")[0],
            desk=Desk(house, REGISTRY),
            say=self._say,
            memory=self._fact(facts.TELEGRAM_UPDATES),
            clock=house.now,
        )

    async def run(self) -> None:
        """Show the menus, and read until cancelled, or until the token is refused."""
        showing = asyncio.create_task(self._show_menus(), name="menus")
        try:
            await self._answering.recall()
            await (self._ask() if self._config.webhook is None else self._listen(self._config.webhook))
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)

    async def _ask(self) -> None:
        updates = Updates(
            token=self._token,
            base_url=self._config.base_url,
            timeout=self._config.timeout.total_seconds(),
            answering=self._answering,
            webhook=self._fact(facts.TELEGRAM_WEBHOOK),
            tell_operator=self._house.tell_operator,
            on_bad_token=self._house.token_refused,
        )
        try:
            await updates.run()
        finally:
            await updates.close()

    async def _listen(self, webhook: WebhookSettings) -> None:
        try:
            from bot.telegram_door.webhook import Place, Webhook  # noqa: PLC0415 - tornado is an extra
        except ModuleNotFoundError as error:
            log.error("telegram.webhook needs the extra 'webhook'; commands are not read", missing=error.name)
            return
        await Webhook(
            place=Place(url=webhook.url, listen=webhook.listen, port=webhook.port),
            token=self._token,
            bot=self._notifier.bot,
            answering=self._answering,
            memory=self._fact(facts.TELEGRAM_WEBHOOK),
            tell_operator=self._house.tell_operator,
            on_bad_token=self._house.token_refused,
        ).run()

    async def _say(self, said: Say) -> bool:
        """Send an answer; buttons that could not be changed now are changed by the outbox, however long that takes."""
        arrived = await self._speaker.say(said)
        if not arrived and isinstance(said, Keyboard) and said.alert is not None:
            await self._house.write(self._house.store.outbox.show_anew, said.alert, now=self._house.now())
            self._house.wake()
        return arrived

    async def _show_menus(self) -> None:
        """Keep the menus as chats, their languages and their numbers are."""
        shown: tuple[Settings, Standing] | None = None
        while True:
            settings = self._house.settings
            try:
                states = await self._house.read(self._house.store.outbox.chats)
                standing = standing_of(settings, states)
                self._lanes = {chat.chat_id: str(settings.chats[chat.key].id) for chat in standing.chats}
                # Settings are replaced as a whole, never changed: there is no need to compare them.
                if shown is None or settings is not shown[0] or standing != shown[1]:
                    done = await self._speaker.show_menus(menus(settings, standing, REGISTRY))
                    shown = (settings, standing) if done else None
            except StorageError as error:
                log.error("the menus of commands were not registered; trying again", error=str(error))
            await asyncio.sleep(LOOK)

    def _lane(self, chat_id: int) -> str:
        """The number that alerts are paced by: a group that has moved keeps the one of the settings."""
        return self._lanes.get(chat_id, "a chat that is not known")

    def _fact(self, name: str) -> Memory:
        archive = self._house.store.archive
        return Memory(
            load=lambda: self._house.read(archive.fact, name),
            save=lambda text: self._house.write(archive.remember, name, text),
        )
