"""Times that are picked in steps: days, hours, minutes. Each step's buttons carry what was picked before. Pure.

`own` begins a value that replaces what is set, `add` one more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.alerts.keyboard import Key, Keyboard
from bot.chat.setting.words import DAYS, TIMES
from bot.chat.words import Words

Step = tuple[str, Keyboard]
"""What is asked, and the buttons that answer it."""

EVERY_DAY = "all"
_QUIET_DAYS = (EVERY_DAY, "mon-fri", "sat-sun", *DAYS)
_HOURS = range(24)
_MINUTES = range(0, 60, 5)
_SIGNS = {"own": "=", "add": "+"}


def rows(keys: Sequence[Key], wide: int) -> Keyboard:
    """The buttons in rows of so many."""
    return tuple(tuple(keys[start : start + wide]) for start in range(0, len(keys), wide))


def quiet_hours(words: Words, path: str) -> Step | None:
    """`own`, `own.mon-fri`, `own.mon-fri.22`: the days, from, to; None for what is no such path."""
    how, *picked = path.split(".")
    days = picked[0] if picked else EVERY_DAY
    if how not in _SIGNS or days not in _QUIET_DAYS or len(picked) > 2 or not _numbers(picked[1:], _HOURS):
        return None
    if not picked:
        keys = [Key(text=_days(words, one), data=f"set:quiet_hours.{path}.{one}") for one in _QUIET_DAYS]
        return words.say("which_days"), (*rows(keys[:3], 3), *rows(keys[3:], 7))
    if len(picked) == 1:
        return words.say("from_hour"), _hours(lambda hour: f"set:quiet_hours.{path}.{hour}")
    on = "" if days == EVERY_DAY else f"{days}_"
    begin = f"set:quiet_hours{_SIGNS[how]}{on}{int(picked[1]):02}:00-"
    return words.say("to_hour"), _hours(lambda hour: f"{begin}{hour:02}:00")


def digest(words: Words, path: str) -> Step | None:
    """`own.daily`, `own.daily.8`, `own.weekly`, `own.weekly.mon`, `own.weekly.mon.8`; None for what is no such path."""
    how, *picked = path.split(".")
    if how not in _SIGNS or not picked or picked[0] not in {"daily", "weekly"}:
        return None
    weekly, rest = picked[0] == "weekly", picked[1:]
    if weekly and not rest:
        return words.say("which_day"), (
            tuple(Key(text=_days(words, one), data=f"set:digest.{path}.{one}") for one in DAYS),
        )
    day, hours = (rest[0], rest[1:]) if weekly else ("", rest)
    if (weekly and day not in DAYS) or len(hours) > 1 or not _numbers(hours, _HOURS):
        return None
    if not hours:
        return words.say("which_hour"), _hours(lambda hour: f"set:digest.{path}.{hour}")
    begin = f"set:digest{_SIGNS[how]}{picked[0]}_{f'{day}_' if weekly else ''}{int(hours[0]):02}:"
    keys = [Key(text=f"{int(hours[0]):02}:{minute:02}", data=f"{begin}{minute:02}") for minute in _MINUTES]
    return words.say("which_minute"), rows(keys, 4)


def _hours(data: Callable[[int], str]) -> Keyboard:
    return rows([Key(text=f"{hour:02}:00", data=data(hour)) for hour in _HOURS], 6)


def _numbers(texts: Sequence[str], known: range) -> bool:
    return all(text.isascii() and text.isdecimal() and len(text) < 3 and int(text) in known for text in texts)


def _days(words: Words, days: str) -> str:
    if days == EVERY_DAY:
        return words.say("every_day")
    return "-".join(TIMES[words.language][day] for day in days.split("-"))
