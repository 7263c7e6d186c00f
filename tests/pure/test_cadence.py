"""When to look again: never early, jitter only upward, back-off bounded. Tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sources.cadence import after_failure, after_success
from bot.sources.fetch import max_age, retry_after

NOW = datetime(2026, 8, 14, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("interval", "age", "expected"),
    [
        (None, None, 15),
        (10, None, 10),
        (1, None, 5),  # the floor
        (None, 60 * 60, 60),  # the server asks for less often
        (None, 60, 15),  # never more often than we would
        (10, 60 * 60, 10),  # the person's word counts
        (None, 10**9, 6 * 60),  # sixteen years of max-age
    ],
)
def test_after_success(interval: int | None, age: float | None, expected: int) -> None:
    for dice in (0.0, 0.999):
        found = after_success(
            now=NOW,
            interval=None if interval is None else interval * MINUTE,
            default=15 * MINUTE,
            floor=5 * MINUTE,
            max_age=age,
            dice=dice,
        )
        assert expected * MINUTE <= found.at - NOW <= expected * MINUTE * 1.1
        assert found.not_before is None


@pytest.mark.parametrize(
    ("failures", "asked", "expected"),
    [
        (1, None, 15 * 60),
        (2, None, 30 * 60),
        (3, None, 60 * 60),
        (10, None, 6 * 3600),
        (10**6, None, 6 * 3600),
        (1, 600, 600),
        (1, 1, 300),  # never before the floor
        (1, 10**9, 24 * 3600),
    ],
)
def test_after_failure(failures: int, asked: float | None, expected: int) -> None:
    found = after_failure(
        now=NOW,
        interval=None,
        default=15 * MINUTE,
        floor=5 * MINUTE,
        failures=failures,
        retry_after=asked,
        dice=0.0,
    )
    assert found.at == NOW + timedelta(seconds=expected)
    assert (found.not_before is not None) == (asked is not None)


def test_an_interval_longer_than_the_limit_never_overflows_nor_shortens() -> None:
    year = timedelta(days=3650)
    found = after_failure(now=NOW, interval=year, default=MINUTE, floor=MINUTE, failures=99, retry_after=None, dice=0.0)
    assert found.at == NOW + year


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Fri, 14 Aug 2026 12:10:00 GMT", 600),
        ("Fri, 14 Aug 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("99999999999999999999", 10**9),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, now=NOW) == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=600", 600),
        ("public, Max-Age=60, must-revalidate", 60),
        ("s-maxage=5", None),
        ("max-age=x", None),
        ('max-age="30"', 30),
        ("", None),
    ],
)
def test_max_age(header: str, seconds: float | None) -> None:
    assert max_age({"cache-control": header}) == seconds
