"""What is to be delivered, and how it went. Datetimes are aware and UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.records.plans import Notice
from storage.records.stored_json import Json
from storage.records.votes import AlertStanding


class OutboxState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    RETRY_AT = "retry_at"
    DEAD = "dead"


OPEN_STATES = (OutboxState.PENDING, OutboxState.SENDING, OutboxState.UNCERTAIN, OutboxState.RETRY_AT)


class OutboxKind(StrEnum):
    MESSAGE = "message"
    EDIT = "edit"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One thing to deliver. `content` is the alert's as it stands now, so that edits coalesce by themselves.

    `standing` is what persons said of the alert by now.
    """

    id: int
    chat: str
    kind: OutboxKind
    alert_id: int | None
    message_id: int | None
    content: Json
    state: OutboxState
    attempts: int
    possible_repeat: bool
    plain: bool
    not_before: datetime
    created_at: datetime
    settled_at: datetime | None
    last_error: str | None
    standing: AlertStanding = field(default_factory=AlertStanding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How an attempt ended. `chat_not_before` holds back the whole chat, `migrated_id` is its new id at Telegram."""

    state: OutboxState
    at: datetime
    message_id: int | None = None
    not_before: datetime | None = None
    error: str | None = None
    possible_repeat: bool | None = None
    plain: bool | None = None
    chat_not_before: datetime | None = None
    chat_paused: str | None = None
    migrated_id: str | None = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatState:
    chat: str
    configured_id: str
    migrated_id: str | None
    not_before: datetime | None
    paused_at: datetime | None
    paused_reason: str | None
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """An alert as a person asks about it."""

    id: int
    chat: str
    story_id: int
    story_title: str
    created_at: datetime
    content: Json
    message_id: int | None
    deliveries: tuple[OutboxItem, ...]
