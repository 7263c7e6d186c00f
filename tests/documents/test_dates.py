"""Dates as pages and APIs write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.documents.dates import moment

NOW = datetime(2026, 8, 14, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-12", "2026-03-12T00:00"),
        ("2026-03-12T10:00:00.123456789+01:00", "2026-03-12T09:00"),
        ("2026-03-12 10:00:00 UTC", "2026-03-12T10:00"),
        ("Thu, 12 Mar 2026 10:00:00 +0100", "2026-03-12T09:00"),
        ("Thu Mar 12 2026 10:00:00 GMT+0100 (CET)", "2026-03-12T09:00"),
        ("12. März 2026, 10:30 Uhr", "2026-03-12T10:30"),
        ("Veröffentlicht am 12.03.2026 um 10:30 Uhr", "2026-03-12T10:30"),
        ("Posted on March 12th, 2026 at 3:05 pm EST", "2026-03-12T20:05"),
        ("12.03.26", "2026-03-12T00:00"),
        ("25/12/2025", "2025-12-25T00:00"),
        ("2026年3月12日", "2026-03-12T00:00"),
        ("3 days ago", "2026-08-11T12:30"),
        ("Posted 30+ days ago", "2026-07-15T12:30"),
        ("vor einer Stunde", "2026-08-14T11:30"),
        ("gestern, 10:30 Uhr", "2026-08-13T10:30"),
        ("just now", "2026-08-14T12:30"),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, expected: str) -> None:
    found = moment(text, now=NOW)
    assert found is not None
    assert found.utcoffset() == timedelta(0)
    assert found.strftime("%Y-%m-%dT%H:%M") == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("03/04/2026", "en", "2026-03-04"),
        ("03/04/2026", "fr", "2026-04-03"),
        ("12 mars 2026", "fr", "2026-03-12"),
        ("12 de marzo de 2026", None, "2026-03-12"),
        ("3天前", "zh", "2026-08-11"),
        ("12. Dezember", "de", "2025-12-12"),  # the last one
        ("12 March 2026", "tlh", "2026-03-12"),
    ],
)
def test_dates_are_read_in_the_language_of_the_page(text: str, language: str | None, expected: str) -> None:
    found = moment(text, now=NOW, language=language)
    assert found is not None
    assert found.date().isoformat() == expected


@pytest.mark.parametrize(
    "text",
    ["", "Berlin", "Team 3", "99.99.2026", "0001-01-01T00:00:00", "9999-12-31T23:59:59-12:00", "May 2026", "x" * 5_000],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert moment(text, now=NOW, language="en") is None
