"""What people decided in Telegram, put into the settings: paired chats, and what chats set for themselves."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import structlog
from pydantic import ValidationError

from bot.setting_types import MAX_KEY
from bot.settings import CONSOLE, Chat, Settings
from storage.records import KnownPeople, PairedChat

log = structlog.get_logger(__name__)

FIXED = frozenset({"kind", "url_env", "id", "thread", "allow", "admins"})
"""Settings of a chat that no chat sets for itself: they say where it is, and who may what."""


def with_people(settings: Settings, people: KnownPeople) -> Settings:
    """The same settings with these people's chats and overrides in force.

    A chat that rackwatch.yaml has come to name itself, by key or by number, is the YAML's from then on. An override
    that no longer fits (a newer version, an older one) is left out, and said in the log.
    """
    configured = settings.config.chats
    numbers = {chat.id for chat in configured.values()}
    paired = {
        one.chat: chat_of(one)
        for one in people.paired
        if settings.token is not None and one.chat not in configured and int(one.chat_id) not in numbers
    }
    known = {**paired, **(configured or {CONSOLE: Chat(kind="console")})}
    overrides: dict[str, dict[str, Any]] = {}
    for one in people.overrides:
        if one.chat not in known:
            continue
        value = read_setting(one.name, one.value)
        if value is None:
            log.warning("what a chat set cannot be used", chat=one.chat, setting=one.name)
            continue
        overrides.setdefault(one.chat, {})[one.name] = value[0]
    return settings.model_copy(update={"paired": paired, "overrides": overrides, "named_operator": people.operator})


def chat_of(paired: PairedChat) -> Chat:
    """The paired chat as rackwatch.yaml would write it: its person may use it, and change its settings."""
    return Chat.model_validate(
        {"kind": "telegram", "id": int(paired.chat_id), "language": paired.language, "allow": (int(paired.chat_id),)}
    )


def read_setting(name: str, value: Any) -> tuple[Any] | None:
    """A value as the setting of a chat has it; None where there is no such setting, or it is not such a value."""
    if name in FIXED or name not in Chat.model_fields:
        return None
    try:
        return (getattr(Chat.model_validate({name: value}), name),)
    except ValidationError:
        return None


def origins(settings: Settings, key: str) -> Mapping[str, str]:
    """Where each value of a chat comes from: chat, file, paired, default."""
    overrides, base = settings.overrides.get(key, {}), without_overrides(settings, key)
    own = "file" if key in settings.config.chats else "paired"
    return {
        name: "chat" if name in overrides else own if name in base.model_fields_set else "default"
        for name in Chat.model_fields
    }


def without_overrides(settings: Settings, key: str) -> Chat:
    """The chat as rackwatch.yaml or its pairing has it."""
    return settings.config.chats.get(key) or settings.paired.get(key) or Chat(kind="console")


def free_key(name: str, taken: Collection[str]) -> str:
    """A key for a chat with this name: its Latin letters and digits, with a number where that is taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[: MAX_KEY - 4] or "chat"
    number = 1
    while (key := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return key
