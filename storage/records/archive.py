"""What a person finds, and how much of everything there is. Datetimes are aware and UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


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
    publisher_stated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryOfWatch:
    """A story as one watch saw it: it began with the first article that a rule of the watch matched."""

    watch: str
    story_id: int
    began_at: datetime


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
