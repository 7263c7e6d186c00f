"""Answers as Telegram's HTML: what others wrote is cut as a field and escaped, so no tag is ever cut. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.alerts import markup
from bot.alerts.markup import cut, is_blank, units, visible
from bot.alerts.render import LIMIT
from bot.chat.words import Words
from bot.units import format_duration


def safe(text: str, limit: int) -> str:
    """Foreign text, at most so many UTF-16 units of it."""
    return markup.safe(cut(" ".join(text.split()), limit))


def link(title: str, url: str, limit: int, words: Words) -> str:
    """A title that leads to its article, where the address is one that Telegram takes."""
    return markup.link(words.say("untitled") if is_blank(title) else safe(title, limit), url)


def listed(head: str, lines: Sequence[str], words: Words) -> str:
    """The head and as many lines as one message holds; what is left out is counted."""
    room = LIMIT - units(visible(head)) - units(words.say("more", count=len(lines))) - 2
    shown: list[str] = []
    for line in lines:
        room -= units(visible(line)) + 1
        if room < 0:
            break
        shown.append(line)
    left = len(lines) - len(shown)
    return "\n".join([head, *shown, *([words.say("more", count=left)] if left else [])])


def day(moment: datetime, zone: ZoneInfo) -> str:
    """A day with its time, in the reader's zone."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def ago(moment: datetime | None, now: datetime, words: Words) -> str:
    if moment is None:
        return words.say("never")
    return words.say("ago", span=format_duration(max(0, round((now - moment).total_seconds()))))
