"""When to look at a source again. Pure; table-tested.

Never early, jitter only upward, failures back off exponentially but are tried for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_AGE_LIMIT = timedelta(hours=6)
"""A server's max-age above this is ignored beyond it: some send years."""

RETRY_AFTER_LIMIT = timedelta(hours=24)
BACKOFF_LIMIT = timedelta(hours=6)
JITTER = 0.1
"""Share of the wait that is added at most, so that sources added together do not stay together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextCheck:
    """`not_before` is set only where the server asked for it: not even a person's request comes earlier."""

    at: datetime
    not_before: datetime | None
    reason: str


def after_success(
    *,
    now: datetime,
    interval: timedelta | None,
    default: timedelta,
    floor: timedelta,
    max_age: float | None,
    dice: float,
) -> NextCheck:
    """`dice` in [0, 1) is the jitter's share. A max-age counts only where the person set no interval."""
    wait, reason = (interval, "your interval") if interval is not None else (default, "schedule.interval")
    if interval is None and max_age is not None:
        asked = min(timedelta(seconds=max_age), MAX_AGE_LIMIT)
        if asked > wait:
            wait, reason = asked, "the server's max-age"
    if wait < floor:
        wait, reason = floor, "fetch.min_interval"
    return NextCheck(at=now + wait * (1 + JITTER * dice), not_before=None, reason=reason)


def after_failure(
    *,
    now: datetime,
    interval: timedelta | None,
    default: timedelta,
    floor: timedelta,
    failures: int,
    retry_after: float | None,
    dice: float,
) -> NextCheck:
    """`failures` counts this one too (1 for the first)."""
    base = max(interval if interval is not None else default, floor)
    if retry_after is not None:
        asked = min(timedelta(seconds=retry_after), RETRY_AFTER_LIMIT)
        return NextCheck(
            at=now + max(asked, floor) * (1 + JITTER * dice), not_before=now + asked, reason="the server's Retry-After"
        )
    wait = base
    for _ in range(failures - 1):
        if wait >= BACKOFF_LIMIT:
            break
        wait = min(wait * 2, BACKOFF_LIMIT)
    return NextCheck(at=now + wait * (1 + JITTER * dice), not_before=None, reason=f"back-off after {failures} failures")
