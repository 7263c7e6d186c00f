"""Which updates were handled: nothing is lost by a restart, and next to nothing is repeated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.telegram_door.progress import Progress
from bot.telegram_door.updates import conflict_pause, trouble_pause

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def again(progress: Progress) -> Progress:
    return Progress.read(progress.text(), bot="1")


def test_a_restart_in_the_middle_goes_on_where_it_was() -> None:
    progress = Progress(bot="1")
    assert progress.offset(NOW) is None
    progress.began([10, 11, 12, 14], now=NOW)
    progress.done(10)
    progress.done(12)
    later = again(progress)
    assert later.offset(NOW) == 11
    assert [number for number in (10, 11, 12, 14) if later.is_new(number)] == [11, 14]
    later.began([11, 12, 14], now=NOW)
    later.done(14)
    later.done(11)
    assert again(later).offset(NOW) == 15


def test_updates_that_were_handled_before_are_passed_by() -> None:
    progress = Progress(bot="1")
    progress.began([10], now=NOW)
    progress.done(10)
    progress.began([10], now=NOW)
    assert not progress.is_new(10)
    assert progress.offset(NOW) == 11


def test_after_days_of_silence_numbers_may_begin_anywhere() -> None:
    progress = Progress(bot="1")
    progress.began([1000], now=NOW)
    progress.done(1000)
    later = NOW + timedelta(days=7)
    assert progress.offset(later) is None
    progress.began([5], now=later)
    assert progress.is_new(5)
    progress.done(5)
    assert progress.offset(later) == 6


def test_what_is_brought_in_another_order_is_taken_once_each() -> None:
    progress = Progress(bot="1")
    progress.began([10], now=NOW)
    progress.done(10)
    for number in (13, 11, 12, 15):
        assert progress.is_new(number)
        progress.took(number, now=NOW)
    later = again(progress)
    assert [number for number in range(10, 17) if later.is_new(number)] == [14, 16]
    assert later.offset(NOW) == 14, "where fetching would go on"
    later.took(5, now=NOW + timedelta(days=7))
    assert not later.is_new(5)
    assert later.is_new(11), "after a week any number may come"


def test_what_is_remembered_of_brought_numbers_is_bounded() -> None:
    progress = Progress(bot="1")
    for number in range(10, 10_000, 2):
        progress.took(number, now=NOW)
    assert len(progress.text()) < 3000
    assert not progress.is_new(9_998)


def test_another_bots_numbers_are_not_ours() -> None:
    progress = Progress(bot="1")
    progress.began([1000], now=NOW)
    progress.done(1000)
    assert Progress.read(progress.text(), bot="2").offset(NOW) is None


@pytest.mark.parametrize(("times", "conflict", "trouble"), [(1, 5, 1), (2, 10, 2), (4, 40, 8), (10**9, 300, 60)])
def test_pauses_grow_up_to_a_bound(times: int, conflict: float, trouble: float) -> None:
    assert conflict_pause(times) == conflict
    assert trouble_pause(times) == trouble
