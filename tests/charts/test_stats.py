"""What is counted on which day, what a span is, and which bars come of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.charts.chart import MOST_BARS, bars, days_in_bar, first_day_of_bar, tick_places
from bot.charts.stats import begin_of, count, days_of, first_day
from storage.records import StoryOfWatch

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
WATCHES = {"halls": "Halls", "shops": "Shops"}


def story(number: int, at: str, watch: str = "halls") -> StoryOfWatch:
    return StoryOfWatch(watch=watch, story_id=number, began_at=datetime.fromisoformat(at))


@pytest.mark.parametrize(
    ("written", "days"),
    [("", 30), ("30d", 30), ("7", 7), ("2w", 14), ("48h", 2), ("1d", 1), ("366d", 366), (" 30D ", 30)],
)
def test_a_span_is_whole_days(written: str, days: int) -> None:
    assert days_of(written) == days


@pytest.mark.parametrize(
    "written", ["0", "0d", "367d", "soon", "-3d", "36h", "1.5d", "9" * 40, "30 days", "30d 30d 30d 400d", "²"]
)
def test_what_is_no_span_is_none(written: str) -> None:
    assert days_of(written) is None


def test_a_day_is_the_chats_own() -> None:
    late = story(1, "2026-09-01T22:30:00+00:00")  # half past midnight in Berlin, still evening in New York
    here = count([late], [], watches=WATCHES, zone=BERLIN, first=date(2026, 9, 1), days=2)
    there = count([late], [], watches=WATCHES, zone=NEW_YORK, first=date(2026, 9, 1), days=2)
    assert [one.by_day for one in here.watches if one.key == "halls"] == [(0, 1)]
    assert [one.by_day for one in there.watches if one.key == "halls"] == [(1, 0)]


def test_a_day_of_23_and_one_of_25_hours_are_days() -> None:
    for changed in (date(2026, 3, 29), date(2026, 10, 25)):
        since = begin_of(changed, BERLIN).astimezone(UTC)
        ends = begin_of(changed + timedelta(days=1), BERLIN).astimezone(UTC) - timedelta(seconds=1)
        made = count([], [since, ends], watches={}, zone=BERLIN, first=changed, days=1)
        assert made.alerts == (2,)
        assert first_day(ends, BERLIN, 1) == changed


def test_a_story_of_two_watches_counts_in_both_and_once_in_the_sum() -> None:
    at = "2026-09-02T10:00:00+00:00"
    before = story(4, "2026-08-31T10:00:00+00:00")
    made = count(
        [story(1, at), story(1, at, "shops"), story(2, at, "shops"), story(3, at, "left"), before],
        [],
        watches=WATCHES, zone=BERLIN, first=date(2026, 9, 1), days=3,
    )  # fmt: skip
    assert [(one.key, one.by_day) for one in made.watches] == [("shops", (0, 2, 0)), ("halls", (0, 1, 0))]
    assert made.stories == 2
    assert made.last == date(2026, 9, 3)


@pytest.mark.parametrize("days", [1, 2, 29, 30, 92, 93, 100, 365, 366])
def test_no_day_is_lost_in_bars_and_the_last_bar_ends_today(days: int) -> None:
    width = days_in_bar(days)
    made = bars([1] * days, width)
    assert len(made) <= MOST_BARS
    assert sum(made) == days
    assert made[-1] == width
    begins = [first_day_of_bar(bar, days, width) for bar in range(len(made))]
    assert begins == [0, *(sum(made[:bar]) for bar in range(1, len(made)))]


@pytest.mark.parametrize(("count", "places"), [(1, (0,)), (2, (0, 1)), (4, (0, 1, 2, 3)), (31, (0, 10, 20, 30))])
def test_first_and_last_bar_are_named(count: int, places: tuple[int, ...]) -> None:
    assert tick_places(count) == places
