"""`rules report`: what readers' votes say of each rule."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bot.cli.context import existing_store, state_of
from bot.cli.output import out, print_json, table
from bot.clock import utc_now
from bot.errors import Refused
from bot.rulesets.vote_reports import reports_since
from bot.rulesets.votes import RuleReport
from bot.units import parse_duration

Since = Annotated[str, typer.Option(help="Alerts of the last 30d, 12h …")]


def register(group: typer.Typer) -> None:
    group.command("report")(report_votes)


def report_votes(
    context: typer.Context,
    since: Since = "365d",
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Alerts and votes of each rule, how many of its alerts were wanted, and words that could exclude the others."""
    settings = state_of(context).settings()
    try:
        earliest = utc_now() - parse_duration(since)
    except ValueError as error:
        raise Refused(f"--since: {error}") from error
    with existing_store(settings) as store:
        reports = reports_since(store, earliest)
    if json:
        print_json([_as_json(one) for one in reports])
    elif not reports:
        out.print("no alerts yet")
    else:
        _show(reports)


def _show(reports: list[RuleReport]) -> None:
    out.print(
        table(
            "rule", ">alerts", ">👍", ">👎", ">precision", "95 %", "only in 👎",
            rows=[
                (one.rule, one.alerts, one.up, one.down, _share(one), _interval(one), _words(one)) for one in reports
            ],
        )
    )  # fmt: skip
    if not any(one.up or one.down for one in reports):
        out.print("Nobody voted yet; the buttons 👍 and 👎 stand under each alert in Telegram.", soft_wrap=True)


def _share(one: RuleReport) -> str:
    return f"{one.precision.share:.0%}" if one.precision is not None else "–"


def _interval(one: RuleReport) -> str:
    return f"{one.precision.low:.0%}–{one.precision.high:.0%}" if one.precision is not None else ""


def _words(one: RuleReport) -> str:
    return ", ".join(f"{suggestion.word} ({suggestion.alerts})" for suggestion in one.suggestions)


def _as_json(one: RuleReport) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "alerts": one.alerts,
        "up": one.up,
        "down": one.down,
        "wanted": one.wanted,
        "unwanted": one.unwanted,
        "precision": one.precision,
        "only_in_unwanted": one.suggestions,
    }
