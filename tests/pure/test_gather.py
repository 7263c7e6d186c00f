"""Which alerts leave, wait, or stand on pages: tables over the pure decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts.content import PageContent, PagedContent, ReplyContent
from bot.alerts.gather import arranged, asked_for, digest_of, pages_of, waits
from bot.alerts.markup import units, visible
from bot.alerts.render import LIMIT, REPEAT_MARK, page
from bot.alerts.times import ChatTimes, read_digests, read_quiet_hours
from storage.records import DigestPage, Hold, OutboxKind, Waiting
from tests.delivery.queueing import NOON, content
from tests.servers.telegram_html import parse_html

BERLIN = ZoneInfo("Europe/Berlin")
TIMES = ChatTimes(zone=BERLIN, quiet=read_quiet_hours(["22:00-07:00"]), digests=read_digests(["daily 08:00"]))
NIGHT = NOON + timedelta(hours=11)  # midnight in Berlin
MORNING = NOON + timedelta(hours=18)  # 07:00
EIGHT = MORNING + timedelta(hours=1)


def row(number: int = 1, priority: str = "normal", *, made: datetime = NOON, **more: object) -> Waiting:
    values = {"kind": OutboxKind.MESSAGE, "content": content(f"Story {number}", priority=priority).to_json()} | more
    return Waiting(id=number, alert_id=number, created_at=made, **values)  # type: ignore[arg-type]


def only_page(made: DigestPage) -> PageContent:
    (shown,) = PagedContent.from_json(made.content).pages
    return shown


@pytest.mark.parametrize(
    ("priority", "now", "until"),
    [
        ("high", NOON, None),
        ("normal", NOON, None),
        ("low", NOON, EIGHT),
        ("high", NIGHT, None),
        ("normal", NIGHT, MORNING),
        ("low", NIGHT, EIGHT),
    ],
)
def test_when_an_alert_leaves(priority: str, now: datetime, until: datetime | None) -> None:
    decided = arranged([row(priority=priority)], TIMES, most=10, now=now)
    assert decided.holds == ((Hold(rows=(1,), until=until),) if until else ())
    assert not decided.pages


def test_high_priority_waits_too_where_nothing_is_urgent() -> None:
    decided = arranged([row(priority="high")], replace(TIMES, urgent=False), most=10, now=NIGHT)
    assert decided.holds == (Hold(rows=(1,), until=MORNING),)


def test_a_digest_that_falls_into_quiet_hours_waits_for_their_end() -> None:
    times = replace(TIMES, digests=read_digests(["daily 06:00"]))
    assert arranged([row(priority="low")], times, most=10, now=NOON).holds == (Hold(rows=(1,), until=MORNING),)


def test_without_a_digest_low_priority_comes_at_once() -> None:
    assert not arranged([row(priority="low")], replace(TIMES, digests=()), most=10, now=NOON)


def test_a_digest_that_was_missed_is_made_at_once() -> None:
    """The service was down at eight: nobody waits for tomorrow's."""
    (made,) = arranged([row(priority="low")], TIMES, most=10, now=EIGHT + timedelta(hours=3)).pages
    assert made.rows == (1,)


def test_what_was_held_is_one_digest_and_what_is_new_is_not() -> None:
    (made,) = arranged([row(1, held=True), row(2, held=True), row(3)], TIMES, most=10, now=MORNING).pages
    assert made.rows == (1, 2)


@pytest.mark.parametrize(("waiting", "pages"), [(10, 0), (11, 1)])
def test_more_than_so_many_at_once_are_told_together(waiting: int, pages: int) -> None:
    rows = [row(number, "high") for number in range(1, waiting + 1)]
    assert len(arranged(rows, TIMES, most=10, now=NOON).pages) == pages
    assert not arranged(rows, TIMES, most=None, now=NOON), "the console has room for all"


def test_a_digest_is_one_message_with_pages_and_a_flood_beside_it_has_messages_of_its_own() -> None:
    held = [row(number, held=True) for number in range(1, 121)]
    new = [row(number) for number in range(121, 241)]
    digest, *flood = arranged([*held, *new], TIMES, most=10, now=MORNING).pages
    assert sorted(digest.rows) == [one.id for one in held]
    shown = PagedContent.from_json(digest.content).pages
    assert [(one.page, one.pages, one.total) for one in shown] == [(1, 2, 120), (2, 2, 120)]
    assert sorted(number for one in flood for number in one.rows) == [one.id for one in new]
    assert [(only_page(one).page, only_page(one).pages) for one in flood] == [(1, 2), (2, 2)]


