"""`sources add`: an address is looked at once, recognised, and written into rackwatch.yaml."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from pydantic import ValidationError

from bot.cli.context import state_of
from bot.cli.sources.addresses import whole_address
from bot.cli.sources.configured import Yes
from bot.errors import Refused
from bot.event_loop import complete
from bot.settings import Settings, Source
from bot.units import format_duration, parse_duration


class FullText(StrEnum):
    """Whether articles' pages are fetched."""

    CANDIDATES = "candidates"
    ALWAYS = "always"
    NEVER = "never"


def register(group: typer.Typer) -> None:
    group.command()(add)


def add(
    context: typer.Context,
    address: Annotated[str, typer.Argument(metavar="URL|HOST", help="A feed, or a page; https:// is assumed.")],
    key: Annotated[str | None, typer.Option(help="Its key; default: made of its title.")] = None,
    title: Annotated[str | None, typer.Option(help="Its name for people; default: its own.")] = None,
    language: Annotated[str | None, typer.Option(help="Language code of its texts.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be repeated.")] = None,
    interval: Annotated[str | None, typer.Option(help="How often to look: 10m, 1h; default: its rhythm.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Its independent owner.")] = None,
    full_text: Annotated[FullText | None, typer.Option(help="Whether to fetch its articles' pages.")] = None,
    page: Annotated[
        bool, typer.Option("--page", help="Watch the page's list itself, by the likeliest selectors.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Find the feed at an address and add it to rackwatch.yaml; only addresses that the page names are asked."""
    from bot.cli.sources.finding import find  # noqa: PLC0415 - other commands start without it
    from bot.cli.sources.writing import write  # noqa: PLC0415 - the same

    settings = state_of(context).settings()
    details: dict[str, object] = {
        "title": title,
        "publisher": publisher,
        "language": language,
        "tags": tag or None,
        "interval": _interval(interval),
        "full_text": full_text.value if full_text is not None else None,
    }
    _check(settings, key, details)
    found = complete(find(settings, whole_address(address), page=page, ask=not yes, language=language))
    write(settings, found, key=key, details=details, ask=not yes)


def _interval(text: str | None) -> str | None:
    try:
        return format_duration(parse_duration(text)) if text is not None else None
    except ValueError as error:
        raise Refused(f"--interval: {error}") from error


def _check(settings: Settings, key: str | None, details: dict[str, object]) -> None:
    """What was typed, before anybody is asked for anything. Raises Refused."""
    if key is not None and any(source.key == key for source in settings.config.sources):
        raise Refused(f"a source named {key} is there already; choose another --key")
    values = {name: value for name, value in details.items() if value is not None}
    try:
        Source.model_validate({"key": key or "a", "url": "https://a.example/"} | values)
    except ValidationError as invalid:
        error = invalid.errors()[0]
        option = {"tags": "tag", "full_text": "full-text"}.get(str(error["loc"][0]), error["loc"][0])
        raise Refused(f"--{option}: {str(error['msg']).removeprefix('Value error, ')}") from invalid
