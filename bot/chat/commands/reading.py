"""`/latest`, `/search`, `/story`, `/why`: questions to the archive and to the alerts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.archive.query import parse_query
from bot.chat.authority import Needs
from bot.chat.markup import link, listed, safe
from bot.chat.reasons import reasons_of
from bot.chat.registry import Call, Handler
from bot.chat.results import page_of
from bot.chat.say import Say
from bot.chat.told import gone
from bot.errors import Refused
from storage.records import FoundEntry

LATEST = 10
LOOKED_AT = 200
"""Matched articles that are looked through for so many stories."""

QUERY_LIMIT = 200
TITLE = 200


async def latest(call: Call) -> Sequence[Say]:
    """The newest stories of the chat's watches, or of one."""
    words, watches = call.words, followed(call)
    if call.incoming.words:
        wanted = call.incoming.words[0].lower()
        watches = {watch.key: watch.title for watch in call.room.rules.watches}
        if wanted not in watches:
            return call.answer(words.say("no_watch", watches=safe(", ".join(watches), 1000)))
        head, watches = words.say("latest_of", watch=safe(watches[wanted], 100)), {wanted: watches[wanted]}
    else:
        head = words.say("latest")
    found = await call.room.read(call.room.store.archive.matched, list(watches), limit=LOOKED_AT)
    stories: dict[int, FoundEntry] = {}
    for entry in found:
        stories.setdefault(entry.story_id or -entry.id, entry)
    if not stories:
        return call.answer(words.say("latest_none"))
    lines = [
        f"\n{link(entry.title, entry.url, TITLE, words)}\n"
        f"{safe(entry.publisher, 60)} · {call.day(entry.dated_at)}"
        + (f" · {words.say('story', number=story)}" if story > 0 else "")
        for story, entry in list(stories.items())[:LATEST]
    ]
    return call.answer("\n".join([head, *lines]))


def followed(call: Call) -> dict[str, str]:
    """The watches that the chat follows, by key, with their titles."""
    all_watches = {watch.key: watch.title for watch in call.room.rules.watches}
    own = call.configured.watches
    return {key: title for key, title in all_watches.items() if not own or key in own}


async def search(call: Call) -> Sequence[Say]:
    text = " ".join(call.incoming.words)[:QUERY_LIMIT]
    if not text:
        return call.answer(call.words.say("usage", usage="/search Tesla Sacramento"))
    try:
        query = parse_query([text])
    except Refused:
        return call.answer(call.words.say("nothing_to_search"))
    number = await call.room.write(call.room.store.people.keep_query, call.chat, text)
    html, keyboard = await page_of(call, text, query, number, 0)
    return call.answer(html, keyboard)


async def story(call: Call) -> Sequence[Say]:
    words = call.words
    found = re.fullmatch(r"[Ss#]?(\d{1,18})", call.incoming.words[0]) if call.incoming.words else None
    if found is None:
        return call.answer(words.say("usage", usage="/story 17"))
    whole = await call.room.read(call.room.store.stories.shown, int(found[1]))
    if whole is None:
        return call.answer(words.say("story_none", number=int(found[1])))
    head = f"<b>{words.say('story', number=whole.id)}</b>: {safe(whole.title, 300)}"
    if whole.merged_into is not None:
        head += f"\n{words.say('story_merged', number=whole.merged_into)}"
    lines = [
        f"{call.day(one.dated_at)} {safe(one.publisher, 60)}: {link(one.title, one.url, TITLE, words)}"
        for one in whole.articles
    ]
    return call.answer(
        listed(f"{head}\n{words.say('articles' if len(lines) != 1 else 'article', count=len(lines))}\n", lines, words)
    )


async def why(call: Call) -> Sequence[Say]:
    """Why an alert came: the one that is answered, or the one of that number, if it is this chat's."""
    incoming = call.incoming
    found = re.fullmatch(r"[Aa#]?(\d{1,18})", incoming.words[0]) if incoming.words else None
    number: int | None = int(found[1]) if found is not None else None
    if number is None and not incoming.words and incoming.reply_to is not None:
        number = await call.room.read(call.room.store.outbox.alert_of_message, call.chat, incoming.reply_to)
    if number is None:
        return call.answer(call.words.say("why_none"))
    text = await call.room.read(reasons_of, call, number)
    return call.answer(text) if text is not None else gone(call)


HANDLERS = [
    Handler(
        name="latest",
        needs=Needs.MEMBER,
        usage="[watch]",
        help={"en": "the latest stories", "de": "die neuesten Geschichten"},
        run=latest,
    ),
    Handler(
        name="search",
        needs=Needs.MEMBER,
        usage="WORDS",
        help={"en": "search the archive", "de": "im Archiv suchen"},
        run=search,
    ),
    Handler(
        name="story",
        needs=Needs.MEMBER,
        usage="ID",
        help={"en": "a story with its articles", "de": "eine Geschichte mit ihren Artikeln"},
        run=story,
    ),
    Handler(
        name="why",
        needs=Needs.MEMBER,
        usage="[A17]",
        help={"en": "why an alert came", "de": "warum eine Meldung kam"},
        run=why,
    ),
]
