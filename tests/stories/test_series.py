"""Issues of a daily column are stories of their own; what an event brings every day is not."""

from __future__ import annotations

import pytest

from bot.stories.series import are_issues
from tests.stories.articles import Desk, signed

# (headline on 10 March, the later headline, its hours after, whether they are issues of one column)
PAIRS = [
    ("Nordkap outage, 307th day: all reports", "Nordkap outage, 308th day: all reports", 24, True),
    ("Puzzle #555: hints and answer for Monday", "Puzzle #557: hints and answer for Wednesday", 48, True),
    ("Kronenkurs am 10. März unter zehn", "Kronenkurs am 11. März über zehn", 24, True),
    ("What the krone costs, 10.03.2026", "What the krone costs, 12.03.2026", 48, True),
    # the number is no calendar
    ("At least 16 servers burn in Gullholm", "At least 17 servers burn in Gullholm", 24, False),
    ("At least 160 servers burn in Gullholm", "At least 250 servers burn in Gullholm", 24, False),
    ("Gullholm weather for 11 March", "Gullholm weather for 12 March", 24, True),
    # the same day
    ("Nordkap outage, 307th day: all reports", "Nordkap outage, 308th day: all reports", 3, False),
    # other words
    ("Nordkap outage: 307 servers are dark", "Gullholm counts 308 burnt machines at Nordkap", 24, False),
    # no numbers
    ("Nordkap outage: all reports", "Nordkap outage: all reports", 24, False),
    ("", "", 24, False),
]


@pytest.mark.parametrize(("old", "new", "hours", "expected"), PAIRS)
def test_a_number_that_moves_with_the_calendar_tells_a_column(old: str, new: str, hours: int, expected: bool) -> None:
    first, second = signed(old, "", source="daily"), signed(new, "", source="daily", hours=hours)
    assert are_issues(second, first) is expected
    assert are_issues(first, second) is expected


def test_another_source_has_columns_of_its_own() -> None:
    old = signed("Nordkap outage, 307th day: all reports", "", source="daily")
    new = signed("Nordkap outage, 308th day: all reports", "", source="weekly", hours=24)
    assert not are_issues(new, old)


def test_each_issue_is_a_story_though_text_and_headline_are_nearly_the_same() -> None:
    text = " ".join(f"furniture{number}" for number in range(40))
    issues = [
        signed(f"Gullholm pumps, day {300 + day}: what happened", text, source="daily", hours=24 * day)
        for day in range(4)
    ]
    assert Desk().take(*issues) == [1, 2, 3, 4]


def test_another_article_does_not_join_two_issues_into_one_story() -> None:
    def issue(day: int) -> str:
        return f"Gullholm cooling pump of Nordkap burst, day {300 + day}: what happened"

    desk = Desk()
    text = "The cooling pump in Gullholm burst and 4512 servers of Nordkap stood still."
    first, second = (signed(issue(day), text, source="daily", hours=24 * day) for day in range(2))
    between = signed("Cooling pump of Nordkap in Gullholm burst", text, source="weekly", hours=25)
    assert desk.take(first, second) == [1, 2]
    assert desk.take(between)[-1] in {1, 2}
    assert desk.grouper.story_of(1) != desk.grouper.story_of(2)
