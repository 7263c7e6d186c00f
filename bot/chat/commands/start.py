"""`/start` and `/help`: the first words, and what can be asked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from bot.chat.authority import Needs
from bot.chat.markup import safe
from bot.chat.registry import Call, Handler
from bot.chat.say import Say
from storage.records import Stranger

CODE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without what a person confuses: I and 1, O and 0."""

CODE_LENGTH = 6
NAME_LIMIT = 60


async def start(call: Call) -> Sequence[Say]:
    if call.chat:
        return call.answer(f"{call.words.say('start')}\n\n{help_text(call)}")
    code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    stranger = Stranger(
        chat_id=str(call.incoming.chat_id),
        name=call.incoming.user_name[:NAME_LIMIT],
        language=call.words.language,
    )
    ask, update = call.room.store.people.ask, call.incoming.update_id
    told = await call.room.write(ask, stranger, code=code, now=call.room.now(), update=update)
    return call.answer(call.words.say("pairing", code=told)) if told is not None else []


async def help_(call: Call) -> Sequence[Say]:
    return call.answer(help_text(call))


def help_text(call: Call) -> str:
    """The commands that this person may use here, and the files that may be sent."""
    from bot.chat.everything import REGISTRY  # noqa: PLC0415 - the table holds this function too

    lines = [
        f"/{safe(f'{handler.name} {handler.usage}', 80)}: {handler.help[call.words.language]}"
        for handler in REGISTRY.commands.values()
        if handler.needs <= call.role
    ]
    lines += [
        f"{', '.join(kind.endings)}: {kind.help[call.words.language]}"
        for kind in {one.name: one for one in REGISTRY.files.values()}.values()
        if kind.needs <= call.role
    ]
    return "\n".join([call.words.say("help_title"), *lines])


HANDLERS = [
    Handler(
        name="start",
        needs=Needs.STRANGER,
        help={
            "en": "begin; an unknown chat gets a code",
            "de": "beginnen; ein fremder Chat bekommt einen Code",
        },
        run=start,
    ),
    Handler(name="help", needs=Needs.MEMBER, help={"en": "what you can ask", "de": "was du fragen kannst"}, run=help_),
]
