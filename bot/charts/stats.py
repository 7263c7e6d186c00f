"""Stories and alerts, counted by the days of a chat's clock. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.units import parse_duration
from storage.records import StoryOfWatch

MOST_DAYS = 366
USUAL_DAYS = 30

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A watch with its stories, one number for each day."""

    title: str
    key: str
    by_day: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.by_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """So many days, the last of them today. A story of two watches counts in both, and once in `stories`."""

    first: date
    days: int
    watches: tuple[Counted, ...]
    stories: int
    alerts: tuple[int, ...]

    @property
    def last(self) -> date:
        return self.first + (self.days - 1) * _DAY


def days_of(written: str) -> int | None:
    """How many days `30d`, `2w` or `30` are; nothing written is a month. None where it is no such span."""
    text = written.strip()
    if not text:
        return USUAL_DAYS
    try:
        span = parse_duration(f"{text}d" if re.fullmatch(r"[0-9]{1,9}", text) else text)
    except ValueError:
        return None
    days, rest = divmod(span, _DAY)
    return days if not rest and 0 < days <= MOST_DAYS else None


def first_day(now: datetime, zone: ZoneInfo, days: int) -> date:
    """The first of so many days, the last of which is today on that clock."""
    return now.astimezone(zone).date() - (days - 1) * _DAY


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which the day begins on that clock."""
    return datetime.combine(day, time(), zone)


def count(
    stories: Iterable[StoryOfWatch],
    alerts: Iterable[datetime],
    *,
    watches: Mapping[str, str],
    zone: ZoneInfo,
    first: date,
    days: int,
) -> Stats:
    """Put everything on its day; what lies outside of the days is left out. `watches` are titles by key."""
    by_watch = {key: [0] * days for key in watches}
    seen: set[int] = set()
    for story in stories:
        day = (story.began_at.astimezone(zone).date() - first).days
        if 0 <= day < days and story.watch in by_watch:
            by_watch[story.watch][day] += 1
            seen.add(story.story_id)
    told = [0] * days
    for moment in alerts:
        day = (moment.astimezone(zone).date() - first).days
        if 0 <= day < days:
            told[day] += 1
    counted = [Counted(key=key, title=watches[key], by_day=tuple(numbers)) for key, numbers in by_watch.items()]
    counted.sort(key=lambda one: (-one.total, one.key))
    return Stats(first=first, days=days, watches=tuple(counted), stories=len(seen), alerts=tuple(told))
