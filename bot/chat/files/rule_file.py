"""A rule file that the operator sends: checked, tested and compared, and offered with a button where all is well."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.alerts.keyboard import Key, Keyboard
from bot.aside import aside
from bot.chat.authority import Needs
from bot.chat.files.fetching import fetched
from bot.chat.files.telling import proposal_html
from bot.chat.markup import safe
from bot.chat.registry import Call, FileKind
from bot.chat.say import Say
from bot.chat.words import Words
from bot.rulesets.proposal import MOST_BYTES, BadName, FolderNow, Proposal, folder_now, place_of, propose, text_of
from rules import Problem
from storage.records import OfferedRules

LOOKED_AT_WITHIN = 40.0
"""Seconds for check, tests and comparison, which take five on a large archive; an update has 60 in all."""

NAME = 100


async def receive(call: Call) -> Sequence[Say]:
    """Answer what `rackwatch check`, `rules test` and `rules plan` would say of the folder with this file in it."""
    words, room = call.words, call.room
    document = call.incoming.document
    assert document is not None  # noqa: S101 - the registry found this handler by the document's name
    folder = await aside(folder_now, room.store, room.settings)
    place = place_of(document.name, folder)
    if place is BadName.STRANGE:
        return call.answer(words.say("file_name"))
    if place is BadName.SEVERAL:
        return call.answer(words.say("file_several", name=safe(document.name, NAME)))
    assert isinstance(place, str)  # noqa: S101 - said above
    content = await fetched(call, document, MOST_BYTES)
    if not isinstance(content, bytes):
        return content
    text = text_of(content, f"{room.settings.rules_folder.name}/{place}")
    if isinstance(text, Problem):
        html = proposal_html(Proposal(state="", problems=(str(text),)), shown(place), "", words, call.zone)
        return call.answer(html)
    try:
        async with asyncio.timeout(LOOKED_AT_WITHIN):
            proposal = await look(call, folder, place, text)
    except TimeoutError:
        return call.answer(words.say("file_slow", name=shown(place)))
    return call.answer(
        said_of(call, proposal, folder, place), await offered(call, proposal, call.incoming.message_id, place, text)
    )


async def look(call: Call, folder: FolderNow, place: str, text: str) -> Proposal:
    """The folder with this file in it, looked at."""
    room = call.room
    files = {**folder.texts, place: text}
    origin = room.settings.rules_folder.name
    return await aside(propose, room.store, room.settings, folder, files, origin=origin, now=room.now())


def said_of(call: Call, proposal: Proposal, folder: FolderNow, place: str, *, moved: bool = False) -> str:
    what = call.words.say("rules_replaces") if place in folder.texts else call.words.say("rules_new")
    return proposal_html(proposal, shown(place), what, call.words, call.zone, moved=moved)


async def offered(call: Call, proposal: Proposal, message_id: int, place: str, text: str) -> Keyboard:
    """A button that applies the file, where that can be; the file is kept for it."""
    if proposal.settled or proposal.problems:
        return ()
    kept = OfferedRules(chat=call.chat, message_id=message_id, file=place, text=text, compared_with=proposal.state)
    number = await call.room.write(call.room.store.offers.put, kept, now=call.room.now())
    return ((_apply(number, call.words),),)


def shown(place: str) -> str:
    return safe(place, 2 * NAME)


def _apply(number: int, words: Words) -> Key:
    return Key(text=words.say("rules_apply"), data=f"apply:{number}")


FILES = [
    FileKind(
        name="rule-file",
        endings=(".yaml", ".yml"),
        needs=Needs.OPERATOR,
        help={
            "en": "send a rule file to see what it would change, and apply it",
            "de": "eine Regeldatei schicken: zeigt, was sie ändern würde, und wendet sie an",
        },
        run=receive,
    )
]
