"""`sources list`: all sources in a table."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.context import state_of
from bot.cli.output import ago, out, print_json, table, until
from bot.cli.sources.configured import AsJson, states_of, tagged
from bot.cli.sources.standing import as_json, kind_of, needs_a_look, standing
from bot.clock import utc_now


def register(group: typer.Typer) -> None:
    group.command("list")(list_sources)


def list_sources(
    context: typer.Context,
    failing: Annotated[bool, typer.Option("--failing", help="Only those that fail, are gone or silent.")] = False,
    tag: Annotated[list[str] | None, typer.Option(help="Only those with this tag; may be repeated.")] = None,
    json: AsJson = False,
) -> None:
    """All sources of rackwatch.yaml, and how they fare."""
    settings = state_of(context).settings()
    states = states_of(settings)
    sources = tagged(settings, tag) if tag else settings.config.sources
    rows = [(source, states.get(source.key)) for source in sources]
    rows = [(source, state) for source, state in rows if not failing or needs_a_look(source, state)]
    now = utc_now()
    if json:
        print_json([as_json(source, state, settings, now) for source, state in rows])
        return
    if not rows:
        out.print(
            "all sources fare well"
            if failing and sources
            else "no sources yet; add one with 'rackwatch sources add https://…'",
            soft_wrap=True,
        )
        return
    out.print(
        table(
            "!source", "kind", "tags", ">entries", "last look", "state", "next check",
            rows=[
                (
                    source.key, kind_of(source, settings), ", ".join(source.tags), state.entries if state else 0,
                    ago(state.last_checked_at if state else None, now), _words(*standing(source, state, now)),
                    "–"
                    if source.paused or state is None or state.health.disabled_at is not None
                    else until(state.next_check_at, now),
                )
                for source, state in rows
            ],
        )
    )  # fmt: skip


def _words(state: str, reason: str) -> str:
    return f"{state} ({reason})" if reason else state
