"""Messages that Telegram accepts, whatever a feed says: valid HTML, at most 4096 units, no tag and no letter cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts.content import AlertContent, FirstReport, Marked, NoticeContent, Reason, ReplyContent, Report
from bot.alerts.markup import clean, cut, units, visible
from bot.alerts.render import LIMIT, REPEAT_MARK, alert, notice, reply
from bot.alerts.words import GERMAN
from tests.servers.telegram_html import parse_html, utf16_length

ZONE = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 8, 14, 7, 30, tzinfo=UTC).isoformat()

hostile = st.text(max_size=400) | st.sampled_from(
    ["</b>", "<script>alert(1)</script>", "&lt;b&gt;", "&", "🚗" * 5000, "x" * 10_000, "\u202e\u200b<i>", "a&#0;b", ""]
)
addresses = st.sampled_from(
    [
        "https://news.example/1?a=1&b=2",
        "javascript:alert(1)",
        "http://x.example/'\"><b>",
        "https://x.example/" + "a" * 5000,
    ]
)


@st.composite
def marked(draw: st.DrawFn) -> Marked:
    text = draw(hostile)
    ends = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(ends, ends), max_size=6))
    return Marked(text=text, spans=tuple(sorted((min(a, b), max(a, b)) for a, b in spans)))


@st.composite
def contents(draw: st.DrawFn) -> AlertContent:
    report = st.builds(
        Report,
        publisher=hostile,
        title=hostile,
        url=addresses,
        at=st.just(AT),
        language=st.sampled_from([None, "de", "<b>"]),
        words=st.lists(hostile, max_size=6).map(tuple),
    )
    return AlertContent(
        priority=draw(st.sampled_from(["high", "normal", "low"])),
        watches={f"watch-{n}": "t" for n in range(draw(st.integers(1, 30)))},
        title=draw(marked()),
        excerpt=draw(marked()),
        url=draw(addresses),
        reasons=tuple(draw(st.lists(st.builds(Reason, rule=hostile, text=hostile), max_size=4))),
        reports=tuple(draw(st.lists(report, min_size=1, max_size=30))),
    )


@settings(max_examples=300, deadline=None)
@given(contents())
def test_every_alert_is_valid_and_short_enough(content: AlertContent) -> None:
    message = alert(content, 17, ZONE)
    assert utf16_length(parse_html(f"{REPEAT_MARK}\n{message}").text) <= LIMIT
    assert "javascript:" not in message.split("</a>")[0].split(">")[0]
    assert message.endswith("A17")


@settings(max_examples=100, deadline=None)
@given(st.builds(NoticeContent, headline=hostile, lines=st.lists(hostile, max_size=20).map(tuple)))
def test_every_notice_is_valid_and_short_enough(content: NoticeContent) -> None:
    assert utf16_length(parse_html(notice(content)).text) <= LIMIT


@given(st.text(), st.integers(1, 50))
def test_cut_never_exceeds_its_limit_nor_halves_a_character(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert units(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_content_survives_its_way_through_the_database() -> None:
    report = Report(publisher="P", title="T", url="https://x.example/", at=AT, words=("a",))
    content = AlertContent(
        priority="high",
        watches={"w": "W"},
        title=Marked(text="T", spans=((0, 1),)),
        excerpt=Marked(text=""),
        url="https://x.example/",
        reasons=(Reason(rule="w/r", text="why"),),
        reports=(report,),
    )
    assert AlertContent.from_json(content.to_json()) == content


def test_the_alert_of_the_german_article_reads_so() -> None:
    title = "Tesla will beispiellose Daten-Zentren"
    content = AlertContent(
        priority="high",
        watches={"tesla-data-centers": "", "twitter-infrastructure": ""},
        title=Marked(text=title, spans=((0, 5), (24, 37))),
        excerpt=Marked(text="Laut Electrek ein früheres Daten-Zentrum von Twitter <übernommen>.", spans=((27, 40),)),
        url="https://teslamag.example/1",
        reasons=(Reason(rule="tesla-data-centers/data-center", text="Tesla near Daten-Zentren, in the lead"),),
        reports=(Report(publisher="teslamag", title=title, url="https://teslamag.example/1", at=AT, language="de"),),
    )
    assert visible(alert(content, 1, ZONE)) == (
        "❗ Tesla will beispiellose Daten-Zentren\n"
        "teslamag · 14 Aug 2026 09:30 · de\n"
        "\n"
        "Laut Electrek ein früheres Daten-Zentrum von Twitter <übernommen>.\n"
        "\n"
        "Why: Tesla near Daten-Zentren, in the lead\n"
        "\n"
        "#tesla_data_centers #twitter_infrastructure · A1"
    )
    assert "<b>Daten-Zentren</b></a>" in alert(content, 1, ZONE)


def test_the_same_in_german_and_what_the_source_said_stays() -> None:
    report = Report(publisher="dpa", title="T", url="https://a.example/", at=AT, language="en", words=("Tesla near",))
    content = AlertContent(
        priority="normal",
        watches={"w": "W"},
        title=Marked(text="Why: Tesla near and in the lead"),
        excerpt=Marked(text="First: so."),
        url="https://a.example/",
        reasons=(Reason(rule="w/r", text="Tesla near near Dojo, in the lead"), Reason(rule="w/s", text="another")),
        reports=(report, replace(report, publisher="B", url="https://b.example/", words=("x",) * 30)),
        voices=2,
        first=FirstReport(publisher="dpa", how="earliest report", lead=120),
        moved_from=3,
    )
    assert visible(alert(content, 7, ZoneInfo("Asia/Tokyo"), GERMAN)) == (
        "Why: Tesla near and in the lead\n"
        "dpa · 14. Aug. 2026 16:30 · en\n"
        "\n"
        "First: so.\n"
        "\n"
        "Grund: Tesla near nahe Dojo, am Anfang\n"
        "Zuerst: dpa, 2 Std. früher · 2 Quellen · stand vorher in A3\n"
        "• dpa, 16:30: Tesla near\n"
        "• B, 16:30: x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x\n"
        "\n"
        "#w · A7"
    )


@pytest.mark.parametrize("priority", ["high", "normal"])
def test_a_locked_screen_shows_the_title_first(priority: str) -> None:
    first = told(priority=priority, title=Marked(text="Two\nlines"), excerpt=Marked(text="E")).splitlines()[0]
    assert first == ("❗ Two lines" if priority == "high" else "Two lines")


@pytest.mark.parametrize("title", ["", " \n", "\u200b\u202e\ufeff"])
def test_a_title_that_nobody_can_see_is_named(title: str) -> None:
    assert told(title=Marked(text=title)).startswith("(untitled)\n")


def test_an_emoji_of_several_parts_and_a_letter_with_its_marks_are_not_cut_in_the_middle() -> None:
    assert cut("ab👩‍👩‍👧 cd", 9) == "ab…"
    assert cut("abe\u0301\u0323x", 5) == "ab…"
    assert cut("ab👍🏽x", 6) == "ab…"


def told(**changes: Any) -> str:
    reports = tuple(
        Report(publisher=name, title="T", url=f"https://{name}.example/", at=AT, words=("Tesla",)) for name in "ABC"
    )
    content = AlertContent(
        priority="normal",
        watches={"w": "W"},
        title=Marked(text="T"),
        excerpt=Marked(text=""),
        url="https://A.example/",
        reasons=(),
        reports=reports,
        voices=3,
    )
    return visible(alert(replace(content, **changes), 7, ZONE))


@pytest.mark.parametrize(
    ("lead", "said"),
    [(120, ", 2 h earlier"), (45, ", 45 min earlier"), (4320, ", 3 days earlier"), (0, " (cited by others)")],
)
def test_who_was_first_and_how_many_told_it(lead: int, said: str) -> None:
    first = FirstReport(publisher="Electrek", how="cited by others", lead=lead)
    assert f"First: Electrek{said} · 3 publishers\n" in told(first=first)


def test_without_a_known_first_report_the_earliest_is_named() -> None:
    assert "First: A · 3 publishers\n" in told()


def test_of_stories_that_became_one_each_message_names_the_other() -> None:
    assert "3 publishers · tells of A9, A12\n" in told(tells_of=(9, 12))
    assert "3 publishers · another story since: A9\n" in told(moved_to=(9,))
    assert "3 publishers · told in A3 before\n" in told(moved_from=3)
    assert told(told_in=3).startswith("→ The same story is told in A3.\n")


def test_an_answer_names_what_is_new_and_by_whom() -> None:
    content = ReplyContent(
        kind="DENIAL", headline="Denied or corrected", publisher="<A>", title="No <b> hall", url="https://a.example/1"
    )
    assert visible(reply(content, 7)) == "Denied or corrected · <A>\nNo <b> hall\nA7"
    assert "https://a.example/1" in reply(content, 7)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(contents())
def test_many_random_alerts_are_valid(content: AlertContent) -> None:
    test_every_alert_is_valid_and_short_enough.hypothesis.inner_test(content)  # type: ignore[attr-defined]


def test_what_turns_the_direction_of_writing_does_not_turn_what_stands_behind_it() -> None:
    assert clean("Tesla \u202eretnec\u2066 data") == "Tesla \u200bretnec\u200b data"
