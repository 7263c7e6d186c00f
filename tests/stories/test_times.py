"""When an article was written, as vaguely as sources say it, and how near two times are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.stories.times import WINDOW, Period, closeness, gap, read_period

DAY = timedelta(days=1)


def day(number: int, month: int = 3) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026", day(1, 1), datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-03", day(1), day(1, 4)),
        ("2025-12", datetime(2025, 12, 1, tzinfo=UTC), day(1, 1)),
        ("2026-03-10", day(10), day(11)),
        (" 2026-03-10T14:00:00+02:00 ", day(10) + timedelta(hours=12), day(10) + timedelta(hours=12)),
        ("2026-03-10 14:00:00", day(10) + timedelta(hours=14), day(10) + timedelta(hours=14)),
        ("2026-03-10T14:00:00Z", day(10) + timedelta(hours=14), day(10) + timedelta(hours=14)),
    ],
)
def test_a_date_is_a_period_as_long_as_it_is_vague(written: str, first: datetime, last: datetime) -> None:
    assert read_period(written) == Period(first, last)


def test_no_date_is_no_period() -> None:
    assert read_period("  ") is None


@pytest.mark.parametrize(
    "written", ["yesterday", "10.3.2026", "2026-13", "26", "2026-02-30", "9999", "9999-12", "9999-12-31", "0000"]
)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library's words differ
        read_period(written)


def test_the_earliest_time_of_all_in_an_eastern_zone_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library's words differ
        read_period("0001-01-01T00:00:00+05:00")


NOON = Period.at(day(10))
MONTH = Period(day(1), day(1, 4))
YEAR = Period(day(1, 1), datetime(2027, 1, 1, tzinfo=UTC))
NEXT_MONTH = Period(day(1, 4), day(1, 5))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (NOON, NOON, timedelta()),
        (NOON, MONTH, timedelta()),
        (NOON, None, timedelta()),
        (NOON, Period.at(day(17)), 7 * DAY),
        (Period.at(day(17)), NOON, 7 * DAY),
        (NOON, NEXT_MONTH, 22 * DAY),
        (MONTH, NEXT_MONTH, timedelta()),
    ],
)
def test_the_gap_is_what_lies_between_at_least(one: Period, other: Period | None, apart: timedelta) -> None:
    assert gap(one, other) == apart


@pytest.mark.parametrize(
    ("name", "article", "story", "width", "least", "most"),
    [
        ("the same hour", Period.at(day(10) + timedelta(hours=1)), NOON, timedelta(), 0.99, 1.0),
        ("the next day counts nearly in full", Period.at(day(11)), NOON, timedelta(), 0.9, 0.99),
        ("a week apart hardly counts", Period.at(day(17)), NOON, timedelta(), 0.01, 0.1),
        ("beyond the window never", Period.at(day(25)), NOON, timedelta(), 0.0, 0.0),
        ("a month around the day", MONTH, NOON, timedelta(), 0.85, 0.95),
        ("a month and the same month", MONTH, MONTH, MONTH.last - MONTH.first, 0.75, 0.9),
        ("the month after that day's", NEXT_MONTH, NOON, timedelta(), 0.0, 0.0),
        ("a month for a story of its last day", NEXT_MONTH, Period.at(day(31)), timedelta(), 0.5, 0.65),
        ("a year around the day", YEAR, NOON, timedelta(), 0.5, 0.5),
        ("a year elsewhere", YEAR, Period.at(day(10).replace(year=2024)), timedelta(), 0.0, 0.0),
        ("no date", None, NOON, timedelta(), 0.5, 0.5),
        ("a story of which no date is known", NOON, None, timedelta.max, 0.5, 0.5),
        ("a story of vague dates only", NOON, YEAR, timedelta.max, 0.5, 0.5),
    ],
)
def test_closeness(
    name: str, article: Period | None, story: Period | None, width: timedelta, least: float, most: float
) -> None:
    assert least <= closeness(article, story, width, window=WINDOW) <= most, name


def test_closeness_falls_with_the_days() -> None:
    near = [closeness(Period.at(day(10) + days * DAY), NOON, timedelta(), window=WINDOW) for days in range(16)]
    assert near == sorted(near, reverse=True)
    assert near[0] == 1.0
    assert near[15] == 0.0


def test_a_shorter_window_is_obeyed() -> None:
    assert closeness(Period.at(day(13)), NOON, timedelta(), window=2 * DAY) == 0.0
