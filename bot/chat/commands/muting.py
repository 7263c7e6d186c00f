"""`/mute` and `/unmute`: the chat's alerts wait; nothing of them is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.chat.authority import Needs
from bot.chat.markup import day
from bot.chat.registry import Call, Handler
from bot.chat.say import Say
from bot.units import parse_duration

LONGEST = timedelta(days=30)


async def mute(call: Call) -> Sequence[Say]:
    try:
        length = parse_duration("".join(call.incoming.words))
    except ValueError:
        length = timedelta(0)
    if not timedelta(0) < length <= LONGEST:
        return call.answer(call.words.say("mute_wrong"))
    until = call.room.now() + length
    await call.room.write(call.room.store.outbox.mute, call.chat, until)
    return call.answer(call.words.say("muted", until=day(until, call.zone)))


async def unmute(call: Call) -> Sequence[Say]:
    await call.room.write(call.room.store.outbox.mute, call.chat, None)
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
