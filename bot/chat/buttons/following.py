"""Following and leaving watches: kept as what the chat set, before what rackwatch.yaml says."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.authority import Needs
from bot.chat.commands.watches import shown, watch_mark
from bot.chat.registry import Button, Call
from bot.chat.say import Say
from bot.chat.setting import screens


async def change(call: Call) -> Sequence[Say]:
    """`follow:…` and `leave:…` with the mark of a watch, and `.menu` behind it inside of /settings.

    All watches are the empty list: new ones are followed too.
    """
    verb, _, rest = call.incoming.data.partition(":")
    mark, _, inside = rest.partition(".")
    show = screens.watches if inside == "menu" else shown
    known = [one.key for one in call.room.rules.watches]
    watch = next((key for key in known if watch_mark(key) == mark), None)
    if watch is None:
        return call.answer(call.words.say("watch_gone"))
    own = call.configured.watches
    before = [key for key in known if not own or key in own]
    after = [key for key in known if (key in before or key == watch) and (verb == "follow" or key != watch)]
    if not after:
        return call.answer(call.words.say("last_watch"))
    if after == before:  # pressed twice, or in an old message: show how it stands
        return call.replace(*show(call))
    value = [] if after == known else after
    room = call.room
    await room.write(room.store.people.set_override, call.chat, "watches", value, by=call.by, now=room.now())
    await room.follow_people()
    return call.replace(*show(call))


BUTTONS = [
    Button(prefix="follow", needs=Needs.ADMIN, run=change),
    Button(prefix="leave", needs=Needs.ADMIN, run=change),
]
