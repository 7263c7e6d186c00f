"""All commands, put together. Each module holds one group."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import alerts, archive, connection_test, db, demo, folder, poll_now, rules, service, sources, stories
from bot.cli.context import State
from bot.cli.output import out
from bot.identity import program_version
from bot.logs import set_up_logs

app = typer.Typer(
    help="News watch: polls sources, groups articles into stories, judges them by your rules, alerts once per story.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"rackwatch {program_version()}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Option("--dir", "-C", help="Working folder; default: $RACKWATCH_DIR, else the current folder."),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Log everything, to standard error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version
    set_up_logs(debug=debug, quiet=True)
    context.obj = State(folder=folder, debug=debug)


folder.register(app)
service.register(app)
poll_now.register(app)
demo.register(app)
app.add_typer(rules.group, name="rules")
app.add_typer(stories.group, name="stories")
app.add_typer(archive.group, name="archive")
app.add_typer(alerts.group, name="alerts")
app.add_typer(sources.group, name="sources")
app.add_typer(connection_test.group, name="telegram")
app.add_typer(db.group, name="db")
