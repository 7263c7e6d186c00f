"""The interface's words, in each language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.plan import Material
from bot.alerts.words import ENGLISH, GERMAN, LANGUAGES, Words
from rules.condition import FIELDS
from storage.records import PassedBy

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
ADDED_TO_ENGLISH = {"joints", "passed_for"}
"""What replaces English words of reasons; English needs none."""


def slots(value: Any) -> list[list[str]]:
    """The places of every text in a value, by name, for comparison."""
    if isinstance(value, Mapping):
        return [slots(value[key])[0] for key in sorted(value)]
    if isinstance(value, tuple):
        return [slots(one)[0] for one in value]
    return [re.findall(r"\{\w*\}", value)]


@pytest.mark.parametrize("name", [field.name for field in fields(Words) if field.name not in ADDED_TO_ENGLISH])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_everything_with_the_same_places(language: str, name: str) -> None:
    english, own = getattr(ENGLISH, name), getattr(LANGUAGES[language], name)
    assert slots(own) == slots(english)
    if isinstance(english, Mapping):
        assert own.keys() == english.keys()
        assert all(own.values())
    assert own


def test_every_material_change_and_reason_has_its_words() -> None:
    assert {kind.name: kind.value for kind in Material} == ENGLISH.material
    assert {f", in the {field}" for field in FIELDS} <= set(GERMAN.joints)
    for reason in (PassedBy.LONG_STOP, PassedBy.NEW_RULE):
        assert GERMAN.passed_because(f"{reason.value}: 4") != f"{reason.value}: 4"


def test_a_reason_is_said_in_the_chats_language_and_its_quotes_are_not() -> None:
    reason = "Tesla near Rock and Roll, in the lead"
    assert ENGLISH.reason(reason, ["Tesla"]) == reason
    assert GERMAN.reason(reason, ["Tesla", "Rock and Roll"]) == "Tesla nahe Rock and Roll, am Anfang"
    assert GERMAN.passed_because("first sight of Paper and Pen: 3") == "erster Blick auf Paper and Pen: 3"


@pytest.mark.parametrize(
    ("minutes", "english", "german"),
    [(45, "45 min", "45 Min."), (120, "2 h", "2 Std."), (48 * 60, "2 days", "2 Tage"), (59, "59 min", "59 Min.")],
)
def test_a_length_of_time_is_said_to_its_largest_unit(minutes: int, english: str, german: str) -> None:
    assert (ENGLISH.span(minutes), GERMAN.span(minutes)) == (english, german)


@pytest.mark.parametrize(
    ("words", "zone", "expected"),
    [
        (ENGLISH, BERLIN, "29 Mar 2026 00:30"),
        (GERMAN, BERLIN, "29. März 2026 00:30"),
        (ENGLISH, TOKYO, "29 Mar 2026 08:30"),
    ],
)
def test_a_time_is_said_in_the_chats_language_and_zone(words: Words, zone: ZoneInfo, expected: str) -> None:
    assert words.time("2026-03-28T23:30:00+00:00", zone) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (None, "29 Mar 2026 00:30"),
        ("2026-03-29T10:00:00+00:00", "00:30"),
        ("2026-03-28T10:00:00+00:00", "29 Mar 00:30"),
        ("2025-03-28T10:00:00+00:00", "29 Mar 2026 00:30"),
    ],
)
def test_a_time_beside_another_says_what_differs(other: str | None, expected: str) -> None:
    assert ENGLISH.time_beside("2026-03-28T23:30:00+00:00", other, BERLIN) == expected
