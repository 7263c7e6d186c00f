"""When to look again: never early, jitter only upward, back-off bounded. Tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sources.cadence import Pace, after_failure, after_success, silence_limit
from bot.sources.http_times import freshness, retry_after

NOW = datetime(2026, 8, 14, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def pace(interval: timedelta | None = None, default: timedelta = 15 * MINUTE) -> Pace:
    return Pace(interval=interval, default=default, floor=5 * MINUTE, fastest=5 * MINUTE, slowest=timedelta(hours=2))


@pytest.mark.parametrize(
    ("interval", "age", "ttl", "expected"),
    [
        (None, None, None, 15),
        (10, None, None, 10),
        (1, None, None, 5),  # the floor
        (None, 60 * 60, None, 60),  # the server asks for less often
        (None, 60, None, 15),  # never more often than we would
        (10, 60 * 60, None, 60),  # an interval says how often at most; what is cached brings nothing new
        (None, 10**9, None, 6 * 60),  # sixteen years of max-age
        (None, None, 30 * 60, 30),  # the publisher's ttl
        (10, None, 30 * 60, 10),  # only where the person set nothing
        (None, 20 * 60, 30 * 60, 30),
        (None, None, 10**9, 6 * 60),
    ],
)
def test_after_success(interval: int | None, age: float | None, ttl: float | None, expected: int) -> None:
    for dice in (0.0, 0.999):
        found = after_success(
            now=NOW,
            pace=pace(None if interval is None else interval * MINUTE),
            arrivals=(),
            max_age=age,
            publisher_pace=ttl,
            dice=dice,
        )
        assert expected * MINUTE <= found.at - NOW <= expected * MINUTE * 1.1
        assert found.not_before is None


@pytest.mark.parametrize(
    ("entries", "days", "expected"),
    [
        (60, 0.1, 5),  # one every two minutes: as fast as it may be
        (24, 2, 15),  # one every two hours
        (20, 10, 90),  # one every twelve hours
        (20, 200, 120),  # sleepy: bounded
        (5, 2, 15),  # too few to tell: schedule.interval
    ],
)
def test_a_source_without_an_interval_is_looked_at_by_its_own_rhythm(entries: int, days: float, expected: int) -> None:
    step = timedelta(days=days) / entries
    arrivals = [NOW - step * number for number in range(entries, 0, -1)]
    found = after_success(now=NOW, pace=pace(), arrivals=arrivals, max_age=None, publisher_pace=None, dice=0.0)
    assert found.at - NOW == pytest.approx(expected * MINUTE, abs=timedelta(seconds=1))
    assert ("rhythm" in found.reason) or entries < 6
    own = after_success(now=NOW, pace=pace(MINUTE * 7), arrivals=arrivals, max_age=None, publisher_pace=None, dice=0.0)
    assert own.at - NOW == 7 * MINUTE


def test_a_source_that_falls_asleep_slows_down() -> None:
    arrivals = [NOW - timedelta(minutes=20 * number) for number in range(30, 0, -1)]
    waits = [
        after_success(
            now=NOW + timedelta(days=days), pace=pace(), arrivals=arrivals, max_age=None, publisher_pace=None, dice=0.0
        ).at
        - (NOW + timedelta(days=days))
        for days in (0, 5, 30)
    ]
    assert waits == sorted(waits)
    assert waits[0] < waits[1] < waits[2] == timedelta(hours=2)


@pytest.mark.parametrize(
    ("gaps_in_hours", "expected"),
    [
        ([1] * 20, 24),  # the floor
        ([10] * 20, 80),
        ([1] * 18 + [48, 48], 8 * 48),  # its long gaps count, not the usual one
        ([1] * 3, None),
    ],
)
def test_how_long_a_source_may_be_silent(gaps_in_hours: list[int], expected: int | None) -> None:
    moment, arrivals = NOW, [NOW]
    for gap in gaps_in_hours:
        moment += timedelta(hours=gap)
        arrivals.append(moment)
    assert silence_limit(arrivals) == (None if expected is None else timedelta(hours=expected))


@pytest.mark.parametrize(
    ("failures", "asked", "expected"),
    [
        (1, None, 15 * 60),
        (2, None, 30 * 60),
        (3, None, 60 * 60),
        (10, None, 6 * 3600),
        (10**6, None, 6 * 3600),
        (1, 3600, 3600),
        (1, 600, 900),  # sooner than we would come anyway
        (7, 1800, 1800),  # the server's word, not our back-off
        (1, 10**9, 24 * 3600),
    ],
)
def test_after_failure(failures: int, asked: float | None, expected: int) -> None:
    found = after_failure(now=NOW, pace=pace(), failures=failures, retry_after=asked, dice=0.0)
    assert found.at == NOW + timedelta(seconds=expected)
    assert (found.not_before is not None) == (asked is not None)


def test_an_interval_longer_than_the_limit_never_overflows_nor_shortens() -> None:
    year = timedelta(days=3650)
    found = after_failure(now=NOW, pace=pace(interval=year), failures=99, retry_after=None, dice=0.0)
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
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": "public, Max-Age=60, must-revalidate"}, 60),
        ({"cache-control": "s-maxage=5"}, None),
        ({"cache-control": "max-age=x"}, None),
        ({"cache-control": 'max-age="30"'}, 30),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": "max-age=600", "age": "200"}, 400),
        ({"cache-control": "max-age=600", "age": "2000"}, 0),
        ({"cache-control": "max-age=60", "expires": "Fri, 14 Aug 2026 13:00:00 GMT"}, 60),  # max-age overrides
        ({"expires": "Fri, 14 Aug 2026 13:00:00 GMT", "date": "Fri, 14 Aug 2026 12:30:00 GMT"}, 1800),
        ({"expires": "Fri, 14 Aug 2026 13:00:00 GMT"}, 3600),
        ({"expires": "Fri, 14 Aug 2020 13:00:00 GMT"}, 0),
        ({"expires": "0"}, None),
        ({"expires": "-1"}, None),
        ({"expires": "Fri, 99 Foo 99999 99:99:99"}, None),
        ({}, None),
    ],
)
def test_for_how_long_an_answer_is_fresh(headers: dict[str, str], seconds: float | None) -> None:
    assert freshness(headers, now=NOW) == seconds
