"""Answers as Telegram's HTML: what others wrote is cut as a field and escaped, so no tag is ever cut. Pure."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.alerts.render import LIMIT, URL_LIMIT, cut, units, visible
from bot.chat.words import Words
from bot.units import format_duration


def safe(text: str, limit: int) -> str:
    """Foreign text, at most so many UTF-16 units of it."""
    return html.escape(cut(" ".join(text.split()), limit), quote=False)


def link(title: str, url: str, limit: int, words: Words) -> str:
    """A title that leads to its article, where the address is one that Telegram takes."""
    inner = safe(title, limit) or words.say("untitled")
    if not url.startswith(("http://", "https://")) or len(url) > URL_LIMIT:
        return inner
    return f'<a href="{html.escape(url, quote=True)}">{inner}</a>'


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
