"""When to look at a source again, and when it has been quiet for too long. Pure; table-tested.

Never early, jitter only upward, failures back off exponentially but are tried for ever.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.units import format_duration

MAX_AGE_LIMIT = timedelta(hours=6)
"""A server's max-age or a publisher's ttl above this is ignored beyond it: some send years."""

RETRY_AFTER_LIMIT = timedelta(hours=24)
BACKOFF_LIMIT = timedelta(hours=6)
JITTER = 0.1
"""Share of the wait that is added at most, so that sources added together do not stay together."""

LOOKS_PER_GAP = 8
"""Looks between two entries of a source whose rhythm is followed: an entry is found after an eighth of its gap."""

ARRIVALS_KEPT = 60
ARRIVALS_NEEDED = 6
"""Entries that make a rhythm; fewer say too little about gaps."""

SILENCE_FLOOR = timedelta(hours=24)
SILENCE_FACTOR = 8
"""A source is silent when nothing came for this many of its long gaps (the 95th percentile)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What the person wants: `interval` is the source's own (None: none is set), the rest holds for all."""

    interval: timedelta | None
    default: timedelta
    floor: timedelta
    fastest: timedelta
    slowest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class NextCheck:
    """`not_before` is set only where the server asked for it: not even a person's request comes earlier."""

    at: datetime
    not_before: datetime | None
    reason: str


def after_success(
    *,
    now: datetime,
    pace: Pace,
    arrivals: Sequence[datetime],
    max_age: float | None,
    publisher_pace: float | None,
    dice: float,
) -> NextCheck:
    """The wait is the longest of what the person, the server and the publisher ask for.

    `arrivals` are the times of the last entries, oldest first; `max_age` (the server's) and `publisher_pace` (`<ttl>`)
    in seconds, the latter counts only where the person set no interval. `dice` in [0, 1) is the jitter's share.
    """
    wait, reason = _own_wait(now, pace, arrivals)
    for seconds, name in (
        (max_age, "the server's max-age"),
        (publisher_pace if pace.interval is None else None, "the publisher's ttl"),
    ):
        if seconds is None:
            continue
        asked = min(timedelta(seconds=seconds), MAX_AGE_LIMIT)
        if asked > wait:
            wait, reason = asked, name
    if wait < pace.floor:
        wait, reason = pace.floor, "fetch.min_interval"
    return NextCheck(at=now + wait * (1 + JITTER * dice), not_before=None, reason=reason)


def after_failure(*, now: datetime, pace: Pace, failures: int, retry_after: float | None, dice: float) -> NextCheck:
    """`failures` counts this one too (1 for the first); `retry_after` in seconds."""
    base = max(pace.interval if pace.interval is not None else pace.default, pace.floor)
    if retry_after is not None:
        asked = min(timedelta(seconds=retry_after), RETRY_AFTER_LIMIT)
        return NextCheck(
            at=now + max(asked, base) * (1 + JITTER * dice), not_before=now + asked, reason="the server's Retry-After"
        )
    wait = base
    for _ in range(failures - 1):
        if wait >= BACKOFF_LIMIT:
            break
        wait = min(wait * 2, BACKOFF_LIMIT)
    times = f"{failures} failures" if failures > 1 else "a failure"
    return NextCheck(at=now + wait * (1 + JITTER * dice), not_before=None, reason=f"back-off after {times}")


def _own_wait(now: datetime, pace: Pace, arrivals: Sequence[datetime]) -> tuple[timedelta, str]:
    """The person's interval, or one that follows the source's rhythm."""
    if pace.interval is not None:
        return pace.interval, "its own interval"
    gap = usual_gap(arrivals, now=now)
    if gap is None:
        return pace.default, "schedule.interval (its rhythm is not known yet)"
    fastest, slowest = min(pace.fastest, pace.default), max(pace.slowest, pace.default)
    wait = min(max(gap / LOOKS_PER_GAP, fastest), slowest)
    bound = {fastest: ", bounded by schedule.fastest", slowest: ", bounded by schedule.slowest"}.get(wait, "")
    return wait, f"its rhythm: an entry about every {format_duration(gap)}{bound}"


def usual_gap(arrivals: Sequence[datetime], *, now: datetime) -> timedelta | None:
    """Time between two entries, on average up to now, so that a source that falls asleep slows down.

    None while there are too few entries to tell.
    """
    if len(arrivals) < ARRIVALS_NEEDED:
        return None
    return max((now - arrivals[0]) / len(arrivals), timedelta(seconds=1))


def merge_arrivals(known: Sequence[datetime], new: Sequence[datetime]) -> tuple[datetime, ...]:
    """The times of the last entries, oldest first."""
    return tuple(sorted([*known, *new])[-ARRIVALS_KEPT:])


def silence_limit(arrivals: Sequence[datetime]) -> timedelta | None:
    """How long this source may bring nothing before that is news: max(24 h, 8 × its gaps' 95th percentile).

    None while its rhythm is not known.
    """
    if len(arrivals) < ARRIVALS_NEEDED:
        return None
    gaps = sorted(later - earlier for earlier, later in itertools.pairwise(arrivals))
    place = 0.95 * (len(gaps) - 1)  # linear between neighbours, as statistics.quantiles(method="inclusive")
    below, share = int(place), place - int(place)
    long_gap = gaps[below] + (gaps[min(below + 1, len(gaps) - 1)] - gaps[below]) * share
    return max(SILENCE_FLOOR, SILENCE_FACTOR * long_gap)
