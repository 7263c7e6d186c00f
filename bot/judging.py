"""What is in force while a poll runs or a page is read: rules, audience, rhythm; replaced as a whole by a reload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.alerts.passed_over import LongStop
from bot.alerts.plan import Audience
from bot.sources.cadence import Pace
from bot.voices.publishers import Owners
from rules import Matcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often sources are looked at; `intervals` are those that the person set, by key."""

    default: timedelta
    floor: timedelta
    fastest: timedelta
    slowest: timedelta
    long_stop: timedelta
    intervals: Mapping[str, timedelta] = field(default_factory=dict)

    def of(self, key: str) -> Pace:
        return Pace(
            interval=self.intervals.get(key),
            default=self.default,
            floor=self.floor,
            fastest=self.fastest,
            slowest=self.slowest,
        )

    def long_stop_of(self, key: str) -> LongStop:
        """How long this source must have been left alone for what is new there to be old news."""
        return LongStop.of(self.long_stop, self.intervals.get(key, max(self.slowest, self.default)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What is in force while a poll runs: replaced as a whole by a reload."""

    matcher: Matcher
    owners: Owners
    audience: Audience
    rhythm: Rhythm
    edit_gap: float
    operator_chat: str
