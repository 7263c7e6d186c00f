"""👍 and 👎: a person's vote on an alert, counted on the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.alerts.keyboard import alert_keyboard
from bot.alerts.words import LANGUAGES
from bot.chat.authority import Needs
from bot.chat.registry import Button, Call
from bot.chat.say import Keyboard, Say
from bot.chat.told import gone, pressed
from bot.chat.words import both


async def _vote(vote: int, call: Call) -> Sequence[Say]:
    data, room = await call.room.read(pressed, call), call.room
    if data is None:
        return gone(call)
    assert call.incoming.user_id is not None  # noqa: S101 - nobody is authorised without
    cast = room.store.votes.cast
    await room.write(cast, data.alert, call.incoming.user_id, vote, now=room.now(), request=call.request)
    shown = await buttons_as_they_are(call, data.alert)
    if shown:
        return shown
    standing = await room.read(room.store.votes.standing, data.alert)
    return call.answer(call.words.say("votes", number=data.alert, up=standing.up, down=standing.down))


async def buttons_as_they_are(call: Call, alert: int) -> Sequence[Say]:
    """The alert's buttons as they stand now, for the message that was pressed; nothing where it cannot be changed."""
    if not call.incoming.message_id:
        return []
    standing = await call.room.read(call.room.store.votes.standing, alert)
    keyboard = alert_keyboard(alert, standing, LANGUAGES[call.words.language])
    return [
        Keyboard(chat_id=call.incoming.chat_id, message_id=call.incoming.message_id, keyboard=keyboard, alert=alert)
    ]


BUTTONS = [
    Button(prefix=prefix, needs=Needs.MEMBER, toast=both("vote_toast"), run=partial(_vote, vote))
    for prefix, vote in (("up", 1), ("down", -1))
]
