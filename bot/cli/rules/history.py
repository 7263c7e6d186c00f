"""`rules history`: which rules were in force when."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.cli.context import existing_store, state_of, zone_of
from bot.cli.output import out, print_json
from storage.records import RulesChange


def register(group: typer.Typer) -> None:
    group.command()(history)


def history(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Changes at most.")] = 30,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show which rules were in force when, newest first."""
    settings = state_of(context).settings()
    with existing_store(settings) as store:
        changes = store.rule_sets.history(limit=limit)
    if json:
        print_json([_as_json(change, current=number == 0) for number, change in enumerate(changes)])
    elif not changes:
        out.print("no rules were in force yet; 'rackwatch run' or 'rackwatch poll' takes those of the folder")
    else:
        _show(changes, zone_of(settings))


def _show(changes: list[RulesChange], zone: ZoneInfo) -> None:
    from bot.cli.rules.lines import moment, say  # noqa: PLC0415 - other commands start without it

    for number, change in enumerate(changes):
        tally = change.tally
        size = f"{tally.rules:>6} {'rule ' if tally.rules == 1 else 'rules'}" if tally else ""
        counted = f"{size}  +{tally.added} −{tally.removed} ~{tally.changed}" if tally else ""
        say(
            ("● " if number == 0 else "  ", "green"),
            (change.version, "bold"),
            f"  {moment(change.in_force_at, zone)}  {change.cause.value:<8}{counted}",
            (" in force" if number == 0 else "", "green"),
        )
        first = tally is not None and tally.added == tally.rules and not tally.removed
        if tally and tally.names and not first:
            more = tally.added + tally.removed + tally.changed - len(tally.names)
            say((", ".join(tally.names) + (f" and {more} more" if more else ""), "dim"), indent=4)


def _as_json(change: RulesChange, *, current: bool) -> dict[str, Any]:
    return {
        "version": change.version,
        "in_force_at": change.in_force_at,
        "cause": change.cause,
        "current": current,
        "change": change.tally,
    }
