"""`archive`: questions to what was collected."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.archive.query import parse_query
from bot.archive.snippet import snippet
from bot.cli.context import existing_store, state_of, zone_of
from bot.cli.output import out, plain, print_json, when
from bot.cli.stories.standing import held_stories, held_text
from bot.clock import utc_now
from bot.errors import Refused
from bot.units import parse_duration

group = typer.Typer(help="Search what was collected.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="archive")


@group.callback()
def _group() -> None:
    """Search what was collected."""


@group.command()
def search(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS...", help='All of these: words, "a phrase", begin*, -without.')
    ],
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Entries at most.")] = 20,
    since: Annotated[str | None, typer.Option(help="Only the last 30d, 12h …")] = None,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Find entries that contain all of the words, newest first."""
    settings = state_of(context).settings()
    query = parse_query(words)
    try:
        earliest = utc_now() - parse_duration(since) if since is not None else None
    except ValueError as error:
        raise Refused(f"--since: {error}") from error
    with existing_store(settings) as store:
        found = store.archive.search(query, limit=limit, since=earliest)
        matched = {entry.story_id for entry in found if entry.rules and entry.story_id is not None}
        held = held_stories(store, settings, matched)
    if json:
        print_json([plain(entry) | {"held": plain(held.get(entry.story_id or 0, ()))} for entry in found])
        return
    zone = zone_of(settings)
    for entry in found:
        waits = held_text(held.get(entry.story_id or 0, ()), settings)
        marks = (f"  [{', '.join(entry.rules)}]" if entry.rules else "") + (f"  {waits}" if waits else "")
        out.print(f"{when(entry.dated_at, zone)[:16]}  {entry.publisher}{marks}", style="dim", markup=False)
        out.print(entry.title or "(untitled)", style="bold", markup=False)
        passage = snippet(entry.text, query)
        if passage.plain:
            out.print(passage)
        if entry.url:
            out.print(entry.url, style="blue", markup=False, soft_wrap=True)
        out.print()
    out.print(f"{len(found)} entries" + (f" (the newest {limit}; more with --limit)" if len(found) == limit else ""))
