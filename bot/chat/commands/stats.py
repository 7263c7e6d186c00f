"""`/stats`: stories per day and watch, and the chat's alerts; as a picture where that can be drawn, else as text."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import structlog

from bot.charts.painter import NotDrawn
from bot.charts.stats import begin_of, count, days_of, first_day
from bot.chat.authority import Needs
from bot.chat.commands.reading import followed
from bot.chat.registry import Call, Handler
from bot.chat.say import Say
from bot.chat.stats_shown import as_chart, as_text, caption

log = structlog.get_logger(__name__)


async def stats(call: Call) -> Sequence[Say]:
    """Days end at midnight of the chat's clock; today is the last of them."""
    words, room = call.words, call.room
    days = days_of(" ".join(call.incoming.words))
    if days is None:
        return call.answer(words.say("stats_wrong"))
    zone = ZoneInfo(call.configured.timezone or room.settings.config.timezone)
    first, watches = first_day(room.now(), zone, days), followed(call)
    since = begin_of(first, zone)
    counted = count(
        await room.read(room.store.stats.stories, list(watches), since=since),
        await room.read(room.store.stats.alerts, call.chat, since=since),
        watches=watches,
        zone=zone,
        first=first,
        days=days,
    )
    text = as_text(counted, words)
    picture = await room.draw(as_chart(counted, words))
    if isinstance(picture, NotDrawn):
        if not picture.missing:
            log.warning("no picture of /stats; a text is sent", chat=call.chat, reason=picture.reason)
        return call.answer(text)
    return call.answer_with_picture(picture, caption(counted, words), instead=text)


HANDLERS = [
    Handler(
        name="stats",
        needs=Needs.MEMBER,
        usage="[30d]",
        help={"en": "stories and alerts per day", "de": "Geschichten und Meldungen je Tag"},
        run=stats,
    ),
]
