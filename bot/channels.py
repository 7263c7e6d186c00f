"""The channels that chats are reached by: each is opened when a chat first needs it, and kept over changed settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts.deliver import Notifier
from bot.settings import Chat, Settings

if TYPE_CHECKING:
    from bot.apprise_door.notifier import AppriseNotifier
    from bot.telegram_door.notifier import TelegramNotifier


class Channels:
    """`console` is what prints."""

    def __init__(self, console: Notifier) -> None:
        self._console = console
        self._apprise: dict[str, AppriseNotifier] = {}
        self.telegram: TelegramNotifier | None = None

    async def close(self) -> None:
        if self.telegram is not None:
            await self.telegram.close()

    def notifier(self, key: str, chat: Chat, settings: Settings) -> Notifier:
        """What sends to this chat."""
        if chat.kind == "telegram":
            return self.at_telegram(settings)
        if chat.kind == "apprise":
            return self._by_apprise(settings.urls[key].get_secret_value())
        return self._console

    def at_telegram(self, settings: Settings) -> TelegramNotifier:
        """What sends to Telegram, and what the conversation answers with."""
        if self.telegram is None:
            # Only who has a token pays for it: 0.2 s and 6 MB (measured).
            from bot.telegram_door.notifier import TelegramNotifier  # noqa: PLC0415

            assert settings.token is not None  # noqa: S101 - there are no Telegram chats and no conversation without a token
            self.telegram = TelegramNotifier(
                token=settings.token.get_secret_value(),
                base_url=settings.config.telegram.base_url,
                timeout=settings.config.telegram.timeout.total_seconds(),
            )
        return self.telegram

    def _by_apprise(self, url: str) -> AppriseNotifier:
        if url not in self._apprise:
            # Only who has such a chat pays for it: 0.5 s and 36 MB (measured).
            from bot.apprise_door.notifier import AppriseNotifier  # noqa: PLC0415

            self._apprise[url] = AppriseNotifier(url)
        return self._apprise[url]
