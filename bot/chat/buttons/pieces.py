"""Pieces of a message's HTML: every text of others is cut as a field and then escaped. Pure."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.alerts.markup import URL_LIMIT, cut, units, visible
from bot.alerts.render import LIMIT

NAME = 60
TITLE = 140

MOST_LINES = 60
"""Telegram ignores links and bold text behind a message's hundredth (core.telegram.org/bots/api#messageentity)."""


def safe(text: str, limit: int) -> str:
    """One line of somebody's text, cut and escaped."""
    return html.escape(cut(" ".join(text.split()), limit), quote=False)


def link(text: str, url: str, limit: int = TITLE) -> str:
    """A text that opens an address, or the text alone where the address is none that Telegram takes."""
    shown = safe(text, limit) or "(untitled)"
    if not url.startswith(("http://", "https://")) or len(url) > URL_LIMIT:
        return shown
    return f'<a href="{html.escape(url, quote=True)}">{shown}</a>'


def moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%d %b %H:%M")


def fitted(head: Sequence[str], lines: Sequence[str], tail: Sequence[str] = (), *, rest: str) -> str:
    """Head and tail, and between them as many lines as a message has room for; `rest` says how many are left out.

    `rest` has `{}` for the number.
    """
    room = LIMIT - sum(units(visible(line)) + 1 for line in (*head, *tail)) - units(rest) - 8
    shown: list[str] = []
    for line in lines[:MOST_LINES]:
        room -= units(visible(line)) + 1
        if room < 0:
            break
        shown.append(line)
    left = len(lines) - len(shown)
    return "\n".join([*head, *shown, *([rest.format(left)] if left else []), *tail])
