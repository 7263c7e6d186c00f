"""More: the sources as links, who told it when and whom they cite, and related stories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.alerts.content import AlertContent
from bot.alerts.keyboard import Key, Keyboard, data_of
from bot.chat import say
from bot.chat.buttons.pieces import NAME, TITLE, fitted, link, moment, safe
from bot.chat.buttons.pressing import UNKNOWN, Press, Told, Tools, told_of
from bot.chat.related import related
from bot.known_articles import known_article
from storage.records import StoryArticle

RELATED_WITHIN = timedelta(days=30)
_CANDIDATES = 300
_PUBLISHERS = 12
_CITED = 3


def more(press: Press, tools: Tools) -> list[say.Say]:
    """A new message, or, for a way back (`more:A12.here`), the message that the button stands under."""
    told = told_of(press, tools)
    whole = tools.store.stories.shown(told.story) if told is not None else None
    if told is None or whole is None:
        return [press.toast(UNKNOWN)]
    cited = _citations(told, press, tools)
    head = [f"<b>{safe(whole.title, TITLE)}</b>", f"Story {told.story} · A{press.alert}", "", _sources(whole.articles)]
    lines = [_line(article, cited.get(article.id, ()), tools) for article in whole.articles]
    text = fitted(
        [*head, "", "<b>Timeline</b>"],
        lines,
        _related(told, press, tools),
        rest=f"… and {{}} more: rackwatch stories show {told.story}",
    )
    keyboard = _keyboard(press, divisible=len(whole.articles) > 1)
    if press.more == ("here",):
        return [press.edit(text, keyboard)]
    return [press.answer(text, keyboard)]


def _keyboard(press: Press, *, divisible: bool) -> Keyboard:
    if not (press.is_admin and divisible):
        return ()
    return ((Key(text="Not this story…", data=data_of("other", press.alert)),),)


def _sources(articles: Sequence[StoryArticle]) -> str:
    """Each publisher once, with a link to its first article."""
    first: dict[str, StoryArticle] = {}
    for article in articles:
        first.setdefault(article.publisher, article)
    links = [link(name, article.url, NAME) for name, article in first.items()]
    left = len(links) - _PUBLISHERS
    return "Sources: " + " · ".join(links[:_PUBLISHERS]) + (f" · and {left} more" if left > 0 else "")


def _line(article: StoryArticle, cited: Sequence[str], tools: Tools) -> str:
    said = f" · cites {safe(', '.join(cited[:_CITED]), 2 * NAME)}" if cited else ""
    copy = " · a copy" if article.copy_of is not None else ""
    title = link(article.title, article.url)
    return f"• {moment(article.dated_at, tools.zone)} {safe(article.publisher, NAME)}: {title}{copy}{said}"


def _citations(told: Told, press: Press, tools: Tools) -> Mapping[int, Sequence[str]]:
    """Whom each article names as its source."""
    found = {}
    for entry in told.known.members:
        article = known_article(entry, owners=tools.owners, watch_titles={}, now=press.at)
        found[entry.id] = tuple(dict.fromkeys(citation.name for citation in article.citations))
    return found


def _related(told: Told, press: Press, tools: Tools) -> list[str]:
    near = tools.store.votes.told_around(press.chat, at=told.alert.created_at, within=RELATED_WITHIN, limit=_CANDIDATES)
    lines = []
    for other in related(told.content, told.story, near):
        content = AlertContent.from_json(other.content)
        lines.append(
            f"• A{other.alert} {link(content.title.text, content.url)}, {moment(other.created_at, tools.zone)}"
        )
    return ["", "<b>Related</b>", *lines] if lines else []
