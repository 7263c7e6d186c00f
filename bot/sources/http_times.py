"""What an answer's headers say of time: how long it is fresh, when to come back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """Seconds from a Retry-After header, number or HTTP date (RFC 9110, 10.2.3); None for anything else."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:12]), 10**9))
    moment = http_date(text)
    if moment is None:
        return None
    return max(0.0, (moment - now) / timedelta(seconds=1))


def freshness(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Seconds for which the answer is fresh by the server's own word; None where it says nothing readable.

    `Cache-Control: max-age` less the `Age` it has already (RFC 9111, 4.2), else `Expires` less `Date`. Nothing for
    `no-cache` and `no-store`: to look again is what they ask for.
    """
    directives: dict[str, str] = {}
    for directive in headers.get("cache-control", "").split(","):
        name, _, value = directive.partition("=")
        directives.setdefault(name.strip().lower(), value.strip().strip('"'))
    if "no-store" in directives or "no-cache" in directives:
        return None
    digits = directives.get("max-age", "")
    if digits.isascii() and digits.isdigit():
        seconds = float(min(int(digits[:12]), 10**9))
        age = headers.get("age", "").strip()
        return max(0.0, seconds - float(age[:9])) if age.isascii() and age.isdigit() else seconds
    if "max-age" in directives:
        return None  # unreadable: nothing is guessed from Expires, which an answer with max-age overrides
    expires = http_date(headers["expires"]) if headers.get("expires") else None
    if expires is None:
        return None
    date = http_date(headers.get("date", ""))
    return max(0.0, (expires - (date or now)) / timedelta(seconds=1))


def http_date(text: str) -> datetime | None:
    """An HTTP date (RFC 9110, 5.6.7), aware; None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
