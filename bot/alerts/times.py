"""When a chat is told: its time zone, its quiet hours and its digests. Pure; table-tested over changes of the clock.

A time that the clock skips in spring is the instant of the jump; one that comes twice in autumn is its first coming.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.windows import BadWindow, Window, muted_until, on_the_clock, parse_window

URGENT = "high"
"""Priority that rings, and that quiet hours let pass."""

PATIENT = "low"
"""Priority that waits for the chat's digest."""

WEEK = 7 * 24 * 60
"""Minutes of a week."""

_HINT = "write for instance daily 08:00, weekly mon 08:00 or none"


class BadTimes(ValueError):
    """Quiet hours or digests cannot be read; the message says why and what to write."""


@dataclass(frozen=True, slots=True)
class DigestTime:
    """On these days (0 is Monday), at this time of the chat's clock."""

    days: frozenset[int]
    at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTimes:
    """What a chat's clock says about its alerts. Without `digests` no alert waits for one."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    quiet: tuple[Window, ...] = ()
    urgent: bool = True
    digests: tuple[DigestTime, ...] = ()

    def passes(self, priority: str) -> bool:
        """Whether such an alert is told, and heard, in quiet hours too."""
        return self.urgent and priority == URGENT

    def quiet_until(self, moment: datetime) -> datetime | None:
        """When the quiet hours end in which `moment` lies, UTC; None where it lies in none."""
        return quiet_until(self.quiet, self.zone, moment)

    def digest_of(self, priority: str, created: datetime) -> datetime | None:
        """The digest that an alert of this priority, made then, waits for; None where it waits for none."""
        return next_digest(self.digests, self.zone, created) if priority == PATIENT and self.digests else None


def quiet_until(hours: Sequence[Window], zone: ZoneInfo, moment: datetime) -> datetime | None:
    """When the windows that are open at `moment`, and those that follow without a gap, have closed, UTC."""
    end = muted_until(hours, moment.astimezone(zone))
    return None if end is None else end.astimezone(UTC)


def next_digest(when: Sequence[DigestTime], zone: ZoneInfo, after: datetime) -> datetime:
    """The first of these times after a moment, UTC. `when` is not empty."""
    today = after.astimezone(zone).date()
    # A week on lies the same day again; the day before is for a time that the clock skipped at midnight.
    days = [today + timedelta(days=ahead) for ahead in range(-1, 9)]
    moments = (
        on_the_clock(datetime.combine(day, one.at), zone) for one in when for day in days if day.weekday() in one.days
    )
    return min(moment for moment in moments if moment > after)


def read_quiet_hours(written: Sequence[str]) -> tuple[Window, ...]:
    """Raises BadTimes for what is no window, and for windows that leave no minute of the week."""
    try:
        windows = tuple(parse_window(window, same_is_a_day=True) for window in written)
    except BadWindow as error:
        raise BadTimes(str(error)) from error
    if windows and _never_ends(windows):
        raise BadTimes(
            "these quiet hours never end, so nothing would ever be told; leave some time, or use min_priority"
        )
    return windows


def read_digests(written: Sequence[str]) -> tuple[DigestTime, ...]:
    """`daily 08:00`, `weekly mon 08:00`, `daily` or `weekly` alone, several, or `none`. Raises BadTimes."""
    if [text.strip().lower() for text in written] == ["none"]:
        return ()
    return tuple(_digest(text) for text in written)


_UNSAID = {"daily": "daily 08:00", "weekly": "weekly mon 08:00"}
"""What a bare word stands for: when people begin to work."""


def _digest(written: str) -> DigestTime:
    words = _UNSAID.get(written.strip().lower(), written).lower().split()
    hours = re.fullmatch(r"(\d\d?):(\d\d)", words[-1]) if words else None
    if hours is None or words[0] not in {"daily", "weekly"} or len(words) != (2 if words[0] == "daily" else 3):
        raise BadTimes(f"'{written}' is no time of a digest; {_HINT}")
    if int(hours[1]) > 23 or int(hours[2]) > 59:
        raise BadTimes(f"'{words[-1]}' is no time of day; it lies between 00:00 and 23:59")
    days = frozenset(range(7))
    if words[0] == "weekly":
        try:
            days = parse_window(words[1]).days if words[1].isalpha() or "," in words[1] else frozenset()
        except BadWindow:
            days = frozenset()
        if not days:
            raise BadTimes(f"'{words[1]}' in '{written}' is no day of the week; {_HINT}")
    return DigestTime(days=days, at=time(int(hours[1]), int(hours[2])))


def _never_ends(windows: Sequence[Window]) -> bool:
    """Whether the windows of the week, dates aside, cover all of it."""
    quiet: set[int] = set()
    for window in windows:
        for day in window.days:
            start = (day * 24 + window.start.hour) * 60 + window.start.minute
            quiet.update(minute % WEEK for minute in range(start, start + int(window.length.total_seconds()) // 60))
    return len(quiet) == WEEK
