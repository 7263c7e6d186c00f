"""Quiet hours and digests on the clocks of five zones, over both changes of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.times import BadTimes, next_digest, quiet_until, read_digests, read_quiet_hours

BERLIN = "Europe/Berlin"  # 2026: 29 March 02:00 → 03:00, 25 October 03:00 → 02:00
NEW_YORK = "America/New_York"  # 8 March 02:00 → 03:00, 1 November 02:00 → 01:00
LORD_HOWE = "Australia/Lord_Howe"  # 5 April 02:00 → 01:30, 4 October 02:00 → 02:30: half an hour
SANTIAGO = "America/Santiago"  # 4 April 24:00 → 23:00, 5 September 24:00 → 6 September 01:00
KOLKATA = "Asia/Kolkata"  # never


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


QUIET = [
    # On an ordinary day: over midnight, and its edges
    (BERLIN, "22:00-07:00", "2026-06-10T19:59", None),
    (BERLIN, "22:00-07:00", "2026-06-10T20:00", "2026-06-11T05:00"),
    (BERLIN, "22:00-07:00", "2026-06-11T04:59", "2026-06-11T05:00"),
    (BERLIN, "22:00-07:00", "2026-06-11T05:00", None),
    (KOLKATA, "22:00-07:00", "2026-06-10T16:30", "2026-06-11T01:30"),
    (KOLKATA, "22:00-07:00", "2026-10-24T18:30", "2026-10-25T01:30"),
    (KOLKATA, "22:00-07:00", "2026-03-28T18:30", "2026-03-29T01:30"),
    # A day is that of the beginning; start == end is a whole day
    (BERLIN, "fri 22:00-07:00", "2026-06-13T04:00", "2026-06-13T05:00"),
    (BERLIN, "fri 22:00-07:00", "2026-06-12T04:00", None),
    (BERLIN, "sat 08:00-08:00", "2026-06-13T05:59", None),
    (BERLIN, "sat 08:00-08:00", "2026-06-13T06:00", "2026-06-14T06:00"),
    (BERLIN, "sat 08:00-08:00", "2026-06-14T06:00", None),
    (BERLIN, "sat-sun", "2026-06-13T12:00", "2026-06-14T22:00"),
    # The night of the jump is shorter, the other one longer, and both end at the same time on the wall
    (BERLIN, "22:00-07:00", "2026-03-28T21:00", "2026-03-29T05:00"),
    (BERLIN, "22:00-07:00", "2026-10-24T20:00", "2026-10-25T06:00"),
    (NEW_YORK, "22:00-07:00", "2026-03-08T03:00", "2026-03-08T11:00"),
    (NEW_YORK, "22:00-07:00", "2026-11-01T02:00", "2026-11-01T12:00"),
    (LORD_HOWE, "22:00-07:00", "2026-10-03T11:30", "2026-10-03T20:00"),
    (LORD_HOWE, "22:00-07:00", "2026-04-04T11:00", "2026-04-04T20:30"),
    (SANTIAGO, "22:00-07:00", "2026-09-06T02:00", "2026-09-06T10:00"),
    (SANTIAGO, "22:00-07:00", "2026-04-05T01:00", "2026-04-05T11:00"),
    # An end that the clock skips is the jump; so is a beginning
    (BERLIN, "22:00-02:30", "2026-03-29T00:59", "2026-03-29T01:00"),
    (BERLIN, "22:00-02:30", "2026-03-29T01:00", None),
    (BERLIN, "02:30-03:15", "2026-03-29T00:59", None),
    (BERLIN, "02:30-03:15", "2026-03-29T01:00", "2026-03-29T01:15"),
    (BERLIN, "02:15-02:45", "2026-03-29T01:00", None),
    (NEW_YORK, "22:00-02:30", "2026-03-08T06:59", "2026-03-08T07:00"),
    (LORD_HOWE, "22:00-02:15", "2026-10-03T15:29", "2026-10-03T15:30"),
    (LORD_HOWE, "22:00-02:15", "2026-10-03T15:30", None),
    (SANTIAGO, "sat", "2026-09-06T03:59", "2026-09-06T04:00"),
    (SANTIAGO, "sun", "2026-09-06T03:59", None),
    (SANTIAGO, "sun", "2026-09-06T04:00", "2026-09-07T03:00"),
    # An end that comes twice is its first coming; what lies between keeps both
    (BERLIN, "22:00-02:30", "2026-10-25T00:29", "2026-10-25T00:30"),
    (BERLIN, "22:00-02:30", "2026-10-25T01:15", None),
    (BERLIN, "02:00-03:00", "2026-10-25T00:30", "2026-10-25T02:00"),
    (BERLIN, "02:00-03:00", "2026-10-25T01:30", "2026-10-25T02:00"),
    (NEW_YORK, "01:30-02:00", "2026-11-01T05:30", "2026-11-01T07:00"),
    (NEW_YORK, "01:30-02:00", "2026-11-01T06:15", "2026-11-01T07:00"),
    (LORD_HOWE, "22:00-01:45", "2026-04-04T14:44", "2026-04-04T14:45"),
    (LORD_HOWE, "22:00-01:45", "2026-04-04T15:05", None),
    (SANTIAGO, "sat", "2026-04-05T03:30", "2026-04-05T04:00"),
    (SANTIAGO, "20:00-23:30", "2026-04-05T02:29", "2026-04-05T02:30"),
    (SANTIAGO, "20:00-23:30", "2026-04-05T03:15", None),
]


@pytest.mark.parametrize(("zone", "hours", "moment", "until"), QUIET)
def test_when_quiet_hours_end(zone: str, hours: str, moment: str, until: str | None) -> None:
    ends = quiet_until(read_quiet_hours([hours]), ZoneInfo(zone), utc(moment))
    assert ends == (utc(until) if until else None)


def test_windows_that_follow_each_other_are_one_silence() -> None:
    hours = read_quiet_hours(["22:00-07:00", "07:00-09:00", "sat-sun"])
    assert quiet_until(hours, ZoneInfo(BERLIN), utc("2026-10-23T21:00")) == utc("2026-10-26T08:00")


DIGESTS = [
    (BERLIN, ["daily 08:00"], "2026-06-10T05:59", "2026-06-10T06:00"),
    (BERLIN, ["daily 08:00"], "2026-06-10T06:00", "2026-06-11T06:00"),
    (BERLIN, ["weekly mon 08:00"], "2026-06-08T06:00", "2026-06-15T06:00"),
    (BERLIN, ["weekly mon,thu 08:00"], "2026-06-08T06:00", "2026-06-11T06:00"),
    (BERLIN, ["daily 18:00", "weekly wed 08:00"], "2026-06-09T17:00", "2026-06-10T06:00"),
    (KOLKATA, ["daily 08:00"], "2026-03-29T02:30", "2026-03-30T02:30"),
    # The hour on the wall stays, the distance changes
    (BERLIN, ["daily 08:00"], "2026-03-28T07:00", "2026-03-29T06:00"),
    (BERLIN, ["daily 08:00"], "2026-10-24T06:00", "2026-10-25T07:00"),
    (NEW_YORK, ["daily 08:00"], "2026-03-07T13:00", "2026-03-08T12:00"),
    (NEW_YORK, ["daily 08:00"], "2026-10-31T12:00", "2026-11-01T13:00"),
    (LORD_HOWE, ["daily 08:00"], "2026-10-02T21:30", "2026-10-03T21:00"),
    (LORD_HOWE, ["daily 08:00"], "2026-04-03T21:00", "2026-04-04T21:30"),
    (SANTIAGO, ["daily 08:00"], "2026-09-05T12:00", "2026-09-06T11:00"),
    (SANTIAGO, ["weekly sun 08:00"], "2026-03-29T11:00", "2026-04-05T12:00"),
    # Times that are skipped
    (BERLIN, ["daily 02:30"], "2026-03-28T01:30", "2026-03-29T01:00"),
    (NEW_YORK, ["daily 02:30"], "2026-03-07T07:30", "2026-03-08T07:00"),
    (LORD_HOWE, ["daily 02:10"], "2026-10-02T15:40", "2026-10-03T15:30"),
    (SANTIAGO, ["weekly sun 00:00"], "2026-08-30T04:00", "2026-09-06T04:00"),
    (SANTIAGO, ["daily 00:30"], "2026-09-06T04:00", "2026-09-07T03:30"),
]


@pytest.mark.parametrize(("zone", "when", "after", "then"), DIGESTS)
def test_when_the_next_digest_is(zone: str, when: list[str], after: str, then: str) -> None:
    assert next_digest(read_digests(when), ZoneInfo(zone), utc(after)) == utc(then)


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE, SANTIAGO, KOLKATA])
@pytest.mark.parametrize("at", ["00:00", "00:30", "01:30", "01:45", "02:00", "02:15", "02:30", "23:30", "08:00"])
def test_a_daily_digest_comes_once_on_each_of_365_days(zone: str, at: str) -> None:
    moment, end = utc("2026-01-01T12:00"), utc("2027-01-01T12:00")
    when = read_digests([f"daily {at}"])
    days = []
    while (moment := next_digest(when, ZoneInfo(zone), moment)) < end:
        days.append(
            (moment - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date()
            if at == "00:00"
            else moment.astimezone(ZoneInfo(zone)).date()
        )
    assert len(days) == len(set(days)) == 365


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        (["25:00-26:00"], "no time of day"),
        (["nights"], "no day of the week"),
        (["22:00-22:00"], "never end"),
        (["mon-fri", "sat-sun 00:00-24:00"], "never end"),
        (["12:00-00:00", "00:00-12:00"], "never end"),
    ],
)
def test_what_are_no_quiet_hours(hours: list[str], message: str) -> None:
    with pytest.raises(BadTimes, match=message):
        read_quiet_hours(hours)


@pytest.mark.parametrize(
    "digest",
    ["", "08:00", "monthly", "daily 8", "daily 24:00", "daily 08:60", "weekly 08:00", "weekly someday 08:00",
     "weekly 2026-12-24 08:00", "weekly 22:00-07:00 08:00", "daily mon 08:00", "hourly 08:00", "daily 08:00 12:00"],
)  # fmt: skip
def test_what_is_no_digest(digest: str) -> None:
    with pytest.raises(BadTimes):
        read_digests([digest])


def test_none_stands_alone() -> None:
    assert read_digests(["none"]) == ()
    with pytest.raises(BadTimes, match="no time of a digest"):
        read_digests(["daily 08:00", "none"])


def test_a_bare_word_is_a_digest_in_the_morning() -> None:
    assert read_digests(["weekly", "Daily"]) == read_digests(["weekly mon 08:00", "daily 08:00"])
