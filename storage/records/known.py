"""What a plan asks the archive, and the answers. Datetimes are aware and UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from storage.records.stored_json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    watch: str
    rule: str
    rule_version: str
    priority: str
    reason: str
    evidence: tuple[Json, ...]


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
