"""Dates as pages and APIs write them → aware datetimes in UTC. The only file that imports dateparser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from bot.clock import utc_now
from bot.documents.plain_text import clean
from bot.documents.written_dates import ago, written_date

MAX_DATE = 120
"""Characters that may be a date with some words around it."""

_MAX_FOREIGN = 60
"""Characters that dateparser is asked about: it finds no date in a sentence, and takes long to say so."""

_EARLIEST = 1900
"""Years before it are placeholders (0001-01-01), not news."""

_LANGUAGES = "en de fr es it pt nl pl ru uk zh ja ko tr sv da nb fi cs hu ro el ar hi vi id".split()
"""Asked of dateparser where the language is unknown. All of its 200 locales cost 2 seconds and much memory at the first
text that is no date; measured with dateparser 1.5."""

_EPOCH_UNITS = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6))
"""Numbers below 10^11 are seconds (until the year 5138), then milliseconds, then microseconds."""


def moment(text: str, *, now: datetime | None = None, language: str | None = None) -> datetime | None:
    """UTC of a date in ISO 8601, RFC 2822 or words ("12. März 2026", "3 days ago", "gestern"); None if it is none.

    A date without a time zone is taken as UTC, one without a time as midnight. "03/04/2026" is month first in English
    and where the language is unknown, day first elsewhere. Relative dates count from `now` (default: the clock); a date
    without a year is the last one before it. dateparser is loaded only when the simple ways fail.
    """
    text = clean(text[: 2 * MAX_DATE])
    if not text or len(text) > MAX_DATE:
        return None
    now = now or utc_now()
    for read in (_iso, _mail):
        if found := read(text):
            return found
    return _in_bounds(written_date(text, language)) or _in_bounds(ago(text, now)) or _foreign(text, now, language)


def moment_of_number(number: float) -> datetime | None:
    """UTC of a Unix time in seconds, milliseconds or microseconds; None for zero, negative and absurd numbers."""
    for limit, divisor in _EPOCH_UNITS:
        if 0 < number < limit:
            return datetime.fromtimestamp(number / divisor, UTC)
    return None


def _iso(text: str) -> datetime | None:
    return _tried(datetime.fromisoformat, text)


def _mail(text: str) -> datetime | None:
    """RFC 2822 with its zone; without one, the tables read more than this parser does."""
    return _tried(lambda mail: _zoned(parsedate_to_datetime(mail)), text)


def _zoned(found: datetime) -> datetime | None:
    return found if found.tzinfo else None


def _tried(read: Callable[[str], datetime | None], text: str) -> datetime | None:
    try:
        return _in_bounds(read(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _in_bounds(found: datetime | None) -> datetime | None:
    if found is None:
        return None
    try:
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return found if found.year >= _EARLIEST else None


def _foreign(text: str, now: datetime, language: str | None) -> datetime | None:
    if len(text) > _MAX_FOREIGN:
        return None
    # RELATIVE_BASE is a part of the parser's key, and dateparser keeps every key: so only to the hour.
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    return _in_bounds(_asked(text, language, hour))


@lru_cache(maxsize=512)
def _asked(text: str, language: str | None, base: datetime) -> datetime | None:
    try:
        found: datetime | None = _parser(language, base).get_date_data(text).date_obj
    except (ValueError, OverflowError, TypeError, AttributeError, RecursionError):
        # What it raises for odd texts is not documented; a text that it cannot read is no date.
        return None
    return found


@lru_cache(maxsize=8)
def _parser(language: str | None, base: datetime) -> Any:
    # Loading takes 0.1 to 0.3 seconds, and few documents need it.
    from dateparser.date import (  # type: ignore[import-untyped]  # noqa: PLC0415 - loads slowly; ships no types
        DateDataParser,
    )

    settings = {
        "TIMEZONE": "UTC",
        "TO_TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "RELATIVE_BASE": base,
        "PREFER_DATES_FROM": "past",
        # "May" or "12" alone is a made-up day.
        "REQUIRE_PARTS": ["day", "month"],
        "PARSERS": ["relative-time", "absolute-time"],
    }
    languages = list(dict.fromkeys([language, "en", "de"])) if language else _LANGUAGES
    try:
        return DateDataParser(languages=languages, settings=settings, use_given_order=True, try_previous_locales=False)
    except ValueError:  # a language that dateparser does not know
        return DateDataParser(languages=_LANGUAGES, settings=settings, use_given_order=True, try_previous_locales=False)
