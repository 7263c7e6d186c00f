"""`rackwatch stories …`: which articles belong together, and why."""

from __future__ import annotations

import typer

from bot.cli.lazy import lazy_group

# Not `group`: the module of that name, once imported, would stand in its place.
commands = typer.Typer(
    cls=lazy_group(
        {
            "list": "bot.cli.stories.lists",
            "show": "bot.cli.stories.lists",
            "merge": "bot.cli.stories.correct",
            "split": "bot.cli.stories.correct",
            "group": "bot.cli.stories.grouping",
        }
    ),
    help="Stories: which articles belong together, and why.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    app.add_typer(commands, name="stories")
