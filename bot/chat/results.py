"""One page of a search, with the buttons to the next and the one before."""

from __future__ import annotations

from bot.alerts.keyboard import Key, Keyboard
from bot.archive.snippet import snippet
from bot.chat.markup import link, safe
from bot.chat.registry import Call
from storage.records import Words as SearchWords

ON_A_PAGE = 5
PAGES = 200
"""A person who turns so many pages wants other words."""


async def page_of(
    call: Call, text: str, query: tuple[SearchWords, ...], number: int, page: int
) -> tuple[str, Keyboard]:
    """What is on this page (the first is 0), and its buttons; `number` is what the words are kept under."""
    words, first = call.words, page * ON_A_PAGE
    found = await call.room.read(call.room.store.archive.search, query, limit=first + ON_A_PAGE + 1)
    shown, more = found[first : first + ON_A_PAGE], len(found) > first + ON_A_PAGE
    if not shown:
        return words.say("found_none", words=safe(text, 200)), ()
    parts = [words.say("found", words=safe(text, 200), page=page + 1)]
    for entry in shown:
        story = f" · {words.say('story', number=entry.story_id)}" if entry.story_id is not None else ""
        parts.append(
            f"\n{link(entry.title, entry.url, 200, words)}\n"
            f"{safe(entry.publisher, 60)} · {call.day(entry.dated_at)}{story}\n"
            f"{safe(snippet(entry.text, query).plain, 250)}"
        )
    row = [Key(text=words.say("newer"), data=f"page:s{number}.{page - 1}")] if page else []
    if more and page + 1 < PAGES:
        row.append(Key(text=words.say("older"), data=f"page:s{number}.{page + 1}"))
    return "\n".join(parts), ((tuple(row),) if row else ())
