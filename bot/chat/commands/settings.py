"""`/settings`: what is set for the chat, and a menu that changes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.authority import Needs
from bot.chat.buttons.setting import muted_until
from bot.chat.registry import Call, Handler
from bot.chat.say import Say
from bot.chat.setting import changing, screens
from bot.chat.setting.values import CHOICES, TIMED, zones
from bot.chat.words import words_in

WRITABLE = (*CHOICES, *TIMED, "timezone")


async def settings(call: Call) -> Sequence[Say]:
    """The menu; `/settings digest daily 18:00` sets what buttons do not offer."""
    words, asked = call.words, call.incoming.words
    if not asked:
        return call.answer(*screens.main(call, await muted_until(call)))
    name = asked[0].lower().replace("-", "_")
    if name not in WRITABLE:
        return call.answer(words.say("settings_unknown", names=", ".join(WRITABLE)))
    if call.role < Needs.ADMIN:
        return call.answer(words.say("settings_admins"))
    await call.room.read(zones)  # beside the rest: from now on they are known
    if len(asked) == 1:
        return call.answer(*screens.setting(call, name))
    if refused := await changing.put(call, name, " ".join(asked[1:])):
        return call.answer(refused)
    return call.answer(*screens.setting(replace(call, words=words_in(call.configured.language)), name))


HANDLERS = [
    Handler(
        name="settings",
        needs=Needs.MEMBER,
        usage="[NAME VALUE]",
        help={"en": "what is set for this chat", "de": "was für diesen Chat eingestellt ist"},
        run=settings,
    )
]
