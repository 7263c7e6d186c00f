"""`/digest`: what waits for the chat's next digest, and having it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.alerts.gather import asked_for, waits
from bot.alerts.times import PATIENT, ChatTimes
from bot.audience import times_of
from bot.chat.authority import Needs
from bot.chat.markup import listed
from bot.chat.registry import Call, Handler
from bot.chat.say import Say
from storage.digests import AT_ONCE
from storage.records import Arrangement, Waiting


async def digest(call: Call) -> Sequence[Say]:
    asked = call.incoming.words
    if asked and asked not in {("now",), ("jetzt",)}:
        return call.answer(call.words.say("usage", usage="/digest, /digest now"))
    now = call.room.now()
    state = (await call.room.read(call.room.store.outbox.chats)).get(call.chat)
    until = state.muted_until if state is not None else None
    muted = until if until is not None and until > now else None
    times = times_of(call.configured, call.room.settings)
    return await (_tell_now if asked else _what_waits)(call, times, muted, now)


async def _what_waits(call: Call, times: ChatTimes, muted: datetime | None, now: datetime) -> Sequence[Say]:
    """How many alerts wait, and when they come."""
    found = await call.room.read(call.room.store.digests.messages, call.chat, now=now)
    moments = Counter(max(moment, muted or moment) for _, moment in waits(found, times, now=now))
    if not moments:
        return call.answer(_nothing(call, times, now))
    words, number = call.words, moments.total()
    count = f"{number}+" if number >= AT_ONCE else str(number)
    lines = [
        words.say("digest_at", when=call.day(moment), count=how_many) for moment, how_many in sorted(moments.items())
    ]
    hint = words.say("digest_muted", until=call.day(muted)) if muted else words.say("digest_how")
    return call.answer(listed(f"{words.say('digest_waits', count=count)}\n{hint}\n", lines, words))


async def _tell_now(call: Call, times: ChatTimes, muted: datetime | None, now: datetime) -> Sequence[Say]:
    """The digest is the answer; it goes the way of all alerts, so nothing is lost and nothing told twice."""
    if muted is not None:
        return call.answer(call.words.say("digest_muted", until=call.day(muted)))

    def decide(found: Sequence[Waiting], _: str) -> Arrangement:
        return asked_for(found, times, now=now)

    room, digests = call.room, call.room.store.digests
    while await room.write(digests.tell_now, call.request, decide, now=now):
        pass
    if not await room.read(digests.told_by, call.request):
        return call.answer(_nothing(call, times, now))
    room.wake()
    return []


def _nothing(call: Call, times: ChatTimes, now: datetime) -> str:
    moment = times.digest_of(PATIENT, now)
    if moment is None:
        return call.words.say("digest_none")
    return call.words.say("digest_next", when=call.day(times.quiet_until(moment) or moment))


HANDLERS = [
    Handler(
        name="digest",
        needs=Needs.MEMBER,
        usage="[now]",
        help={"en": "what waits for the digest; have it now", "de": "was auf den Überblick wartet; ihn jetzt haben"},
        run=digest,
    )
]
