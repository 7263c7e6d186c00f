"""Times of the week in which a rule does not alert: `sat-sun`, `22:00-07:00`, `mon-fri 09:00-17:00`, dates."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from rules.problems import did_you_mean


class BadWindow(ValueError):
    """The window cannot be read; the message says why and what to write."""


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HINT = "write for instance 22:00-07:00, sat-sun, mon-fri 09:00-17:00 or 2026-12-24 to 2027-01-02"
_LONGEST = 60  # windows in a row that are followed: two months of nights and weekends


@dataclass(frozen=True, slots=True)
class Window:
    """Open from `start` for as long as `length`, on these days (0 is Monday), or between two dates."""

    written: str
    days: frozenset[int]
    start: time
    length: timedelta
    dates: tuple[date, date] | None = None  # first and last day

    def open_until(self, moment: datetime) -> datetime | None:
        """When the window closes that is open at `moment` (in the reader's time zone); None where it is not open."""
        now, zone = moment.astimezone(UTC), moment.tzinfo
        assert zone is not None  # noqa: S101 - `moment` is aware
        for days_ago in range(2):
            day = moment.date() - timedelta(days=days_ago)
            opens = datetime.combine(day, self.start)
            closes = on_the_clock(opens + self.length, zone)
            if self._holds(day) and on_the_clock(opens, zone) <= now < closes:
                return closes.astimezone(zone)
        return None

    def _holds(self, day: date) -> bool:
        return self.dates[0] <= day <= self.dates[1] if self.dates else day.weekday() in self.days


def on_the_clock(shown: datetime, zone: tzinfo) -> datetime:
    """The instant (UTC) at which the clocks of a zone first show this naive time.

    A time that they skip is the instant of the jump: everything in the hour that is not there happens at its end.
    """
    early, late = (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    if early >= late:  # once, or twice with the first of them for fold 0
        return late
    # Skipped: the jump lies between the two readings (PEP 495).
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def parse_window(written: str, *, same_is_a_day: bool = False) -> Window:
    """Read a window; raises BadWindow.

    `same_is_a_day`: `08:00-08:00` is a whole day from that time on, else a mistake.
    """
    words = written.lower().replace("–", "-").split()
    dates = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?: to (\d{4}-\d\d-\d\d))?", " ".join(words))
    if dates:
        first, last = _date(dates[1]), _date(dates[2] or dates[1])
        if last < first:
            raise BadWindow(f"the window '{written}' ends before it begins")
        return Window(written, frozenset(), time(), timedelta(days=1), (first, last))
    hours = words.pop() if words and ":" in words[-1] else ""
    if not 0 <= len(words) <= 1 or not (words or hours):
        raise BadWindow(f"'{written}' is no window of time; {_HINT}")
    days = _days(words[0], written) if words else frozenset(range(7))
    if not hours:
        return Window(written, days, time(), timedelta(days=1))
    ends = re.fullmatch(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)", hours)
    if not ends:
        raise BadWindow(f"'{hours}' is no time from-to; {_HINT}")
    begin, end = _minutes(ends[1], ends[2]), _minutes(ends[3], ends[4])
    if begin == 24 * 60 or (begin == end and not same_is_a_day):
        raise BadWindow(f"the window '{hours}' is empty; a whole day is written without hours")
    minutes = end - begin if end > begin else end - begin + 24 * 60
    return Window(written, days, time(begin // 60, begin % 60), timedelta(minutes=minutes))


def muted_until(windows: Sequence[Window], moment: datetime) -> datetime | None:
    """When the windows that are open at `moment`, and those that follow without a gap, have closed."""
    end: datetime | None = None
    for _ in range(_LONGEST):
        closing = [close for window in windows if (close := window.open_until(end or moment)) is not None]
        if not closing:
            break
        end = max(closing)
    return end


def _days(text: str, written: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.split(","):
        ends = [_day(name, written) for name in part.split("-")]
        if len(ends) > 2:
            raise BadWindow(f"'{written}' is no window of time; {_HINT}")
        days.add(ends[0])
        for first, last in pairwise(ends):
            days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return frozenset(days)


def _day(name: str, written: str) -> int:
    for number, day in enumerate(_DAYS):
        if len(name) >= 3 and day.startswith(name):
            return number
    hint = did_you_mean(name, _DAYS) or _HINT
    raise BadWindow(f"'{name}' in '{written}' is no day of the week; {hint}")


def _minutes(hours: str, minutes: str) -> int:
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > 24 * 60:
        raise BadWindow(f"'{hours}:{minutes}' is no time of day")
    return total


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadWindow(f"'{text}' is no date") from error
