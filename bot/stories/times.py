"""When an article was written, as far as its source says, and how near two such times are. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)

WINDOW = timedelta(days=14)
"""Articles further apart are never one event: the default of `story_window`, and of `rackwatch stories group`."""

_SCALE = 4.0
"""Days after which likeness counts for 1/e: two outages a week apart stay two stories (0.05), a follow-up on the next
day counts nearly in full (0.94)."""

_VAGUE = timedelta(days=60)
_VAGUE_CLOSENESS = 0.5
_OVERLAPPING, _ADJACENT, _IMPRECISION = 0.05, 0.25, 15.0
"""A month counts as 1.5 days of doubt where the other date lies in it, as 7.5 where it lies beside; e-folding at 15."""


@dataclass(frozen=True, slots=True)
class Period:
    """The time in which an article was written: first and last moment, aware and UTC; the same for an exact date."""

    first: datetime
    last: datetime

    @classmethod
    def at(cls, moment: datetime) -> Period:
        """An exact time."""
        return cls(moment, moment)

    @property
    def vague(self) -> bool:
        """Whether it says so little (a year) that it must not join what lies before and after."""
        return self.last - self.first > _VAGUE


def read_period(text: str) -> Period | None:
    """`2023-08`, `2023-08-14` or a full ISO 8601 time; None for an empty text. Raises ValueError for anything else.

    A time without a zone is UTC.
    """
    try:
        return _period(text.strip())
    except OverflowError as error:  # the year 9999 has no end
        raise ValueError(str(error)) from error


def _period(text: str) -> Period | None:
    if not text:
        return None
    if len(text) == 4 and text.isdigit():
        first = datetime(int(text), 1, 1, tzinfo=UTC)
        return Period(first, first.replace(month=12, day=31) + DAY)
    if len(text) == 7:
        first = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
        return Period(first, (first.replace(day=28) + timedelta(days=4)).replace(day=1))
    if len(text) == 10:
        first = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        return Period(first, first + DAY)
    moment = datetime.fromisoformat(text)
    return Period.at(moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))


def gap(a: Period | None, b: Period | None) -> timedelta:
    """What lies between them at least; zero where one is unknown."""
    if a is None or b is None:
        return timedelta()
    return max(timedelta(), a.first - b.last, b.first - a.last)


def closeness(period: Period | None, span: Period | None, width: timedelta, *, window: timedelta) -> float:
    """1 for an article within a story's span, falling with the days between, 0 outside of the window.

    `width` is the precision of the dates that make the span; `timedelta.max` where they are vague.
    """
    if period is None or span is None:
        return _VAGUE_CLOSENESS
    between = gap(period, span)
    if period.vague or width > _VAGUE:
        return _VAGUE_CLOSENESS if not between else 0.0
    if between > window:
        return 0.0
    doubt = ((period.last - period.first) + width) / DAY * (_ADJACENT if between else _OVERLAPPING)
    return math.exp(-((between / DAY / _SCALE) ** 2) - doubt / _IMPRECISION)
