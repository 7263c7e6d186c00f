"""Not this story: an admin takes an article out into a story of its own, as `rackwatch stories split` does.

other:A12          which article?
other:A12.p2       the second page of them
other:A12.57       is it to be article 57?
other:A12.57.yes   it is
"""

from __future__ import annotations

from bot.alerts.keyboard import Key, Keyboard, data_of
from bot.alerts.markup import cut
from bot.chat import say
from bot.chat.buttons.pieces import NAME, link, safe
from bot.chat.buttons.pressing import UNKNOWN, Press, Told, Tools, told_of
from bot.corrections import Corrections
from bot.stories.reasons import Reason, Why
from storage.records import StoryArticle, WholeStory

PAGE = 8
"""Articles on one page: their buttons fill a phone's screen."""

_LABEL = 60


def other(press: Press, tools: Tools) -> list[say.Say]:
    """Ask which article, ask whether that is meant, and do it."""
    told = told_of(press, tools)
    whole = tools.store.stories.shown(told.story) if told is not None else None
    if told is None or whole is None:
        return [press.toast(UNKNOWN)]
    if press.number is None:
        return [_which(press, whole)]
    chosen = next((article for article in whole.articles if article.id == press.number), None)
    if chosen is None or len(whole.articles) < 2:
        return [press.edit("That article is not in this story any more, or it is all of it.", _back(press))]
    if press.more[1:] != ("yes",):
        return [_sure(press, chosen)]
    return [_divide(press, told, chosen, tools)]


def _which(press: Press, whole: WholeStory) -> say.Edit:
    page = press.more[0].removeprefix("p") if press.more else "1"
    pages = -(-len(whole.articles) // PAGE)
    number = min(max(int(page), 1), pages) if page.isdecimal() else 1
    shown = whole.articles[(number - 1) * PAGE : number * PAGE]
    rows = [(Key(text=_label(article), data=data_of("other", press.alert, article.id)),) for article in shown]
    turns = [
        Key(text=sign, data=data_of("other", press.alert, f"p{to}"))
        for sign, to in (("‹", number - 1), ("›", number + 1))
        if 1 <= to <= pages
    ]
    text = f"<b>Which article is another story?</b>\nStory {whole.id}: {safe(whole.title, NAME * 2)}"
    if pages > 1:
        text += f"\nPage {number} of {pages}"
    return press.edit(text, (*rows, (*turns, *_back(press)[0])))


def _label(article: StoryArticle) -> str:
    return cut(f"{cut(article.publisher, _LABEL // 3)}: {' '.join(article.title.split())}", _LABEL)


def _sure(press: Press, article: StoryArticle) -> say.Edit:
    text = (
        f"<b>Is this another story?</b>\n{link(article.title, article.url)}, {safe(article.publisher, NAME)}\n\n"
        "It gets a story of its own, and a message without a bell in each chat that was told of it. "
        "The two are not joined again by themselves; <code>rackwatch stories merge</code> does."
    )
    yes = Key(text="Yes, another story", data=data_of("other", press.alert, article.id, "yes"))
    return press.edit(text, ((yes, Key(text="No", data=data_of("other", press.alert))),))


def _divide(press: Press, told: Told, article: StoryArticle, tools: Tools) -> say.Edit:
    corrections = Corrections(routes=tools.routes, owners=tools.owners, now=press.at)
    made = tools.store.stories.split(
        told.story,
        [article.id],
        reason=str(Reason(why=Why.BY_HAND)),
        now=press.at,
        retell=corrections.divided,
    )
    if made is None:  # another admin was faster
        return press.edit("That article is not in this story any more, or it is all of it.", _back(press))
    return press.edit(f"{link(article.title, article.url)}\nis story {made} now; story {told.story} keeps the others.")


def _back(press: Press) -> Keyboard:
    return ((Key(text="Back", data=data_of("more", press.alert, "here")),),)
