"""More: the sources as links, who told it when and whom they cite, and related stories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.alerts.content import AlertContent
from bot.alerts.keyboard import Key, Keyboard, data_of, read_data
from bot.chat.authority import Needs
from bot.chat.markup import NAME, TITLE, link, listed, safe
from bot.chat.registry import Button, Call
from bot.chat.related import related
from bot.chat.say import Say
from bot.chat.told import Told, gone, told_of
from bot.known_articles import known_article
from storage.records import StoryArticle

RELATED_WITHIN = timedelta(days=30)
_CANDIDATES = 300
_PUBLISHERS = 12
_CITED = 3


async def more(call: Call) -> Sequence[Say]:
    """A new message, or, for a way back (`more:A12.here`), the message that the button stands under."""
    data = read_data(call.incoming.data)
    found = await call.room.read(_all_of_it, call, data.alert) if data is not None else None
    if data is None or found is None:
        return gone(call)
    return call.replace(*found) if data.more == ("here",) else call.answer(*found)


def _all_of_it(call: Call, number: int) -> tuple[str, Keyboard] | None:
    told, words = told_of(call, number), call.words
    whole = call.room.store.stories.shown(told.story) if told is not None else None
    if told is None or whole is None:
        return None
    cited = _citations(told, call)
    story = words.say("story", number=told.story)
    head = [
        words.say("more_title", title=safe(whole.title, TITLE), story=story, number=number),
        "",
        _sources(whole.articles, call),
        "",
        words.say("more_timeline"),
    ]
    lines = [_line(article, cited.get(article.id, ()), call) for article in whole.articles]
    text = listed("\n".join(head), lines, words, tail=_related(told, call), rest=f"rackwatch stories show {told.story}")
    return text, _keyboard(call, number, divisible=len(whole.articles) > 1)


def _keyboard(call: Call, number: int, *, divisible: bool) -> Keyboard:
    if call.role < Needs.ADMIN or not divisible:
        return ()
    return ((Key(text=call.words.say("other"), data=data_of("other", number)),),)


def _sources(articles: Sequence[StoryArticle], call: Call) -> str:
    """Each publisher once, with a link to its first article."""
    first: dict[str, StoryArticle] = {}
    for article in articles:
        first.setdefault(article.publisher, article)
    links = [link(name, article.url, NAME, call.words) for name, article in first.items()]
    left = len(links) - _PUBLISHERS
    if left > 0:
        links = [*links[:_PUBLISHERS], call.words.say("more", count=left)]
    return call.words.say("more_sources", links=" · ".join(links))


def _line(article: StoryArticle, cited: Sequence[str], call: Call) -> str:
    words = call.words
    names = safe(", ".join(cited[:_CITED]), 2 * NAME)
    said = [
        link(article.title, article.url, TITLE, words),
        *([words.say("more_copy")] if article.copy_of is not None else []),
        *([words.say("more_cites", names=names)] if cited else []),
    ]
    return f"• {call.day(article.dated_at)} {safe(article.publisher, NAME)}: {' · '.join(said)}"


def _citations(told: Told, call: Call) -> Mapping[int, Sequence[str]]:
    """Whom each article names as its source."""
    found = {}
    for entry in told.known.members:
        article = known_article(entry, owners=call.room.owners, watch_titles={}, now=call.room.now())
        found[entry.id] = tuple(dict.fromkeys(citation.name for citation in article.citations))
    return found


def _related(told: Told, call: Call) -> list[str]:
    near = call.room.store.votes.told_around(
        call.chat, at=told.alert.created_at, within=RELATED_WITHIN, limit=_CANDIDATES
    )
    lines = []
    for other in related(told.content, told.story, near):
        content = AlertContent.from_json(other.content)
        title = link(content.title.text, content.url, TITLE, call.words)
        lines.append(f"• A{other.alert} {title}, {call.day(other.created_at)}")
    return ["", call.words.say("more_related"), *lines] if lines else []


BUTTONS = [Button(prefix="more", needs=Needs.MEMBER, run=more)]
