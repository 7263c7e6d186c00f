"""What a chat would have been alerted of, had it not been old news. Datetimes are aware and UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.references import Ref


class PassedBy(StrEnum):
    """Why an article that matched alerts nobody; the value is how it is told."""

    FIRST_SIGHT = "first sight"
    RESUMED = "resumed"
    UNREACHABLE = "unreachable"
    LONG_STOP = "a long stop"
    NEW_RULE = "a new rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """An article that one chat is told of in a digest only."""

    chat: str
    entry: Ref
    reason: PassedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedStory:
    """A story that was passed over, by its first such article; an article of no story is one by itself.

    `told_at` is None while its digest is still to come.
    """

    chat: str
    story_id: int | None
    entry_id: int
    title: str
    url: str
    publisher: str
    dated_at: datetime
    reason: PassedBy
    at: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedCount:
    """How many stories were passed over for this reason at a publisher's sources."""

    reason: PassedBy
    publisher: str
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """What a chat's next digest tells: how many stories for which reasons, and the latest of them."""

    counts: tuple[PassedCount, ...]
    latest: tuple[PassedStory, ...]
