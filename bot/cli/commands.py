"""All commands, put together. Each module holds one group."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.lazy import lazy_group
from bot.cli.output import out
from bot.identity import program_version
from bot.logs import set_up_logs

app = typer.Typer(
    cls=lazy_group(
        {
            "init": "bot.cli.folder",
            "check": "bot.cli.folder",
            "run": "bot.cli.service",
            "status": "bot.cli.service",
            "poll": "bot.cli.poll_now",
            "demo": "bot.cli.demo",
            "rules": "bot.cli.rules",
            "archive": "bot.cli.archive",
            "alerts": "bot.cli.alerts",
            "sources": "bot.cli.sources",
            "stories": "bot.cli.stories",
            "explain": "bot.cli.explain",
            "chats": "bot.cli.chats",
            "telegram": "bot.cli.connection_test",
            "db": "bot.cli.db",
        }
    ),
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
    from bot.cli.context import State  # noqa: PLC0415 - '--help' and '--version' start without it

    del version
    set_up_logs(debug=debug, quiet=True)
    context.obj = State(folder=folder, debug=debug)
