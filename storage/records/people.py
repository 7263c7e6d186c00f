"""Who talks with the program: paired chats, and what chats set for themselves. Datetimes are aware and UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asked for in a chat; `update` is the number that Telegram brings it under, each time it does."""

    chat: str
    update: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A private chat that is not known yet; `chat_id` is its user's number as well."""

    chat_id: str
    name: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedChat:
    """A private chat that the operator let in. `chat` is its key, `paired_by` who let it in."""

    chat: str
    chat_id: str
    name: str
    language: str
    paired_at: datetime
    paired_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A setting that was made in a chat; `value` is JSON."""

    chat: str
    name: str
    value: Any
    set_at: datetime
    set_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPeople:
    """All of it, as it stood at change number `change`. `operator` is the chat that was made the operator's."""

    change: int = 0
    operator: str | None = None
    paired: tuple[PairedChat, ...] = field(default_factory=tuple)
    overrides: tuple[Override, ...] = field(default_factory=tuple)
