"""What persons say of alerts. Datetimes are aware and UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.records.stored_json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStanding:
    """What the buttons of an alert show: how many persons voted how, and whether its chat muted the story."""

    up: int = 0
    down: int = 0
    muted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMute:
    """A chat that wants to hear no more of a story, since when, and who said so."""

    chat: str
    at: datetime
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VotedAlert:
    """An alert with its votes, and its story's articles that each of its rules (watch/rule) matched, oldest first.

    `content` is what the alert says; `found` are the words that each rule found in them.
    """

    id: int
    content: Json
    up: int
    down: int
    matched: dict[str, tuple[int, ...]]
    found: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStory:
    """A story that a chat was alerted of, as another alert names it as related."""

    alert: int
    story_id: int
    content: Json
    created_at: datetime
