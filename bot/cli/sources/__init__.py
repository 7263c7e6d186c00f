"""`rackwatch sources …`: what is watched, how it fares, and what there is to watch.

YAML owns the sources: what changes them edits it (`bot.edit_config`). A running service follows by itself.
"""

from __future__ import annotations

import typer

from bot.cli.sources import add, attempt, lists, show, switch, transfer

group = typer.Typer(help="What is watched, how it fares, and what there is to watch.", no_args_is_help=True)

for module in (lists, show, add, attempt, switch, transfer):
    module.register(group)
