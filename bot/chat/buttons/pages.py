"""Turning the pages of a search."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.archive.query import parse_query
from bot.chat.authority import Needs
from bot.chat.registry import Button, Call
from bot.chat.results import PAGES, page_of
from bot.chat.say import Say


async def turn(call: Call) -> Sequence[Say]:
    """`page:s12.3`: the fourth page of the search that is kept as number 12."""
    found = re.fullmatch(r"page:s(\d{1,9})\.(\d{1,4})", call.incoming.data)
    if found is None or int(found[2]) >= PAGES:
        return []
    text = await call.room.read(call.room.store.people.kept_query, int(found[1]))
    if text is None:
        return call.replace(call.words.say("search_gone"))
    html, keyboard = await page_of(call, text, parse_query([text]), int(found[1]), int(found[2]))
    return call.replace(html, keyboard)


BUTTONS = [Button(prefix="page", needs=Needs.MEMBER, run=turn)]
