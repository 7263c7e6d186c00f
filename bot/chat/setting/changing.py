"""What a press or a written value changes: an override of the chat, in force when this returns."""

from __future__ import annotations

from typing import Any

from bot.chat.registry import Call
from bot.chat.setting.screens import time_mark
from bot.chat.setting.values import TIMED, read, refusal
from bot.people import read_setting


async def put(call: Call, name: str, text: str) -> str | None:
    """Set a setting to what was written; None, or the sentence why not."""
    return await _write(call, name, read(name, text), text)


async def add(call: Call, name: str, text: str) -> str | None:
    """One more time."""
    own = _times(call, name)
    return await _write(call, name, own if text in own else [*own, text], text)


async def take_away(call: Call, name: str, mark: str) -> str | None:
    """One time less; nothing where it is not there any more."""
    left = [one for one in _times(call, name) if time_mark(one) != mark]
    return await _write(call, name, left or ([] if name == "quiet_hours" else ["none"]), "")


async def drop(call: Call, name: str) -> None:
    """What the file says counts again."""
    room = call.room
    await room.write(room.store.people.drop_overrides, call.chat, [name])
    await _in_force(call)


def _times(call: Call, name: str) -> list[str]:
    return [one for one in getattr(call.configured, name) if one != "none"]


async def _write(call: Call, name: str, value: Any, text: str) -> str | None:
    found = await call.room.read(read_setting, name, value)  # a time zone is looked up in files
    if found is None:
        return refusal(call, name, text)
    if found[0] == getattr(call.configured, name):  # pressed twice, or chosen already: it stays whose it is
        return None
    room = call.room
    kept = list(found[0]) if name in TIMED else found[0]
    await room.write(room.store.people.set_override, call.chat, name, kept, by=call.by, now=room.now())
    await _in_force(call)
    return None


async def _in_force(call: Call) -> None:
    await call.room.follow_people()
    call.room.wake()  # what waited may leave now
