"""Which chats hear of what, and when, from the settings."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.alerts.plan import ChatRoute
from bot.alerts.times import ChatTimes, read_digests, read_quiet_hours
from bot.settings import CONSOLE, Chat, Settings


def routes_of(settings: Settings) -> tuple[ChatRoute, ...]:
    """The chats in their order. A console that only stands in for the operator hears of no story once somebody does."""
    return tuple(
        ChatRoute(key=key, watches=frozenset(chat.watches), min_priority=chat.min_priority)
        for key, chat in settings.chats.items()
        if not (settings.console_stands_in and settings.paired and key == CONSOLE)
    )


def zone_of(chat: Chat, settings: Settings) -> ZoneInfo:
    """The chat's own time zone, else the configuration's."""
    return ZoneInfo(chat.timezone or settings.config.timezone)


def address_of(chat: Chat) -> str:
    """What the chat is known by where it is: Telegram's number, or the name of the variable that holds its URL."""
    return str(chat.id or chat.url_env or "")


def times_of(chat: Chat, settings: Settings) -> ChatTimes:
    """The chat's clock. On the console, which rings nobody, nothing waits for a digest unless one is set."""
    digests = chat.digest if chat.kind != "console" or "digest" in chat.model_fields_set else ("none",)
    return ChatTimes(
        zone=zone_of(chat, settings),
        quiet=read_quiet_hours(chat.quiet_hours),
        urgent=chat.urgent,
        digests=read_digests(digests),
    )
