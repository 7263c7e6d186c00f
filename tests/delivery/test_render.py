"""Messages that Telegram accepts, whatever a feed says: valid HTML, at most 4096 units, no tag and no letter cut."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts.content import AlertContent, Marked, NoticeContent, Reason, Report
from bot.alerts.render import LIMIT, REPEAT_MARK, alert, cut, notice, units, visible
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
        "Why: Tesla near Daten-Zentren, in the lead (tesla-data-centers/data-center)\n"
        "\n"
        "#tesla_data_centers #twitter_infrastructure · A1"
    )
    assert "<b>Daten-Zentren</b></a>" in alert(content, 1, ZONE)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(contents())
def test_many_random_alerts_are_valid(content: AlertContent) -> None:
    test_every_alert_is_valid_and_short_enough.hypothesis.inner_test(content)  # type: ignore[attr-defined]
