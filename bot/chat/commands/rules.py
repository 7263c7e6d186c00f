"""`/rules`: the rules in force, one of them, what votes say of them, and what was in force before."""

from __future__ import annotations

import html
from collections.abc import Sequence

from bot.alerts.markup import cut
from bot.chat.authority import Needs
from bot.chat.commands.rule_reports import history, report_of_votes
from bot.chat.files.rule_changes import ask_back
from bot.chat.markup import listed, safe
from bot.chat.registry import Call, Handler
from bot.chat.say import Say
from rules.condition import to_text

SHOWN = 3000


async def rules(call: Call) -> Sequence[Say]:
    words = call.incoming.words
    if not words or words == ("list",):
        return _list(call)
    if len(words) == 2 and words[0] == "show":
        return _show(call, words[1])
    if len(words) <= 2 and words[0] == "report":
        return await report_of_votes(call, words[1] if len(words) == 2 else None)
    if call.role < Needs.OPERATOR:
        return call.answer(call.words.say("usage", usage=call.words.say("rules_usage")))
    if words == ("history",):
        return await history(call)
    if len(words) <= 2 and words[0] == "restore":
        return await ask_back(call, words[1].lower() if len(words) == 2 else None)
    usage = f"{call.words.say('rules_usage')}\n{call.words.say('rules_history_usage')}"
    return call.answer(call.words.say("usage", usage=usage))


def _list(call: Call) -> Sequence[Say]:
    found = call.room.rules.rules
    if not found:
        return call.answer(call.words.say("rules_none"))
    lines = [f"<code>{safe(one.full_name, 140)}</code> ({one.priority.value})" for one in found]
    return call.answer(listed(call.words.say("rules"), lines, call.words))


def _show(call: Call, name: str) -> Sequence[Say]:
    found = [one for one in call.room.rules.rules if name in {one.full_name, one.watch.key, one.name}]
    if not found:
        return call.answer(call.words.say("rule_none"))
    lines = [
        f"\n<b>{safe(one.full_name, 140)}</b>\n{call.words.say('rule_priority', priority=one.priority.value)}\n"
        f"<pre>{html.escape(cut(to_text(one.condition), SHOWN), quote=False)}</pre>"
        for one in found
    ]
    return call.answer(listed(safe(found[0].watch.title, 200), lines, call.words))


HANDLERS = [
    Handler(
        name="rules",
        needs=Needs.MEMBER,
        usage="[show NAME | report]",
        help={"en": "the rules in force", "de": "die geltenden Regeln"},
        run=rules,
    )
]
