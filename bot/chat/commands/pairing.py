"""`/pair CODE`: the operator lets a private chat in."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.authority import Needs
from bot.chat.markup import safe
from bot.chat.registry import Call, Handler
from bot.chat.say import Say
from bot.pairing import let_in
from storage.errors import NotFound


async def pair(call: Call) -> Sequence[Say]:
    words, room = call.words, call.room
    if len(call.incoming.words) != 1:
        return call.answer(words.say("usage", usage="/pair CODE"))
    try:
        done = await room.write(
            let_in,
            room.store,
            room.settings,
            call.incoming.words[0],
            key=None,
            by=call.by,
            now=room.now(),
            request=call.request,
        )
    except NotFound:
        return call.answer(words.say("pair_unknown"))
    await room.follow_people()
    room.wake()
    return call.answer(words.say("pair_done", name=safe(done.name, 60) or done.chat_id, chat=safe(done.chat, 64)))


HANDLERS = [
    Handler(
        name="pair",
        needs=Needs.OPERATOR,
        usage="CODE",
        help={"en": "let a chat in by its code", "de": "einen Chat mit seinem Code zulassen"},
        run=pair,
    )
]
