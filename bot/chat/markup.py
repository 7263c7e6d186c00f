"""Answers as Telegram's HTML: what others wrote is cut as a field and escaped, so no tag is ever cut. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.alerts import markup
from bot.alerts.markup import cut, is_blank, units, visible
from bot.alerts.render import LIMIT
from bot.chat.words import Words
from bot.units import format_duration

ENTITIES = 95
"""Telegram keeps a hundred links and bold words of a message and drops the rest (limits.tginfo.me)."""

NAME = 60
TITLE = 140


def safe(text: str, limit: int) -> str:
    """Foreign text, at most so many UTF-16 units of it."""
    return markup.safe(cut(" ".join(text.split()), limit))


def link(title: str, url: str, limit: int, words: Words) -> str:
    """A title that leads to its article, where the address is one that Telegram takes."""
    return markup.link(words.say("untitled") if is_blank(title) else safe(title, limit), url)


def listed(head: str, lines: Sequence[str], words: Words, *, tail: Sequence[str] = (), rest: str = "") -> str:
    """The head, as many lines as one message holds, and the tail; what is left out is counted.

    `rest` is where all of it is to be had.
    """
    left_out = f"{words.say('more', count=len(lines))}{f': {rest}' if rest else ''}"
    around = "\n".join([head, left_out, *tail])
    room, entities = LIMIT - units(visible(around)) - 1, ENTITIES - _entities(around)
    shown: list[str] = []
    for line in lines:
        room -= units(visible(line)) + 1
        entities -= _entities(line)
        if room < 0 or entities < 0:
            break
        shown.append(line)
    left = len(lines) - len(shown)
    more = [f"{words.say('more', count=left)}{f': {rest}' if rest else ''}"] if left else []
    return "\n".join([head, *shown, *more, *tail])


def _entities(html: str) -> int:
    """Links and bold words, and hashtags that the text may have of its own."""
    return html.count("</") + html.count("#")


def ago(moment: datetime | None, now: datetime, words: Words) -> str:
    if moment is None:
        return words.say("never")
    return words.say("ago", span=format_duration(max(0, round((now - moment).total_seconds()))))
