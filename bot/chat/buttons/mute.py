"""Mute story, and its undo: for the whole chat, until somebody presses the button again."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.authority import Needs
from bot.chat.buttons.vote import buttons_as_they_are
from bot.chat.registry import Button, Call
from bot.chat.say import Say
from bot.chat.told import gone, pressed
from bot.chat.words import both


async def mute(call: Call) -> Sequence[Say]:
    """No answers to this message and no new messages of its story here; the message itself stays up to date."""
    data, room = await call.room.read(pressed, call), call.room
    if data is None:
        return gone(call)
    assert call.incoming.user_id is not None  # noqa: S101 - nobody is authorised without
    await room.write(room.store.votes.mute, data.alert, by=call.incoming.user_id, now=room.now())
    said = call.words.say("story_muted", number=data.alert)
    return await buttons_as_they_are(call, data.alert) or call.answer(said)


async def unmute(call: Call) -> Sequence[Say]:
    """What is new about the story is told again; what was new meanwhile stands in the message."""
    data, room = await call.room.read(pressed, call), call.room
    if data is None:
        return gone(call)
    await room.write(room.store.votes.unmute, data.alert)
    said = call.words.say("story_unmuted", number=data.alert)
    return await buttons_as_they_are(call, data.alert) or call.answer(said)


BUTTONS = [
    Button(prefix="mute", needs=Needs.ADMIN, toast=both("mute_toast"), run=mute),
    Button(prefix="unmute", needs=Needs.ADMIN, toast=both("mute_toast"), run=unmute),
]
