"""Which chats hear of what, from the settings."""

from __future__ import annotations

from bot.alerts.plan import ChatRoute
from bot.settings import Settings


def routes_of(settings: Settings) -> tuple[ChatRoute, ...]:
    """The configured chats in their order, or the console."""
    return tuple(
        ChatRoute(key=key, watches=frozenset(chat.watches), min_priority=chat.min_priority)
        for key, chat in settings.chats.items()
    )
