"""Not this story: an admin takes an article out into a story of its own, as `rackwatch stories split` does.

other:A12          which article?
other:A12.p2       the second page of them
other:A12.57       is it to be article 57?
other:A12.57.yes   it is
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.alerts.keyboard import AlertData, Key, Keyboard, data_of, read_data
from bot.alerts.markup import cut
from bot.audience import routes_of
from bot.chat.authority import Needs
from bot.chat.markup import NAME, TITLE, link, safe
from bot.chat.registry import Button, Call
from bot.chat.say import Say
from bot.chat.told import gone, told_of
from bot.corrections import Corrections
from bot.stories.reasons import Reason, Why
from storage.records import StoryArticle, WholeStory

PAGE = 8
"""Articles on one page: their buttons fill a phone's screen."""

_LABEL = 60


async def other(call: Call) -> Sequence[Say]:
    """Ask which article, ask whether that is meant, and do it."""
    data = read_data(call.incoming.data)
    whole = await call.room.read(_story_of, call, data.alert) if data is not None else None
    if data is None or whole is None:
        return gone(call)
    asked = _Asked(call, data, whole)
    if data.number is None:
        return asked.which()
    chosen = next((article for article in whole.articles if article.id == data.number), None)
    if chosen is None and (done := await call.room.read(_done_before, call, data.number)) is not None:
        return asked.done(*done)
    if chosen is None or len(whole.articles) < 2:
        return asked.too_late()
    return await asked.divide(chosen) if data.more[1:] == ("yes",) else asked.whether(chosen)


def _story_of(call: Call, number: int) -> WholeStory | None:
    told = told_of(call, number)
    return call.room.store.stories.shown(told.story) if told is not None else None


def _done_before(call: Call, number: int) -> tuple[StoryArticle, int] | None:
    """The article and its new story, where this very request made that: the service was killed before it said so."""
    made = call.room.store.stories.made_by(call.request)
    whole = call.room.store.stories.shown(made) if made is not None else None
    article = next((one for one in whole.articles if one.id == number), None) if whole is not None else None
    return (article, whole.id) if article is not None and whole is not None else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """The questions about one story; each is written over the one before."""

    call: Call
    data: AlertData
    whole: WholeStory

    def which(self) -> Sequence[Say]:
        words, articles = self.call.words, self.whole.articles
        page = self.data.more[0].removeprefix("p") if self.data.more else "1"
        pages = -(-len(articles) // PAGE)
        number = min(max(int(page), 1), pages) if page.isdecimal() else 1
        shown = articles[(number - 1) * PAGE : number * PAGE]
        rows = [(Key(text=_label(article), data=self._data(article.id)),) for article in shown]
        turns = [
            Key(text=sign, data=self._data(f"p{to}"))
            for sign, to in (("‹", number - 1), ("›", number + 1))
            if 1 <= to <= pages
        ]
        story = words.say("story", number=self.whole.id)
        text = words.say("other_which", story=story, title=safe(self.whole.title, TITLE))
        if pages > 1:
            text += f"\n{words.say('other_page', page=number, pages=pages)}"
        return self.call.replace(text, (*rows, (*turns, *self._back()[0])))

    def whether(self, article: StoryArticle) -> Sequence[Say]:
        words = self.call.words
        named = f"{link(article.title, article.url, TITLE, words)}, {safe(article.publisher, NAME)}"
        yes = Key(text=words.say("other_yes"), data=self._data(article.id, "yes"))
        return self.call.replace(
            words.say("other_sure", article=named), ((yes, Key(text=words.say("other_no"), data=self._data())),)
        )

    async def divide(self, article: StoryArticle) -> Sequence[Say]:
        room = self.call.room
        corrections = Corrections(
            routes={one.key: one for one in routes_of(room.settings)}, owners=room.owners, now=room.now()
        )
        made = await room.write(
            room.store.stories.split,
            self.whole.id,
            [article.id],
            reason=str(Reason(why=Why.BY_HAND)),
            now=room.now(),
            retell=corrections.divided,
            request=self.call.request,
        )
        if made is None:  # another admin was faster
            return self.too_late()
        room.wake()
        return self.done(article, made)

    def done(self, article: StoryArticle, made: int) -> Sequence[Say]:
        words = self.call.words
        named = link(article.title, article.url, TITLE, words)
        return self.call.replace(words.say("other_done", article=named, made=made, number=self.whole.id))

    def too_late(self) -> Sequence[Say]:
        return self.call.replace(self.call.words.say("other_gone"), self._back())

    def _data(self, *more: str | int) -> str:
        return data_of("other", self.data.alert, *more)

    def _back(self) -> Keyboard:
        return ((Key(text=self.call.words.say("other_back"), data=data_of("more", self.data.alert, "here")),),)


def _label(article: StoryArticle) -> str:
    return cut(f"{cut(article.publisher, _LABEL // 3)}: {' '.join(article.title.split())}", _LABEL)


BUTTONS = [Button(prefix="other", needs=Needs.ADMIN, run=other)]
