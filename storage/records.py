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
    """A source as the person's YAML describes it.

    `kind` and `options` say which parser reads it and how, `via` which template it came from, `place` whose turn a
    request takes (`host:port`, or a service whose hosts share one limit).
    """

    key: str
    url: str
    kind: str = "feed"
    options: Json = field(default_factory=dict)
    via: str = ""
    place: str = ""
    full_text: str = "candidates"
    title: str = ""
    language: str | None = None
    publisher: str | None = None
    tags: tuple[str, ...] = ()
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source fares over many looks: moves, disappearance, and what the operator has been told already.

    `moved_to` was named by `moved_times` answers since `moved_since`; `effective_url` is asked instead of the YAML's.
    """

    effective_url: str | None = None
    moved_to: str | None = None
    moved_times: int = 0
    moved_since: datetime | None = None
    gone_since: datetime | None = None
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
    told_failing_at: datetime | None = None
    told_silent_at: datetime | None = None
    told_empty_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentState:
    """What a look at a document leaves for the next one.

    `marks` names the items that it had, `parts` the documents that it lists (address → their validators), `arrivals`
    are the times at which its last entries came, oldest first, `pace` is the publisher's wish in seconds, `found` the
    number of items (None: never looked). `unreadable` says why the document that the validators stand for could not be
    read; empty where it could.
    """

    marks: str = ""
    parts: Json = field(default_factory=dict)
    arrivals: tuple[datetime, ...] = ()
    pace: float | None = None
    found: int | None = None
    unreadable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceForPoll:
    """What a poll must know of its source before it fetches. `url` is where to ask: a source may have moved.

    `not_before` is the later of what its own server and its place asked for. `looked_at` says that a person's command
    fetched the document already (`FirstLook`).
    """

    id: int
    key: str
    url: str
    kind: str = "feed"
    options: Json = field(default_factory=dict)
    via: str = ""
    place: str = ""
    full_text: str = "candidates"
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
    last_success_at: datetime | None = None
    looked_at: bool = False
    document: DocumentState = DocumentState()
    health: SourceHealth = SourceHealth()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """A source as a person asks about it. `url` is the YAML's; `health.effective_url` where it has moved to.

    `not_before` is the later of what its own server and its place asked for.
    """

    key: str
    url: str
    kind: str
    via: str
    full_text: str
    title: str
    language: str | None
    publisher: str | None
    tags: tuple[str, ...]
    paused: bool
    subscribed_at: datetime
    baseline_at: datetime | None
    next_check_at: datetime
    next_reason: str
    not_before: datetime | None
    last_checked_at: datetime | None
    last_success_at: datetime | None
    last_outcome: str | None
    last_reason: str | None
    last_new: int
    last_known: int
    failures: int
    entries: int
    etag: str | None
    last_modified: str | None
    document: DocumentState
    health: SourceHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUpdate:
    """What a poll changes on its source; validators are a pair and are replaced as a pair.

    `place` is who asked to wait where that counts for more than this source: every source at it is held back until
    `not_before`. It is not this one's own place where a redirect led elsewhere. None leaves as it is what stands there.
    """

    checked_at: datetime
    next_check_at: datetime
    next_reason: str = ""
    outcome: str
    reason: str
    success: bool
    failures: int
    not_before: datetime | None = None
    place: str | None = None
    validators: tuple[str | None, str | None] | None = None
    body_hash: str | None = None
    baseline_at: datetime | None = None
    document: DocumentState | None = None
    health: SourceHealth | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """A document that a person's command fetched already: its source's first poll takes it instead of asking again."""

    url: str
    final_url: str
    body: bytes
    content_type: str
    etag: str | None
    last_modified: str | None


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
    """An entry that the archive has; `features` are its addresses and term groups, without its names."""

    id: int
    source_id: int
    source_key: str
    publisher: str
    guid: str
    url: str
    canonical_url: str
    title: str
    text: str
    summary: str | None = None
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
    page: PageWanted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWanted:
    """An article's page to fetch; `place` says whose turn the request takes."""

    url: str
    place: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PageUpdate:
    """How a look at an article's page ended; `due_at` is None when there is nothing more to try.

    `facts` is what the page said of itself: title, author, date, canonical address, language, site, links.
    """

    entry_id: int
    outcome: str
    reason: str
    attempts: int
    due_at: datetime | None = None
    read_at: datetime | None = None
    facts: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageForRead:
    """An article's page that is due, with its entry as the feed told it and the source that it came from."""

    entry_id: int
    url: str
    place: str
    attempts: int
    guid: str
    entry_url: str
    title: str
    author: str
    summary: str
    language: str | None
    published_at: datetime | None
    source: SourceForPoll


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryEdit:
    """A known entry whose wording changed: by its publisher (the old wording is kept as a version) or by its page.

    `text` is what was judged; `summary` is the feed's own text where the page's stands in `text`. Tokens that are None
    stay as they are.
    """

    id: int
    url: str
    canonical_url: str
    title: str
    author: str
    text: str
    language: str | None
    content_hash: str
    title_tokens: str
    text_tokens: str | None
    story: Ref | None
    story_reason: str | None
    features: frozenset[str]
    matches: tuple[MatchRow, ...]
    summary: str | None = None
    keeps_version: bool = True


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
    """All that one poll, or one article's page, writes in one transaction. `at` is when.

    `hold` is a place that asked to wait, and until when: nobody there is asked before.
    """

    at: datetime
    source: SourceUpdate | None = None
    entries_new: tuple[NewEntry, ...] = ()
    entries_edited: tuple[EntryEdit, ...] = ()
    entries_known: int = 0
    stories: tuple[NewStory, ...] = ()
    alerts: tuple[AlertWrite, ...] = ()
    notices: tuple[Notice, ...] = ()
    pages: tuple[PageUpdate, ...] = ()
    hold: tuple[str, datetime] | None = None
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
