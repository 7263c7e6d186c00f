"""The words around the numbers, and the numbers as text, on a phone and within Telegram's limits."""

from __future__ import annotations

import pytest

from bot.alerts.markup import units
from bot.alerts.render import LIMIT
from bot.charts.chart import Chart
from bot.chat.stats_shown import COLUMNS, as_chart, as_text, caption
from bot.chat.words import words_in
from tests.charts.some import SHAPES, some
from tests.servers.bot_uploads import MAX_CAPTION
from tests.servers.telegram_html import parse_html


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("shape", SHAPES)
def test_caption_and_text_fit_what_telegram_takes(shape: dict[str, int], language: str) -> None:
    made, words = some(**shape), words_in(language)
    assert units(parse_html(caption(made, words)).text) <= MAX_CAPTION
    assert units(parse_html(as_text(made, words)).text) <= LIMIT


@pytest.mark.parametrize("shape", SHAPES)
def test_no_line_of_the_text_is_broken_by_a_phone(shape: dict[str, int]) -> None:
    parsed = parse_html(as_text(some(**shape), words_in("de")))
    (pre,) = (one for one in parsed.entities if one["type"] == "pre")
    text = parsed.text.encode("utf-16-le")[2 * pre["offset"] : 2 * (pre["offset"] + pre["length"])].decode("utf-16-le")
    assert max(len(line) for line in text.splitlines()) <= COLUMNS


def test_the_caption_says_the_totals_in_words() -> None:
    made = some(watches=2, days=4)
    assert caption(made, words_in("en")) == (
        "<b>4 days until 24 Nov 2026</b>\n"
        "12 stories: 6 of Tesla data centers, 6 of 特斯拉数据中心\n"
        "2 alerts in this chat"
    )
    assert caption(some(watches=1, days=1), words_in("de")) == (
        "<b>1 Tag bis 24. Nov. 2026</b>\n0 Geschichten\n0 Meldungen in diesem Chat"
    )


def test_the_text_shows_days_without_anything_as_points() -> None:
    text = as_text(some(watches=1, days=8), words_in("en"))
    assert "Tesla data centers          12\n·█▆▃·█▆▃\n" in text
    assert "17 Nov 24 Nov" in text


def test_a_chart_has_every_day_a_name_for_what_the_font_lacks_and_survives_its_way_to_the_child() -> None:
    chart = as_chart(some(watches=2, days=30), words_in("de"))
    assert [len(panel.bars) for panel in chart.panels] == [30, 30, 30]
    assert [panel.plain_label for panel in chart.panels] == ["watch-0", "watch-1", "Meldungen in diesem Chat"]
    assert chart.ticks[0] == (0, "26. Okt.")
    assert chart.ticks[-1] == (29, "24. Nov.")
    assert Chart.from_json(chart.to_json()) == chart


def test_of_forty_watches_twelve_have_a_panel_and_the_rest_is_counted() -> None:
    made = some(watches=40, days=30)
    assert len(as_chart(made, words_in("en")).panels) == 13
    assert "and 28 more watches" in caption(made, words_in("en"))