def test_a_digest_is_as_grave_as_its_gravest_page() -> None:
    rows = [row(number, held=True) for number in range(1, 120)]
    (made,) = digest_of([*rows, row(120, "high", held=True)])
    assert made.content["priority"] == "high"


def test_a_page_of_a_version_that_gave_each_page_a_message_is_still_told() -> None:
    old = {"headline": "Digest: 1 story", "priority": "low", "page": _written_before()}
    assert [one.total for one in PagedContent.from_json(old).pages] == [1]


def _written_before() -> object:
    (made,) = pages_of([row(1)])
    return made.content["pages"][0]


def test_who_asks_has_what_waits_and_nothing_else() -> None:
    rows = [row(1, "low"), row(2, held=True), row(3, "high"), row(4)]
    assert [(one.id, until) for one, until in waits(rows, TIMES, now=NIGHT)] == [(1, EIGHT), (2, MORNING), (4, MORNING)]
    (made,) = asked_for(rows, TIMES, now=NIGHT).pages
    assert sorted(made.rows) == [1, 2, 4]
    assert not asked_for([row(3, "high")], TIMES, now=NIGHT)


def test_a_digest_that_was_asked_for_comes_in_quiet_hours_too() -> None:
    (made,) = asked_for([row(1)], TIMES, now=NIGHT).pages
    waiting = Waiting(id=9, kind=OutboxKind.DIGEST, alert_id=None, content=made.content, created_at=NIGHT)
    assert not arranged([waiting], TIMES, most=10, now=NIGHT)


def test_an_answer_waits_for_the_message_that_it_answers() -> None:
    answer = row(2, kind=OutboxKind.NOTICE, follows=EIGHT)
    assert arranged([answer], TIMES, most=10, now=NOON).holds == (Hold(rows=(2,), until=EIGHT),)


def test_a_page_waits_in_quiet_hours_unless_it_is_urgent() -> None:
    for priority, holds in (("normal", (Hold(rows=(9,), until=MORNING),)), ("high", ())):
        (made,) = pages_of([row(1, priority)])
        waiting = Waiting(id=9, kind=OutboxKind.DIGEST, alert_id=None, content=made.content, created_at=NOON)
        assert arranged([waiting], TIMES, most=10, now=NIGHT).holds == holds


def test_a_page_tells_stories_by_watch_the_most_confirmed_first() -> None:
    denied = ReplyContent(kind="DENIAL", headline="Denied or corrected", publisher="P", title="", url="").to_json()
    rows = [
        row(1, content=content("Fire", watch="Zeppelins").to_json()),
        row(2, content=content("Small", watch="Data centers").to_json(), answers=(denied,)),
        row(3, content=content("Big", watch="Data centers", voices=3, priority="high").to_json()),
    ]
    (made,) = pages_of(rows)
    assert visible(page(only_page(made), BERLIN)).splitlines() == [
        "Digest: 3 stories",
        "",
        "Data centers",
        "• ❗ Big, Paper 0, 23 Nov 2026 · 3 publishers · A3",
        "• Small, Paper 0, 23 Nov 2026 · Denied or corrected · A2",
        "",
        "Zeppelins",
        "• Fire, Paper 0, 23 Nov 2026 · A1",
    ]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
            st.sampled_from(["A", "B & <b>", "🦜" * 70, ""]),
        ),
        min_size=1,
        max_size=120,
    )
)
def test_pages_list_everything_once_and_fit_a_message(stories: list[tuple[str, str]]) -> None:
    rows = [
        row(number, content=content(title, watch=watch).to_json()) for number, (title, watch) in enumerate(stories, 1)
    ]
    made = list(pages_of(rows))
    assert sorted(number for one in made for number in one.rows) == [one.id for one in rows]
    for number, one in enumerate(made, 1):
        shown = only_page(one)
        assert (shown.page, shown.pages, shown.total) == (number, len(made), len(rows))
        text = f"{REPEAT_MARK}\n{page(shown, BERLIN)}"
        assert units(visible(text)) <= LIMIT
        assert len(parse_html(text).entities) <= 100


@pytest.mark.parametrize("length", range(20, 101, 4))
def test_a_full_first_page_fits_as_well(length: int) -> None:
    first, *_ = pages_of([row(number, content=content("x" * length).to_json()) for number in range(1001, 1200)])
    assert units(visible(f"{REPEAT_MARK}\n{page(only_page(first), BERLIN)}")) <= LIMIT
