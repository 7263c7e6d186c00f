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
    GATHERED = "gathered"
    """It stands on a page of a digest, and is settled with it."""


OPEN_STATES = (OutboxState.PENDING, OutboxState.SENDING, OutboxState.UNCERTAIN, OutboxState.RETRY_AT)


class OutboxKind(StrEnum):
    MESSAGE = "message"
    EDIT = "edit"
    NOTICE = "notice"
    DIGEST = "digest"
    """It tells several alerts, which have no messages of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxItem:
    """One thing to deliver. `content` is the alert's as it stands now, so that edits coalesce by themselves.

    `standing` is what persons said of the alert by now.
    `alert` is what the alert says, also where this answers its message; None where it concerns no alert.
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
    alert: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A row of a chat that might leave now, unless its chat's times or the number of them say otherwise.

    `content` is the alert's as it stands, or a page's own. `follows` is when the message leaves that this one answers,
    where it waits. `held` says that it waited for the chat, and so is told in a digest. `answers` are those that wait
    behind it, and are told with it.
    """

    id: int
    kind: OutboxKind
    alert_id: int | None
    content: Json
    created_at: datetime
    held: bool = False
    follows: datetime | None = None
    answers: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """These rows leave at `until` and not before."""

    rows: tuple[int, ...]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPage:
    """A message that tells several alerts, with their rows: a whole digest, or a page of a flood."""

    content: Json
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """What becomes of a chat's waiting rows; what is not named leaves as it is."""

    holds: tuple[Hold, ...] = ()
    pages: tuple[DigestPage, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.holds or self.pages)


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
