"""The buttons that put rules in force: a file that was sent, and an old version that comes back.

apply:12                        the file that is kept under this number
putback:3f2a9c114b7d.57.0a1b…   a version, and the state of folder and rules that it was compared with
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.alerts.keyboard import Key, Keyboard
from bot.aside import aside
from bot.chat.authority import Needs
from bot.chat.files.rule_file import look, offered, said_of, shown
from bot.chat.files.telling import proposal_html
from bot.chat.markup import safe
from bot.chat.registry import Button, Call
from bot.chat.say import Say
from bot.errors import RackwatchError
from bot.rulesets.proposal import FolderNow, Proposal, change_to, folder_now, propose
from bot.rulesets.put import SHORTEST_VERSION, put_with_folder
from storage.errors import NotFound, StorageError
from storage.records import RulesCause

_PUTBACK = re.compile(r"putback:(?P<version>[0-9a-f]{12})\.(?P<state>\d{1,19}\.[0-9a-f]{16})", re.ASCII)
_APPLY = re.compile(r"apply:(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Rule files that shall come into force; `name` is what they are called, as HTML."""

    files: Mapping[str, str | None]
    origin: str
    name: str


async def apply(call: Call) -> Sequence[Say]:
    """The file that was sent comes into force, if nothing has changed since it was looked at."""
    room = call.room
    found = _APPLY.fullmatch(call.incoming.data)
    kept = None
    if found is not None:
        kept = await room.read(room.store.offers.find, int(found[1]), chat=call.chat, now=room.now())
    if kept is None:
        return call.answer(call.words.say("rules_gone"))
    folder = await aside(folder_now, room.store, room.settings)
    name = shown(kept.file)
    if folder.state != kept.compared_with:
        proposal = await look(call, folder, kept.file, kept.text)
        if proposal.settled:  # pressed twice, or again after a restart
            return call.replace(said_of(call, proposal, folder, kept.file), await _way_back(call))
        keyboard = await offered(call, proposal, kept.message_id, kept.file, kept.text)
        return call.replace(said_of(call, proposal, folder, kept.file, moved=True), keyboard)
    files = {**folder.texts, kept.file: kept.text}
    return await _put(call, folder, Wish(files=files, origin=room.settings.rules_folder.name, name=name), undo=True)


async def put_back(call: Call) -> Sequence[Say]:
    """An old version comes into force, if nothing has changed since its button was made."""
    room = call.room
    found = _PUTBACK.fullmatch(call.incoming.data)
    if found is None:
        return call.answer(call.words.say("rules_no_version"))
    folder = await aside(folder_now, room.store, room.settings)
    wish = await _version(call, found["version"])
    if wish is None:
        return call.answer(call.words.say("rules_no_version"))
    if folder.state != found["state"]:
        proposal = await _look_back(call, folder, wish)
        return call.replace(_told(call, proposal, wish, moved=True), _restore_key(call, proposal))
    return await _put(call, folder, wish, undo=False)


async def ask_back(call: Call, version: str | None) -> Sequence[Say]:
    """`/rules restore`: what an old version would change, with the button; without one named, the last before this."""
    if version is None:
        version = await _previous(call)
    if version is None or len(version) < SHORTEST_VERSION:
        return call.answer(call.words.say("rules_no_version"))
    wish = await _version(call, version)
    if wish is None:
        return call.answer(call.words.say("rules_no_version"))
    folder = await aside(folder_now, call.room.store, call.room.settings)
    proposal = await _look_back(call, folder, wish)
    return call.answer(_told(call, proposal, wish), _restore_key(call, proposal))


def _restore_key(call: Call, proposal: Proposal) -> Keyboard:
    """The button that brings a version back, where that can be."""
    if proposal.settled or proposal.problems:
        return ()
    return _back_to(call, proposal.version, proposal.state)


def _back_to(call: Call, version: str, state: str) -> Keyboard:
    return ((Key(text=call.words.say("rules_restore"), data=f"putback:{version}.{state}"),),)


async def _put(call: Call, folder: FolderNow, wish: Wish, *, undo: bool) -> Sequence[Say]:
    """Put it in force; with `undo`, the answer has a button that takes it back."""
    room, words = call.room, call.words
    try:
        change = await aside(
            change_to, room.store, room.settings, folder, wish.files, origin=wish.origin, cause=RulesCause.CHAT
        )
        count = await room.write(
            put_with_folder,
            room.store,
            change,
            room.settings.rules_folder,
            now=room.now(),
            instead_of=folder.texts,
        )
    except (RackwatchError, StorageError) as error:
        reason = str(error).replace(f"{room.settings.folder}/", "")
        return call.answer(words.say("rules_not_put", reason=safe(reason, 1000)))
    html = words.say("rules_put", file=wish.name, version=change.rules.version, count=count)
    return call.replace(html, await _way_back(call) if undo else ())


async def _way_back(call: Call) -> Keyboard:
    """The button that brings back what was in force before; none where nothing was."""
    before = await _previous(call)
    folder = await aside(folder_now, call.room.store, call.room.settings)
    return _back_to(call, before, folder.state) if before is not None else ()


async def _previous(call: Call) -> str | None:
    history = await call.room.read(call.room.store.rule_sets.history, limit=2)
    return history[1].version if len(history) > 1 else None


async def _version(call: Call, beginning: str) -> Wish | None:
    try:
        version, files = await call.room.read(call.room.store.rule_sets.files, beginning)
    except NotFound:
        return None
    name = call.words.say("rules_version", version=version)
    return Wish(files=files, origin=f"version {version}", name=name)


async def _look_back(call: Call, folder: FolderNow, wish: Wish) -> Proposal:
    room = call.room
    return await aside(propose, room.store, room.settings, folder, wish.files, origin=wish.origin, now=room.now())


def _told(call: Call, proposal: Proposal, wish: Wish, *, moved: bool = False) -> str:
    what = call.words.say("rules_old")
    return proposal_html(proposal, wish.name, what, call.words, call.zone, moved=moved)


BUTTONS = [
    Button(prefix="apply", needs=Needs.OPERATOR, run=apply),
    Button(prefix="putback", needs=Needs.OPERATOR, run=put_back),
]
