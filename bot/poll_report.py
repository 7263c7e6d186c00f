"""What a poll did, for tables, logs and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Outcome(Enum):
    """How a poll ended; the text stands in the database, in tables, logs and metrics."""

    NEW = "new entries"
    NOTHING_NEW = "nothing new"
    NOT_MODIFIED = "not modified"
    SAME_CONTENT = "same content"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """What one poll did; `told` are messages to the operator, `elapsed` is in seconds."""

    source: str
    outcome: Outcome
    reason: str
    parsed: int
    new: int
    edited: int
    known: int
    matches: int
    alerts: int
    grown: int
    told: int
    next_check_at: datetime
    elapsed: float
