"""Sources: as YAML defines them, as a poll needs them, as a person asks about them. Datetimes are aware and UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from storage.records.stored_json import Json


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
    fetched the document already (`FirstLook`). `resumed_at` is when a person last had it polled again.
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
    resumed_at: datetime | None = None
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
