"""`/mute` and `/unmute`: the chat's alerts wait; nothing of them is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.chat.authority import Needs
from bot.chat.registry import Call, Handler
from bot.chat.say import Say
from bot.units import parse_duration

LONGEST = timedelta(days=30)


async def mute(call: Call) -> Sequence[Say]:
    length = length_of("".join(call.incoming.words))
    if length is None:
        return call.answer(call.words.say("mute_wrong"))
    until = await call.room.write(call.room.store.outbox.mute, call.request, call.room.now() + length)
    assert until is not None  # noqa: S101 - a length was given
    return call.answer(call.words.say("muted", until=call.day(until)))


def length_of(written: str) -> timedelta | None:
    """How long a chat shall wait; None for what is no such time, or too long."""
    try:
        length = parse_duration(written)
    except ValueError:
        return None
    return length if timedelta(0) < length <= LONGEST else None


async def unmute(call: Call) -> Sequence[Say]:
    await call.room.write(call.room.store.outbox.mute, call.request, None)
    call.room.wake()
    return call.answer(call.words.say("unmuted"))


HANDLERS = [
    Handler(
        name="mute",
        needs=Needs.ADMIN,
        usage="2h",
        help={"en": "let alerts wait", "de": "Meldungen warten lassen"},
        run=mute,
    ),
    Handler(
        name="unmute",
        needs=Needs.ADMIN,
        help={"en": "let alerts come again", "de": "Meldungen wieder kommen lassen"},
        run=unmute,
    ),
]
