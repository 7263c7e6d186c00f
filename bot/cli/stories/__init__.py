"""`rackwatch stories …`: which articles belong together, and why."""

from __future__ import annotations

import typer

from bot.cli.stories import group as grouping
from bot.cli.stories import lists

group = typer.Typer(no_args_is_help=True, help="Stories: which articles belong together, and why.")

for module in (grouping, lists):
    module.register(group)
