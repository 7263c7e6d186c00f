"""`stories merge` and `stories split`: a person's word on what belongs together; it wins, and is remembered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from bot.audience import routes_of
from bot.cli.context import existing_store, state_of
from bot.cli.output import out
from bot.cli.stories.lists import LAST_ID
from bot.clock import utc_now
from bot.corrections import Corrections
from bot.errors import Refused
from bot.people import with_people
from bot.publishers_file import PUBLISHERS_NAME, load_owners
from bot.settings import Settings
from bot.stories.reasons import Reason, Why

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
    settings, now = state_of(context).settings(), utc_now()
    with existing_store(settings) as store:
        corrections = _corrections(with_people(settings, store.people.known()), now)
        for number in (older, newer):
            found = store.stories.shown(number)
            if found is None:
                raise Refused(f"there is no story {number}; 'rackwatch stories list' shows them")
            if found.merged_into is not None:
                raise Refused(f"story {number} went into story {found.merged_into}; name that one")
        store.stories.merge(newer, older, reason=_BY_HAND, now=now, retell=corrections.merged)
    out.print(f"Stories {older} and {newer} are story {older} now.")


def split(
    context: typer.Context,
    story: Annotated[int, typer.Argument(min=1, max=LAST_ID, metavar="ID", help="The story.")],
    articles: Annotated[
        list[int], typer.Argument(min=1, max=LAST_ID, metavar="ARTICLE...", help="Its articles that are another story.")
    ],
) -> None:
    """Take articles out of a story into one of their own; the two are not joined again. Each has a message then."""
    settings, now = state_of(context).settings(), utc_now()
    with existing_store(settings) as store:
        corrections = _corrections(with_people(settings, store.people.known()), now)
        if store.stories.shown(story) is None:
            raise Refused(f"there is no story {story}; 'rackwatch stories list' shows them")
        made = store.stories.split(story, articles, reason=_BY_HAND, now=now, retell=corrections.divided)
    if made is None:
        raise Refused(
            f"these are not articles of story {story}, or they are all of it; 'rackwatch stories show {story}' "
            "gives their numbers"
        )
    out.print(f"Story {made} has them now; story {story} keeps the others.")


def _corrections(settings: Settings, now: datetime) -> Corrections:
    """How alerts are told anew in this working folder."""
    routes = {route.key: route for route in routes_of(settings)}
    return Corrections(routes=routes, owners=load_owners(settings.folder / PUBLISHERS_NAME), now=now)
