"""Columns that come every day: "War, day 307", "Wordle #555", "Exchange rates, 27.12.". Pure.

Two issues of one column share nearly all of their words and are no one event. What gives them away is a number that
moves with the calendar; a rising number of victims does not.
"""

from __future__ import annotations

from bot.stories.article import Signature
from bot.stories.times import DAY

_ALIKE = 0.5
"""Part of their headlines' words (numbers left out) that two issues share at least: the day of the week differs, and a
word or two; headlines of one event that share so many have no number that counts its days."""

_WORDS = 2
_COUNTED = range(100, 1_000_000)
"""Numbers that may count days; a toll of dozens may rise by one from day to day, too."""


def are_issues(new: Signature, old: Signature) -> bool:
    """Whether two articles of one source are issues of one column on different days: their dates must be known."""
    if new.source != old.source or new.period is None or old.period is None or not (new.heading and old.heading):
        return False
    days = (new.period.first.date() - old.period.first.date()).days
    if not days:
        return False
    new_numbers, new_words = _parted(new.heading)
    old_numbers, old_words = _parted(old.heading)
    both = new_words & old_words
    if len(both) < _WORDS or len(both) < _ALIKE * len(new_words | old_words):
        return False
    gone, come = old_numbers - new_numbers, new_numbers - old_numbers
    for shift in (-1, 0, 1):  # yesterday's figures, today's answer, tomorrow's weather
        if (old.period.first + shift * DAY).day in gone and (new.period.first + shift * DAY).day in come:
            return True
    return any(number + days in come for number in gone if number in _COUNTED)


def _parted(heading: tuple[str, ...]) -> tuple[set[int], set[str]]:
    """The numbers of a headline ("26th" is one) and its other words."""
    numbers, words = set[int](), set[str]()
    for word in heading:
        digits = word.rstrip("abcdefghijklmnopqrstuvwxyz")
        if digits.isdecimal():
            numbers.add(int(digits[:9]))
        else:
            words.add(word)
    return numbers, words
