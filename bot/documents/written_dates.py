"""Dates as English and German pages write them, found among other words by tables, without a library."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner jän",
            "feb february februar feber",
            "mar march märz mär mrz maerz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_WORD = r"(?P<month>[a-zä]{3,9})\.?"
_DAY = r"(?<![\d.])(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_SHAPES = (
    re.compile(rf"{_DAY}[\s-]*(?:of\s+)?{_WORD},?[\s-]+{_YEAR}"),  # 12. März 2026, 12 Mar 2026, 12-Mar-2026
    re.compile(rf"(?<![a-zä]){_WORD}\s*{_DAY},?\s+{_YEAR}"),  # March 12, 2026
    re.compile(r"(?<!\d)(?P<year>\d{4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})\s?[.-]\s?(?P<month>\d{1,2})\s?[.-]\s?(?P<year>\d{4}|\d\d)(?![\d.])"),
)
_SLASHES = re.compile(r"(?<![\d/])(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4}|\d\d)(?![\d/])")

_TIME = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?::(?P<second>\d\d))?(?:\.\d+)?(?![\d.])\s*(?P<half>[ap]\.?m\b)?"
    r"\s*(?:uhr\b)?\s*\(?(?P<zone>[a-z]{1,4}\b)?\s*(?P<offset>[+-]\d\d:?\d\d)?"
)
_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "bst": 1, "est": -5, "edt": -4,
    "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "jst": 9,
}  # fmt: skip
"""Hours east of Greenwich. Names of several zones (CST, BST) are taken as news pages in English mean them."""

_NUMBERS = {"a": 1, "an": 1, "one": 1, "einer": 1, "einem": 1, "zwei": 2, "drei": 3}
_UNITS = (
    (re.compile(r"s|sec\w*|sek\w*"), timedelta(seconds=1)),
    (re.compile(r"mins?|minutes?|minuten?|m"), timedelta(minutes=1)),
    (re.compile(r"h|hrs?|hours?|std|stunden?"), timedelta(hours=1)),
    (re.compile(r"d|days?|tag(en?)?"), timedelta(days=1)),
    (re.compile(r"w|wks?|weeks?|wochen?"), timedelta(days=7)),
    (re.compile(r"mos?|mon|months?|monat(en?)?"), timedelta(days=30)),
    (re.compile(r"y|yrs?|years?|jahr(en?)?"), timedelta(days=365)),
)
_AGO = (
    re.compile(r"\b(?P<number>\d{1,4}|an?|one)\+?\s*(?P<unit>[a-z]+)\.?\s+ago\b"),
    re.compile(
        r"\bvor\s+(?:mehr als\s+|über\s+|ca\.\s+)?(?P<number>\d{1,4}|einer|einem|zwei|drei)\+?\s*(?P<unit>[a-z]+)"
    ),
)
_LONGEST = timedelta(days=36_500)  # "vor 9999 Jahren" is before the first date that Python knows
_DAYS = {"today": 0, "heute": 0, "yesterday": 1, "gestern": 1, "vorgestern": 2}
_DAY_WORD = re.compile(rf"\b({'|'.join(_DAYS)})\b")
_NOW = re.compile(r"(just now|gerade eben|soeben|just posted)")


def written_date(text: str, language: str | None) -> datetime | None:
    """The first date with day, month and year; naive unless a zone stands beside its time."""
    text = text.lower()
    for shape in _SHAPES:
        for found in shape.finditer(text):
            month = _MONTHS.get(found["month"]) or (int(found["month"]) if found["month"].isdecimal() else 0)
            date = _date(found["year"], month, int(found["day"]))
            if date:
                return _with_time(date, text[found.end() :])
    if slashes := _SLASHES.search(text):
        first, second = int(slashes["first"]), int(slashes["second"])
        month_first = second > 12 or (first <= 12 and language in {None, "en"})
        month, day = (first, second) if month_first else (second, first)
        date = _date(slashes["year"], month, day)
        return date and _with_time(date, text[slashes.end() :])
    return None


def ago(text: str, now: datetime) -> datetime | None:
    """`3 days ago`, `vor einer Stunde`, `gestern, 10:30 Uhr`, counted back from `now`. A month is 30 days."""
    text = text.lower()
    if _NOW.search(text):
        return now
    for shape in _AGO:
        for found in shape.finditer(text):
            unit = next((length for name, length in _UNITS if name.fullmatch(found["unit"])), None)
            if unit:
                number = _NUMBERS.get(found["number"]) or int(found["number"])
                return now - min(number * unit, _LONGEST)
    if word := _DAY_WORD.search(text):
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return _with_time(midnight - timedelta(days=_DAYS[word[0]]), text)
    return None


def _date(year: str, month: int, day: int) -> datetime | None:
    try:
        return datetime(int(year) + (2000 if len(year) == 2 else 0), month, day)  # noqa: DTZ001 - the zone comes later
    except ValueError:
        return None


def _with_time(date: datetime, rest: str) -> datetime:
    """The date with the time that follows it, and its zone where one is named."""
    found = _TIME.search(rest)
    if not found:
        return date
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].startswith("p") else 0)
    if hour > 23 or minute > 59 or second > 59:
        return date
    dated = date.replace(hour=hour, minute=minute, second=second)
    if found["offset"]:
        sign = -1 if found["offset"][0] == "-" else 1
        digits = found["offset"][1:].replace(":", "")
        east = sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return dated.replace(tzinfo=timezone(east)) if abs(east) < timedelta(days=1) else dated
    hours = _ZONES.get(found["zone"] or "")
    return dated if hours is None else dated.replace(tzinfo=timezone(timedelta(hours=hours)))
