"""The buttons of `/settings`: all of them write the menu's message anew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.authority import Needs
from bot.chat.commands.muting import length_of
from bot.chat.registry import Button, Call
from bot.chat.say import Say
from bot.chat.setting import changing, screens
from bot.chat.setting.values import CHOICES, TIMED, zones
from bot.chat.words import words_in

_DATA = re.compile(r"set:(?P<name>[a-z_]{1,16})(?:(?P<verb>[=+.!-])(?P<value>[!-~]{0,45}))?")


async def press(call: Call) -> Sequence[Say]:
    """What the button says, as bot/chat/setting/screens.py lists it; anything else shows all settings."""
    found = _DATA.fullmatch(call.incoming.data)
    name, verb, value = (found["name"], found["verb"], found["value"] or "") if found else ("main", None, "")
    if name == "mute":
        return await _pause(call, value if verb == "=" else None)
    if name not in screens.SCREENS:
        return call.replace(*screens.main(call, await muted_until(call)))
    await call.room.read(zones)  # beside the rest: from now on they are known
    if verb == ".":
        return call.replace(*screens.setting(call, name, value))
    refused = await _change(call, name, verb, value)
    fresh = replace(call, words=words_in(call.configured.language))  # the language may be another one now
    html, keyboard = screens.setting(fresh, name)
    return call.replace(f"⚠ {refused}\n\n{html}" if refused else html, keyboard)


async def _change(call: Call, name: str, verb: str | None, value: str) -> str | None:
    time = value.replace("_", " ")
    if verb == "!":
        await changing.drop(call, name)
    elif verb == "=" and name in {"timezone", *CHOICES}:
        return await changing.put(call, name, value)
    elif verb == "=" and name in TIMED:
        return await changing.put(call, name, time)
    elif verb == "+" and name in TIMED:
        return await changing.add(call, name, time)
    elif verb == "-" and name in TIMED:
        return await changing.take_away(call, name, value)
    return None


async def _pause(call: Call, value: str | None) -> Sequence[Say]:
    length = timedelta(0) if value == "off" else length_of(value) if value else None
    if length is not None:
        until = call.room.now() + length if length else None
        await call.room.write(call.room.store.outbox.mute, call.request, until)
        call.room.wake()
    return call.replace(*screens.pause(call, await muted_until(call)))


async def muted_until(call: Call) -> datetime | None:
    """Until when the chat is paused; None where it is not."""
    state = (await call.room.read(call.room.store.outbox.chats)).get(call.chat)
    until = state.muted_until if state is not None else None
    return until if until is not None and until > call.room.now() else None


BUTTONS = [Button(prefix="set", needs=Needs.ADMIN, run=press)]
