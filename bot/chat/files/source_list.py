"""A list of feeds (OPML) that the operator sends: what is new in it becomes sources in rackwatch.yaml."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.aside import aside
from bot.chat.authority import Needs
from bot.chat.files.fetching import fetched
from bot.chat.markup import listed, safe
from bot.chat.registry import Call, FileKind
from bot.chat.say import Say
from bot.chat.words import Words
from bot.edit_config import add_sources
from bot.errors import Refused
from bot.settings import Settings
from bot.sources.importing import Sorted, moved_to, sort_out
from bot.sources.opml import read_opml
from bot.sources.opml_outlines import MAX_OPML, declares_names
from storage import Store

READ_WITHIN = 25.0
"""Seconds for reading the list, of 60 that an update has."""

NAME = 100
REASON = 300


async def receive(call: Call) -> Sequence[Say]:
    """As `rackwatch sources import`: add what is not there yet, and say what became of the rest."""
    room, words = call.room, call.words
    document = call.incoming.document
    assert document is not None  # noqa: S101 - the registry found this handler by the document's name
    content = await fetched(call, document, MAX_OPML)
    if not isinstance(content, bytes):
        return content
    name = " ".join(document.name.split())
    try:
        async with asyncio.timeout(READ_WITHIN):
            # On the command line the outlines are read all the same; here the file may be anybody's.
            if await aside(declares_names, content):
                return call.answer(words.say("opml_declares", file=safe(name, NAME)))
            found = await aside(_sorted_out, room.store, room.settings, content, name)
    except TimeoutError:
        return call.answer(words.say("file_slow", name=safe(name, NAME)))
    if found.new:
        try:
            await aside(add_sources, room.settings.config_file, found.new)
        except Refused as refused:
            reason = str(refused).replace(f"{room.settings.folder}/", "")
            return call.answer(words.say("rules_not_put", reason=safe(reason, 1000)))
    return call.answer(_told(found, safe(name, NAME), words))


def _sorted_out(store: Store, settings: Settings, content: bytes, name: str) -> Sorted:
    return sort_out(settings, read_opml(content, name), moved_to(store.sources.status()), name=name)


def _told(found: Sorted, name: str, words: Words) -> str:
    """Refused ones first: they are what is to be done."""
    lines = [f"✗ <code>{safe(str(problem), REASON)}</code>" for problem in found.refused]
    lines += [
        f"✓ <code>{safe(str(source['key']), 64)}</code> {safe(str(source['url']), REASON)}" for source in found.new
    ]
    lines += [f"= {safe(title, NAME)}: {words.say('opml_known', key=safe(key, 64))}" for title, key in found.known]
    if not found.new and not found.known:
        return listed(words.say("opml_nothing", file=name), lines, words)
    head = words.say("opml_done", file=name, new=len(found.new), known=len(found.known), refused=len(found.refused))
    if found.new:
        head += "\n" + words.say("opml_follows")
    return listed(head, lines, words)


FILES = [
    FileKind(
        name="source-list",
        endings=(".opml",),
        needs=Needs.OPERATOR,
        help={
            "en": "send a list of feeds to add them as sources",
            "de": "eine Liste von Feeds schicken: wird zu Quellen",
        },
        run=receive,
    )
]
