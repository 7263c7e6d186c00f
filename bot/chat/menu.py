"""The menu of commands that Telegram shows beside the text field: for everybody, and for each known chat."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.authority import Needs, Standing
from bot.chat.registry import Registry
from bot.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Commands (name, description) of one chat, or of all chats without one (`chat_id` None), in one language.

    An empty `language` is what Telegram shows to people whose language has no menu.
    """

    chat_id: int | None
    language: str
    commands: tuple[tuple[str, str], ...]


def menus(settings: Settings, standing: Standing, registry: Registry) -> list[Menu]:
    """Strangers see /start only; a chat sees what its people may use there, in its language."""
    made = [
        Menu(chat_id=None, language=shown, commands=_commands(registry, Needs.STRANGER, language))
        for language, shown in (("en", ""), ("de", "de"))
    ]
    for chat in standing.chats:
        role = Needs.OPERATOR if chat.key == standing.operator else Needs.ADMIN
        language = settings.chats[chat.key].language
        made.append(Menu(chat_id=chat.chat_id, language="", commands=_commands(registry, role, language)))
    return made


def _commands(registry: Registry, role: Needs, language: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (handler.name, handler.help[language]) for handler in registry.commands.values() if handler.needs <= role
    )
