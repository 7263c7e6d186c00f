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
    """What a pure function asks storage for before it plans a poll."""

    guids: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """An entry that the archive has; `signature` is there only for an article of a story that was asked for."""

    id: int
    source_id: int
    source_key: str
    publisher: str
    publisher_stated: bool
    guid: str
    url: str
    canonical_url: str
    title: str
    author: str = ""
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
    signature: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAlert:
    """An alert of a story in a chat; `sent`: its message has left."""

    id: int
    chat: str
    content: Json
    sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStory:
    """A story that a person hears of: its articles that matched a rule, oldest first, and its alerts.

    `muted` are the chats that want to hear no more of it.
    """

    id: int
    title: str
    created_at: datetime
    last_entry_at: datetime
    members: tuple[KnownEntry, ...]
    alerts: tuple[KnownAlert, ...]
    muted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The answer to LookupKeys, and then the stories that a planner asked for."""

    by_guid: Mapping[str, KnownEntry] = field(default_factory=dict)
    by_url: Mapping[str, KnownEntry] = field(default_factory=dict)
    stories: tuple[KnownStory, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSignature:
    """An article of a story, as grouping kept it; `data` is None for one that an older version stored.

    The other fields are there only where `data` is not.
    """

    entry_id: int
    story_id: int
    data: bytes | None
    title: str = ""
    text: str = ""
    url: str = ""
    canonical_url: str = ""
    language: str | None = None
    source: str = ""
    publisher: str = ""
    publisher_stated: bool = False
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCorrection:
    """A person said of two stories that they are one (`together`) or are not (`apart`)."""

    id: int
    story_id: int
    other_id: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """An article of a story as a person reads it; `reason` is why it is there."""

    id: int
    title: str
    publisher: str
    url: str
    language: str | None
    dated_at: datetime
    reason: str
    copy_of: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """A story in a list; `alerts` as in "A3, A4"."""

    id: int
    title: str
    created_at: datetime
    last_entry_at: datetime
    alerts: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeStory:
    """A story with its articles in order of time; `merged_into` is the story that it turned out to be one with.

    `absorbed` are the stories that went into this one, each with the reason.
    """

    id: int
    title: str
    alerts: str
    merged_into: int | None
    merged_reason: str | None
    absorbed: tuple[tuple[int, str], ...]
    articles: tuple[StoryArticle, ...]
