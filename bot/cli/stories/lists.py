"""`stories list` and `stories show`: the archive's stories, their articles, and why each is there."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from bot.cli.context import existing_store, state_of, zone_of
from bot.cli.output import out, plain, print_json, table, when
from bot.cli.rules.marked import plain_line
from bot.cli.stories.standing import held_stories, held_text, passed_text, print_passed_over
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
    passed_over: Annotated[
        bool, typer.Option("--passed-over", help="What was passed over in that time, and is told in digests.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Stories with the latest news first."""
    settings = state_of(context).settings()
    try:
        earliest = utc_now() - parse_duration(since)
    except ValueError as error:
        raise Refused(f"--since: {error}") from error
    zone, more = zone_of(settings), f" (the latest {limit}; more with --limit)"
    if passed_over:
        with existing_store(settings) as store:
            passed = store.passed_over.listed(since=earliest, limit=limit)
        if json:
            print_json(passed)
            return
        print_passed_over(passed, zone, len(settings.chats))
        out.print(f"{len(passed)} passed over" + (more if len(passed) == limit else ""))
        return
    with existing_store(settings) as store:
        found = store.stories.listed(since=earliest, limit=limit)
        held = held_stories(store, settings, [story.id for story in found])
    if json:
        print_json([plain(story) | {"held": plain(held.get(story.id, ()))} for story in found])
        return
    rows = [
        (
            str(story.id),
            when(story.last_entry_at, zone)[:16],
            str(story.articles),
            "; ".join(filter(None, (story.alerts, held_text(held.get(story.id, ()), settings)))),
            plain_line(story.title),
        )
        for story in found
    ]
    out.print(table("story", "latest", "articles", "!alerts", "title", rows=rows))
    out.print(f"{len(found)} stories" + (more if len(found) == limit else ""))


def show(
    context: typer.Context,
    story: Annotated[int, typer.Argument(min=1, max=LAST_ID, metavar="ID", help="The story's number.")],
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """A story's articles in order of time, each with the reason why it is there."""
    settings = state_of(context).settings()
    with existing_store(settings) as store:
        found = store.stories.shown(story)
        held = held_stories(store, settings, [story]).get(story, ())
        passed = store.passed_over.of_story(story)
    if found is None:
        raise Refused(f"there is no story {story}; 'rackwatch stories list' shows them")
    if json:
        print_json(plain(found) | {"held": plain(held), "passed_over": plain(passed)})
        return
    zone = zone_of(settings)
    out.print(Text.assemble((f"Story {found.id}  ", "dim"), (plain_line(found.title), "bold")), soft_wrap=True)
    if found.merged_into is not None:
        out.print(f"It is one with story {found.merged_into}: {found.merged_reason}", markup=False, soft_wrap=True)
    for other, reason in found.absorbed:
        out.print(f"Story {other} went into it: {reason}", markup=False, soft_wrap=True)
    for article in found.articles:
        out.print(f"{when(article.dated_at, zone)[:16]}  {article.publisher}", style="dim", markup=False)
        out.print(f"  {article.id}: {plain_line(article.title)}", markup=False, soft_wrap=True)
        copy = f" (repeats article {article.copy_of})" if article.copy_of is not None else ""
        out.print(f"  why: {article.reason}{copy}", markup=False, soft_wrap=True)
        if article.url:
            out.print(f"  {article.url}", style="blue", markup=False, soft_wrap=True)
    if found.alerts:
        out.print(f"alerts: {found.alerts}", markup=False)
    if held:
        out.print(held_text(held, settings), markup=False)
    for one in passed:
        out.print(passed_text(one, zone), markup=False, soft_wrap=True)
