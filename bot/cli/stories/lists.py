"""`stories list` and `stories show`: the archive's stories, their articles, and why each is there."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from bot.cli.context import existing_store, state_of, zone_of
from bot.cli.output import out, print_json, table, when
from bot.cli.rules.marked import plain_line
from bot.clock import utc_now
from bot.errors import Refused
from bot.units import parse_duration

LAST_ID = 2**63 - 1
"""The largest number that a database gives."""


def register(group: typer.Typer) -> None:
    group.command("list")(list_stories)
    group.command()(show)


def list_stories(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="Stories with an article in the last 7d, 12h …")] = "7d",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Stories at most.")] = 30,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Stories with the latest news first."""
    settings = state_of(context).settings()
    try:
        earliest = utc_now() - parse_duration(since)
    except ValueError as error:
        raise Refused(f"--since: {error}") from error
    with existing_store(settings) as store:
        found = store.stories.listed(since=earliest, limit=limit)
    if json:
        print_json(found)
        return
    zone = zone_of(settings)
    rows = [
        (
            str(story.id),
            when(story.last_entry_at, zone)[:16],
            str(story.articles),
            story.alerts,
            plain_line(story.title),
        )
        for story in found
    ]
    out.print(table("story", "latest", "articles", "alerts", "title", rows=rows))
    out.print(f"{len(found)} stories" + (f" (the latest {limit}; more with --limit)" if len(found) == limit else ""))


def show(
    context: typer.Context,
    story: Annotated[int, typer.Argument(min=1, max=LAST_ID, metavar="ID", help="The story's number.")],
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """A story's articles in order of time, each with the reason why it is there."""
    settings = state_of(context).settings()
    with existing_store(settings) as store:
        found = store.stories.shown(story)
    if found is None:
        raise Refused(f"there is no story {story}; 'rackwatch stories list' shows them")
    if json:
        print_json(found)
        return
    zone = zone_of(settings)
    out.print(Text.assemble((f"Story {found.id}  ", "dim"), (plain_line(found.title), "bold")), soft_wrap=True)
    if found.merged_into is not None:
        out.print(f"It is one with story {found.merged_into}: {found.merged_reason}", markup=False, soft_wrap=True)
    for article in found.articles:
        out.print(f"{when(article.dated_at, zone)[:16]}  {article.publisher}", style="dim", markup=False)
        out.print(f"  {article.id}: {plain_line(article.title)}", markup=False, soft_wrap=True)
        copy = f" (repeats article {article.copy_of})" if article.copy_of is not None else ""
        out.print(f"  why: {article.reason}{copy}", markup=False, soft_wrap=True)
        if article.url:
            out.print(f"  {article.url}", style="blue", markup=False, soft_wrap=True)
    if found.alerts:
        out.print(f"alerts: {found.alerts}", markup=False)
