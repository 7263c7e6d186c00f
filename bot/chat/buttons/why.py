"""Why?: what `/why` says, under the alert."""

from __future__ import annotations

from collections.abc import Sequence

from bot.alerts.keyboard import read_data
from bot.chat.authority import Needs
from bot.chat.reasons import reasons_of
from bot.chat.registry import Button, Call
from bot.chat.say import Say
from bot.chat.told import gone


async def why(call: Call) -> Sequence[Say]:
    data = read_data(call.incoming.data)
    text = await call.room.read(reasons_of, call, data.alert) if data is not None else None
    return call.answer(text) if text is not None else gone(call)


BUTTONS = [Button(prefix="why", needs=Needs.MEMBER, run=why)]
