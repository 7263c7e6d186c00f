"""Turning the pages of a search, and those of a digest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.alerts.content import PagedContent
from bot.alerts.keyboard import digest_keyboard
from bot.alerts.render import message
from bot.alerts.words import LANGUAGES
from bot.archive.query import parse_query
from bot.chat.authority import Needs
from bot.chat.registry import Button, Call
from bot.chat.results import PAGES, page_of
from bot.chat.say import Say


async def turn(call: Call) -> Sequence[Say]:
    """`page:s12.3`: the fourth page of the search that is kept as number 12; `page:d12.3`: of the digest in row 12."""
    found = re.fullmatch(r"page:([sd])(\d{1,9})\.(\d{1,4})", call.incoming.data)
    if found is None:
        return []
    number, page = int(found[2]), int(found[3])
    return await (_search if found[1] == "s" else _digest)(call, number, page)


async def _search(call: Call, number: int, page: int) -> Sequence[Say]:
    if page >= PAGES:
        return []
    room, under = call.room, call.incoming.message_id
    text = await room.read(room.store.people.kept_query, call.chat, number)
    # A press can be forged: no page takes the place of an alert.
    if text is None or await room.read(room.store.outbox.alert_of_message, call.chat, under) is not None:
        return call.answer(call.words.say("search_gone"))
    html, keyboard = await page_of(call, text, parse_query([text]), number, page)
    return call.replace(html, keyboard)


async def _digest(call: Call, row: int, page: int) -> Sequence[Say]:
    """The alerts as the digest told them; another chat's digest is as unknown as one that never was."""
    item = await call.room.read(call.room.store.digests.digest, call.chat, row)
    pages = len(PagedContent.from_json(item.content).pages) if item is not None else 0
    if item is None or page >= pages:
        return call.answer(call.words.say("digest_gone"))
    html = message(item, call.zone, LANGUAGES[call.configured.language], turned=page)
    return call.replace(html, digest_keyboard(row, page, pages))


BUTTONS = [Button(prefix="page", needs=Needs.MEMBER, run=turn)]
