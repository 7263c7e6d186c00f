"""`stories merge` and `stories split`: a person's word on what belongs together; it wins, and is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from bot.alerts.plan import merged
from bot.cli.context import existing_store, state_of
from bot.cli.output import out
from bot.cli.stories.lists import LAST_ID
from bot.clock import utc_now
from bot.errors import Refused
from bot.stories.reasons import Reason, Why
from storage.records import AlertWrite, KnownStory

_BY_HAND = str(Reason(why=Why.BY_HAND))


def register(group: typer.Typer) -> None:
    group.command()(merge)
    group.command()(split)


def merge(
    context: typer.Context,
    story: Annotated[int, typer.Argument(min=1, max=LAST_ID, metavar="ID", help="A story.")],
    other: Annotated[int, typer.Argument(min=1, max=LAST_ID, metavar="OTHER", help="The story that it is one with.")],
) -> None:
    """Make one story of two: the older keeps its number and its messages, those of the newer point to them."""
    if story == other:
        raise Refused(f"story {story} is one with itself already; name two stories")
    newer, older = max(story, other), min(story, other)
    with existing_store(state_of(context).settings()) as store:
        for number in (older, newer):
            found = store.stories.shown(number)
            if found is None:
                raise Refused(f"there is no story {number}; 'rackwatch stories list' shows them")
            if found.merged_into is not None:
                raise Refused(f"story {number} went into story {found.merged_into}; name that one")
        store.stories.merge(newer, older, reason=_BY_HAND, now=utc_now(), retell=_retell)
    out.print(f"Stories {older} and {newer} are story {older} now.")


def split(
    context: typer.Context,
    story: Annotated[int, typer.Argument(min=1, max=LAST_ID, metavar="ID", help="The story.")],
    articles: Annotated[
        list[int], typer.Argument(min=1, max=LAST_ID, metavar="ARTICLE...", help="Its articles that are another story.")
    ],
) -> None:
    """Take articles out of a story into one of their own; the two are not joined again. Messages stay as they are."""
    with existing_store(state_of(context).settings()) as store:
        if store.stories.shown(story) is None:
            raise Refused(f"there is no story {story}; 'rackwatch stories list' shows them")
        made = store.stories.split(story, articles, reason=_BY_HAND, now=utc_now())
    if made is None:
        raise Refused(
            f"these are not articles of story {story}, or they are all of it; 'rackwatch stories show {story}' "
            "gives their numbers"
        )
    out.print(f"Story {made} has them now; story {story} keeps the others.")


def _retell(stories: Sequence[KnownStory]) -> list[AlertWrite]:
    """What the alerts of two stories say when they are one: the older's tells of both, the newer's where."""
    older, newer = sorted(stories, key=lambda story: story.id)
    kept = {alert.chat: alert for alert in older.alerts}
    told = []
    for gone in newer.alerts:
        if gone.chat in kept:
            stays = kept[gone.chat]
            both, pointer = merged(stays.content, gone.content, stays.id, gone.id)
            told.append(AlertWrite(id=stays.id, story=older.id, chat=gone.chat, content=both, releases=False))
            told.append(AlertWrite(id=gone.id, story=newer.id, chat=gone.chat, content=pointer, releases=False))
    return told
