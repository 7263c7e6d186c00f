"""`explain story`: why articles belong together."""

from __future__ import annotations

import typer

from bot.cli.stories.lists import show

group = typer.Typer(help="Why things are as they are.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Why things are as they are."""


group.command("story")(show)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="explain")
