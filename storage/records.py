"""What crosses the border of storage: values named by their role. Datetimes are aware and UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Json = Mapping[str, Any]


# ── sources ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDefinition:
    """A source as the person's YAML describes it."""

    key: str
    url: str
    title: str = ""
    language: str | None = None
    publisher: str | None = None
    tags: tuple[str, ...] = ()
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceForPoll:
    """What a poll must know of its source before it fetches."""

    id: int
    key: str
    url: str
    title: str
    language: str | None
    publisher: str | None
    tags: tuple[str, ...]
    subscribed_at: datetime
    baseline_at: datetime | None
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    failures: int
    next_check_at: datetime
    not_before: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """A source as a person asks about it."""

    key: str
    url: str
    title: str
    language: str | None
    publisher: str | None
    tags: tuple[str, ...]
    paused: bool
    subscribed_at: datetime
    baseline_at: datetime | None
    next_check_at: datetime
    not_before: datetime | None
    last_checked_at: datetime | None
    last_success_at: datetime | None
    last_outcome: str | None
    last_reason: str | None
    last_new: int
    last_known: int
    failures: int
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUpdate:
    """What a poll changes on its source; validators are a pair and are replaced as a pair."""

    checked_at: datetime
    next_check_at: datetime
    outcome: str
    reason: str
    success: bool
    failures: int
    not_before: datetime | None = None
    validators: tuple[str | None, str | None] | None = None
    body_hash: str | None = None
    baseline_at: datetime | None = None


# ── what a plan must look up ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupKeys:
    """What a pure function asks storage for before it plans a poll. `since` bounds the stories, in time last seen."""

    guids: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """An entry that the archive has."""

    id: int
    source_id: int
    source_key: str
    publisher: str
    guid: str
    url: str
    canonical_url: str
    title: str
    text: str
    language: str | None
    content_hash: str
    baseline: bool
    published_at: datetime | None
    first_seen_at: datetime
    story_id: int | None
    copy_of: int | None
    tags: tuple[str, ...] = ()
    matches: tuple[MatchRow, ...] = ()
    features: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAlert:
    id: int
    chat: str
    content: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStory:
    """A story that an arriving entry may belong to; members oldest first."""

    id: int
    title: str
    created_at: datetime
    last_entry_at: datetime
    members: tuple[KnownEntry, ...]
    alerts: tuple[KnownAlert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The answer to LookupKeys."""

    by_guid: Mapping[str, KnownEntry] = field(default_factory=dict)
    by_url: Mapping[str, KnownEntry] = field(default_factory=dict)
    stories: tuple[KnownStory, ...] = ()


# ── what a plan writes ───────────────────────────────────────────────────────────────────────────────────────────
# A reference is an id of the database when positive, and a new row of the same plan when negative.

Ref = int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    watch: str
    rule: str
    rule_version: str
    priority: str
    reason: str
    evidence: tuple[Json, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    ref: Ref
    guid: str
    url: str
    canonical_url: str
    title: str
    author: str
    text: str
    language: str | None
    published_at: datetime | None
    dated_at: datetime
    content_hash: str
    baseline: bool
    title_tokens: str
    text_tokens: str
    story: Ref | None = None
    story_reason: str | None = None
    copy_of: Ref | None = None
    features: frozenset[str] = frozenset()
    matches: tuple[MatchRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryEdit:
    """A known entry whose publisher changed it: the old wording is kept as a version."""

    id: int
    url: str
    canonical_url: str
    title: str
    author: str
    text: str
    language: str | None
    content_hash: str
    title_tokens: str
    text_tokens: str
    story: Ref | None
    story_reason: str | None
    features: frozenset[str]
    matches: tuple[MatchRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStory:
    ref: Ref
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWrite:
    """An alert of a story in a chat: new where `id` is None, otherwise grown; its message leaves at `not_before`."""

    id: int | None
    story: Ref
    chat: str
    content: Json
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message for a person that belongs to no story."""

    chat: str
    content: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPlan:
    """All that one poll writes, in one transaction."""

    source: SourceUpdate
    entries_new: tuple[NewEntry, ...] = ()
    entries_edited: tuple[EntryEdit, ...] = ()
    entries_known: int = 0
    stories: tuple[NewStory, ...] = ()
    alerts: tuple[AlertWrite, ...] = ()
    notices: tuple[Notice, ...] = ()
    edit_gap: float = 0.0


# ── outbox ───────────────────────────────────────────────────────────────────────────────────────────────────────


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
    """One thing to deliver. `content` is the alert's as it stands now, so that edits coalesce by themselves."""

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


# ── archive, rules, health ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Tokens in a row, in title or text; `prefix` lets the last one go on."""

    tokens: tuple[str, ...]
    prefix: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEntry:
    id: int
    source: str
    publisher: str
    title: str
    url: str
    language: str | None
    author: str
    text: str
    published_at: datetime | None
    first_seen_at: datetime
    dated_at: datetime
    story_id: int | None
    rules: tuple[str, ...]
    tags: tuple[str, ...] = ()
    baseline: bool = False
    copy_of: int | None = None


class RulesCause(StrEnum):
    """What put a set of rules in force."""

    START = "start"
    RELOAD = "reload"
    APPLY = "apply"
    RESTORE = "restore"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesTally:
    """A set of rules in numbers, against the one in force before it; `names` are examples: `+watch/rule`."""

    rules: int
    added: int
    removed: int
    changed: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesMark:
    """Which rules are in force. `in_folder` is False while their files are yet to be written into the rules folder."""

    id: int
    version: str
    in_folder: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The rules in force with their files (name → text)."""

    mark: RulesMark
    version: str
    files: Mapping[str, str]
    in_force_at: datetime
    cause: RulesCause


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesChange:
    """One change of the rules in force; `tally` is None where an older program noted none."""

    version: str
    in_force_at: datetime
    cause: RulesCause
    tally: RulesTally | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much of everything there is; `outbox` is by state."""

    sources: int
    sources_paused: int
    sources_failing: int
    entries: int
    stories: int
    matches: int
    alerts: int
    outbox: Mapping[str, int]
    polls: int
    polls_not_modified: int
    polls_failed: int
    oldest_waiting_at: datetime | None
    last_checked_at: datetime | None
