"""`sources try`: what an address, or a source of rackwatch.yaml, gives; nothing is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.context import State, state_of
from bot.cli.output import when
from bot.cli.sources.addresses import looks_like_address
from bot.cli.sources.configured import AsJson, states_of
from bot.cli.sources.wanted import wanted
from bot.clock import utc_now
from bot.documents.entries import Kind
from bot.errors import FolderMissing, Refused
from bot.event_loop import complete
from bot.settings import Configuration, Settings

_SELECTOR = "CSS selector or JMESPath expression"


def register(group: typer.Typer) -> None:
    group.command("try")(try_out)


def try_out(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="URL|SOURCE", help="An address, or the key of a source.")],
    kind: Annotated[Kind | None, typer.Option(help="Read it as this, whatever it looks like.")] = None,
    item: Annotated[str | None, typer.Option(help="Page: CSS selector of one item of the list.")] = None,
    items: Annotated[str | None, typer.Option(help="JSON: JMESPath expression of the list.")] = None,
    link: Annotated[str | None, typer.Option(help=f"{_SELECTOR} of an item's link.")] = None,
    title: Annotated[str | None, typer.Option(help=f"{_SELECTOR} of its title.")] = None,
    date: Annotated[str | None, typer.Option(help=f"{_SELECTOR} of its date.")] = None,
    text: Annotated[str | None, typer.Option(help=f"{_SELECTOR} of its text.")] = None,
    id: Annotated[str | None, typer.Option(help="JSON: expression of what it is known by.")] = None,  # noqa: A002 - the option's name
    author: Annotated[str | None, typer.Option(help="JSON: expression of its author.")] = None,
    language: Annotated[str | None, typer.Option(help="JSON: expression of its language.")] = None,
    match: Annotated[str | None, typer.Option(help="Sitemap: only addresses that contain this.")] = None,
    body: Annotated[str | None, typer.Option(metavar="JSON", help="Send this: the request is a POST.")] = None,
    json: AsJson = False,
) -> None:
    """Look at an address or a source once, and show what it gives; nothing is changed.

    For a page it shows the feeds that the page names, and selectors that read its list; for JSON its lists.
    """
    given = {
        "item": item, "items": items, "link": link, "title": title, "date": date, "text": text, "id": id,
        "author": author, "language": language, "match": match,
    }  # fmt: skip
    settings = _settings(state_of(context), what)
    options = {name: value for name, value in given.items() if value is not None}
    found = wanted(settings, what, kind, options, body)
    _refuse_where_we_wait(settings, found.key)
    from bot.cli.sources.trying import try_once  # noqa: PLC0415 - other commands start without it

    if not complete(try_once(settings, found, json=json)):
        raise typer.Exit(1)


def _settings(state: State, what: str) -> Settings:
    """Those of the working folder; an address can be tried without one."""
    try:
        return state.settings()
    except FolderMissing:
        if not looks_like_address(what):
            raise
        return Settings(folder=Path(), config=Configuration.model_validate({}), token=None)


def _refuse_where_we_wait(settings: Settings, key: str | None) -> None:
    """A server that asked us to wait waits for nobody's curiosity either."""
    state = states_of(settings).get(key) if key is not None else None
    if state is not None and state.not_before is not None and state.not_before > utc_now():
        until = when(state.not_before, ZoneInfo(settings.config.timezone))
        raise Refused(f"the server of {key} asked to wait until {until}; nobody asks it before")
