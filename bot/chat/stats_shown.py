"""What `/stats` shows, as a chart's words and as a text for a phone. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from bot.alerts import markup
from bot.alerts import words as alert_words
from bot.alerts.markup import clean, one_line
from bot.charts.chart import MOST_PANELS, Chart, Panel, bars, days_in_bar, first_day_of_bar, tick_places
from bot.charts.stats import Stats
from bot.chat.markup import safe
from bot.chat.words import Words

COLUMNS = 30
"""Letters of one width that a phone shows in a line."""

NAMED = 12
"""Watches that the caption names: their titles, 45 units each at most, fit its 1024."""

TITLE = 45

_STEPS = "▁▂▃▄▅▆▇█"
_NOTHING = "·"


def caption(stats: Stats, words: Words) -> str:
    """The totals in words, as HTML."""
    shown = [one for one in stats.watches if one.total][:NAMED]
    left = sum(1 for one in stats.watches if one.total) - len(shown)
    parts = [words.say("stats_each", count=_number(one.total, words), watch=safe(one.title, TITLE)) for one in shown]
    if left:
        parts.append(words.say("stats_rest", count=left))
    stories = _counted("stats_story", "stats_stories", stats.stories, words)
    named = f": {', '.join(parts)}" if parts and len(stats.watches) > 1 else ""
    alerts = _counted("stats_alert", "stats_alerts", sum(stats.alerts), words)
    return f"{words.say('stats_head', **_span(stats, words))}\n{stories}{named}\n{alerts}"


def as_text(stats: Stats, words: Words) -> str:
    """The caption, and below it a line of bars for each watch and for the alerts, as HTML."""
    width = days_in_bar(stats.days, COLUMNS)
    rows = [(one.title, one.total, one.by_day) for one in stats.watches[:MOST_PANELS]]
    rows.append((words.say("stats_chat"), sum(stats.alerts), stats.alerts))
    lines = []
    for title, total, by_day in rows:
        number = _number(total, words)
        lines += [f"{_fitted(title, COLUMNS - len(number) - 1)} {number}", _bars(bars(by_day, width)), ""]
    first, last = _day(stats.first, words), _day(stats.last, words)
    if stats.days > 1:
        lines.append(f"{first}{last:>{max(len(last) + 1, len(bars(stats.alerts, width)) - len(first))}}")
    note = words.say("stats_note", bar=_bar(width, words))
    body = markup.safe("\n".join(lines))
    return f"{caption(stats, words)}\n\n<i>{note}</i>\n<pre>{body}</pre>"


def as_chart(stats: Stats, words: Words) -> Chart:
    """The picture's bars and words."""
    width = days_in_bar(stats.days)
    panels = [
        Panel(
            label=one_line(clean(one.title)),
            plain_label=one.key,
            total=_number(one.total, words),
            bars=bars(one.by_day, width),
        )
        for one in stats.watches[:MOST_PANELS]
    ]
    told = words.say("stats_chat")
    panels.append(
        Panel(
            label=told,
            plain_label=told,
            total=_number(sum(stats.alerts), words),
            bars=bars(stats.alerts, width),
            accent=True,
        )
    )
    places = tick_places(len(panels[-1].bars))
    days = [stats.first + timedelta(days=first_day_of_bar(place, stats.days, width)) for place in places]
    days[-1] = stats.last
    return Chart(
        title=words.say("stats_title", **_span(stats, words)),
        note=words.say("stats_note", bar=_bar(width, words)),
        panels=tuple(panels),
        ticks=tuple((place, _day(day, words)) for place, day in zip(places, days, strict=True)),
    )


def _span(stats: Stats, words: Words) -> dict[str, str]:
    own = alert_words.LANGUAGES[words.language]
    last = own.date.format(day=stats.last.day, month=own.months[stats.last.month - 1], year=stats.last.year)
    return {"days": _counted("stats_day", "stats_days", stats.days, words), "last": last}


def _day(day: date, words: Words) -> str:
    own = alert_words.LANGUAGES[words.language]
    return own.date_of_year.format(day=day.day, month=own.months[day.month - 1])


def _bar(width: int, words: Words) -> str:
    return words.say("stats_bar_day") if width == 1 else words.say("stats_bar_days", count=width)


def _counted(one: str, more: str, count: int, words: Words) -> str:
    return words.say(one) if count == 1 else words.say(more, count=_number(count, words))


def _number(number: int, words: Words) -> str:
    return alert_words.LANGUAGES[words.language].number(number)


def _bars(numbers: Sequence[int]) -> str:
    """One letter a bar, as high as its share of the highest."""
    top = max(numbers, default=0)
    return "".join(_STEPS[(number * len(_STEPS) - 1) // top] if number else _NOTHING for number in numbers)


def _fitted(title: str, room: int) -> str:
    """The title cut or filled to so many columns; letters of Chinese, Japanese and Korean take two."""
    text, used = "", 0
    title = one_line(clean(title))
    for letter in title:
        wide = 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1
        if used + wide > room - (1 if len(text) + 1 < len(title) else 0):
            text, used = f"{text}…", used + 1
            break
        text, used = text + letter, used + wide
    return text + " " * (room - used)
