"""`/sources` and `/status`: how things stand."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.authority import Needs
from bot.chat.markup import ago, listed, safe
from bot.chat.registry import Call, Handler
from bot.chat.say import Say
from storage.records import SourceStatus


async def sources(call: Call) -> Sequence[Say]:
    """Every source with its last look; failing first."""
    words, now = call.words, call.room.now()
    found = await call.room.read(call.room.store.sources.status)
    if not found:
        return call.answer(words.say("sources_none"))
    found.sort(key=lambda one: (not _fails(one), -one.failures, one.key))
    lines = []
    for one in found:
        state = words.say("paused_source") if one.paused else ago(one.last_success_at, now, words)
        reason = one.health.disabled_reason or one.last_reason or ""
        trouble = f": {safe(reason, 150)}" if _fails(one) and reason else ""
        lines.append(f"{'✗' if _fails(one) else '✓'} <b>{safe(one.key, 64)}</b> · {state}{trouble}")
    failing = sum(_fails(one) for one in found)
    return call.answer(listed(words.say("sources", count=len(found), failing=failing), lines, words))


def _fails(one: SourceStatus) -> bool:
    return not one.paused and (one.failures > 0 or one.health.disabled_at is not None)


async def status(call: Call) -> Sequence[Say]:
    words, room = call.words, call.room
    counts = await room.read(room.store.archive.counts)
    chats = await room.read(room.store.outbox.chats)
    rules = room.rules
    waiting = sum(number for state, number in counts.outbox.items() if state not in {"sent", "dead"})
    lines = [
        words.say("status_rules", rules=len(rules.rules), watches=len(rules.watches), version=rules.version[:8]),
        words.say(
            "status_sources",
            sources=counts.sources,
            paused=counts.sources_paused,
            failing=counts.sources_failing,
        ),
        words.say("status_look", ago=ago(counts.last_checked_at, room.now(), words)),
        words.say("status_archive", entries=counts.entries, stories=counts.stories),
        words.say(
            "status_outbox",
            alerts=counts.alerts,
            sent=counts.outbox.get("sent", 0),
            waiting=waiting,
            dead=counts.outbox.get("dead", 0),
        ),
        *(
            words.say("status_paused", chat=safe(chat.chat, 64), reason=safe(chat.paused_reason or "", 200))
            for chat in chats.values()
            if chat.paused_at is not None and chat.chat in room.settings.chats
        ),
    ]
    return call.answer(listed(words.say("status"), lines, words))


HANDLERS = [
    Handler(
        name="sources",
        needs=Needs.MEMBER,
        help={"en": "how the sources fare; failing first", "de": "wie es den Quellen geht; gestörte zuerst"},
        run=sources,
    ),
    Handler(
        name="status",
        needs=Needs.OPERATOR,
        help={"en": "how things stand", "de": "wie alles steht"},
        run=status,
    ),
]
