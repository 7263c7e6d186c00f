"""`rackwatch rules …`: write, test, try and change rules."""

from __future__ import annotations

import typer

from bot.cli.rules import change, explain, files, match

group = typer.Typer(no_args_is_help=True, help="Rule files: test them, ask why, see what a change would do.")

for module in (files, match, explain, change):
    module.register(group)
