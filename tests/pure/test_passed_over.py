"""What is old news when it comes, and the message that tells of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.content import DigestContent
from bot.alerts.markup import units, visible
from bot.alerts.passed_over import LINES, LongStop, digest_of, why_passed
from bot.alerts.render import LIMIT, digest
from storage.records import PassedBy, PassedCount, PassedStory, SourceForPoll, Untold

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
STOP = LongStop.of(DAY, interval=2 * HOUR)
UTC_ZONE = ZoneInfo("UTC")


def source(
    *,
    read: timedelta | None = HOUR,
    looked: bool = True,
    resumed: timedelta | None = None,
    failures: int = 0,
) -> SourceForPoll:
    """Subscribed ten days ago; `read` and `resumed` say how long ago that was."""
    return SourceForPoll(
        id=1,
        key="a",
        url="https://a.example/",
        title="",
        language=None,
        publisher=None,
        tags=(),
        subscribed_at=NOW - 10 * DAY,
        baseline_at=NOW - 10 * DAY if looked else None,
        etag=None,
        last_modified=None,
        body_hash=None,
        failures=failures,
        next_check_at=NOW,
        not_before=None,
        last_success_at=NOW - read if read is not None else None,
        resumed_at=NOW - resumed if resumed is not None else None,
    )


@pytest.mark.parametrize(
    ("name", "one", "age", "expected"),
    [
        ("the first look, older than the subscription", source(looked=False), 11 * DAY, PassedBy.FIRST_SIGHT),
        ("the first look, undated", source(looked=False), None, PassedBy.FIRST_SIGHT),
        ("the first look, newer than the subscription", source(looked=False), 9 * DAY, None),
        ("a late first look is no stop", source(looked=False, read=None), 9 * DAY, None),
        ("read as ever, old", source(), 9 * DAY, None),
        ("read as ever, undated", source(), None, None),
        ("read 24 hours ago is as ever", source(read=DAY), 9 * DAY, None),
        ("after a stop, old", source(read=3 * DAY), 25 * HOUR, PassedBy.LONG_STOP),
        ("after a stop, fresh", source(read=3 * DAY), 23 * HOUR, None),
        ("after a stop, undated", source(read=3 * DAY), None, PassedBy.LONG_STOP),
        ("after a stop, with a date that cannot be", source(read=3 * DAY), -9 * DAY, PassedBy.LONG_STOP),
        ("after a stop, in another time zone", source(read=3 * DAY), -2 * HOUR, None),
        ("resumed meanwhile", source(read=3 * DAY, resumed=HOUR), 2 * DAY, PassedBy.RESUMED),
        ("resumed before", source(read=3 * DAY, resumed=4 * DAY), 2 * DAY, PassedBy.LONG_STOP),
        ("it did not answer", source(read=3 * DAY, failures=9), 2 * DAY, PassedBy.UNREACHABLE),
    ],
)
def test_why_an_article_is_old_news(
    name: str, one: SourceForPoll, age: timedelta | None, expected: PassedBy | None
) -> None:
    published = NOW - age if age is not None else None
    assert why_passed(published, one, STOP, now=NOW) is expected, name


def test_a_source_that_is_read_once_a_week_has_not_stopped() -> None:
    weekly = LongStop.of(DAY, interval=7 * DAY)
    assert why_passed(NOW - 6 * DAY, source(read=8 * DAY), weekly, now=NOW) is None
    assert why_passed(NOW - 6 * DAY, source(read=15 * DAY), weekly, now=NOW) is None, "as old as it ever is there"
    assert why_passed(NOW - 8 * DAY, source(read=15 * DAY), weekly, now=NOW) is PassedBy.LONG_STOP


# ── the message ──────────────────────────────────────────────────────────────────────────────────────────────────


def story(number: int, title: str = "Tesla opens a data center") -> PassedStory:
    return PassedStory(
        chat="c",
        story_id=number,
        entry_id=number,
        title=title,
        url=f"https://a.example/{number}?a=1&b=2",
        publisher="Alpha & Sons",
        dated_at=NOW - number * HOUR,
        reason=PassedBy.FIRST_SIGHT,
        at=NOW,
        told_at=None,
    )


def counted(*counts: tuple[PassedBy, str, int]) -> tuple[PassedCount, ...]:
    return tuple(PassedCount(reason=reason, publisher=name, stories=number) for reason, name, number in counts)


def shown(untold: Untold) -> str:
    content = DigestContent.from_json(digest_of(untold))
    assert content is not None
    return digest(content, UTC_ZONE)


def test_a_digest_says_how_much_why_and_what() -> None:
    counts = counted(
        (PassedBy.FIRST_SIGHT, "Electrek", 5), (PassedBy.LONG_STOP, "Alpha", 1), (PassedBy.LONG_STOP, "Beta", 1)
    )
    text = shown(Untold(counts=counts, latest=(story(1, "5 < 6"), story(2))))
    assert text.splitlines() == [
        "<b>Passed over: 7 earlier stories</b> (first sight of Electrek: 5; a long stop: 2)",
        "",
        '• <a href="https://a.example/1?a=1&amp;b=2">5 &lt; 6</a>, Alpha &amp; Sons, 10 Mar 2026',
        '• <a href="https://a.example/2?a=1&amp;b=2">Tesla opens a data center</a>, Alpha &amp; Sons, 10 Mar 2026',
        "and 5 more: rackwatch stories list --passed-over",
    ]


def test_a_digest_of_one_story_is_whole() -> None:
    text = shown(Untold(counts=counted((PassedBy.NEW_RULE, "Alpha", 1)), latest=(story(1),)))
    assert text.startswith("<b>Passed over: 1 earlier story</b> (a new rule: 1)")
    assert "more" not in text


def test_many_sources_are_counted_together() -> None:
    counts = counted(*((PassedBy.FIRST_SIGHT, f"Paper {number}", 2) for number in range(100)))
    text = shown(Untold(counts=counts, latest=()))
    assert "first sight of Paper 3: 2; first sight of 96 more: 192" in text


@pytest.mark.parametrize("title", ["x" * 4000, "🚗" * 300, "&<>" * 100, ""])
def test_a_digest_of_thousands_fits_into_a_message(title: str) -> None:
    counts = counted(*((PassedBy.FIRST_SIGHT, "N" * 500, 100) for _ in range(60)))
    text = shown(Untold(counts=counts, latest=tuple(story(number, title) for number in range(LINES))))
    assert units(visible(text)) < LIMIT
    lines = sum(line.startswith("•") for line in text.splitlines())
    assert 10 < lines <= LINES
    assert text.endswith(f"and {6000 - lines} more: rackwatch stories list --passed-over")
