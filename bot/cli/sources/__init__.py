"""`rackwatch sources …`: what is watched, how it fares, and what there is to watch.

YAML owns the sources: what changes them edits it (`bot.edit_config`). A running service follows by itself.
"""

from __future__ import annotations

import typer

from bot.cli.lazy import lazy_group

group = typer.Typer(
    cls=lazy_group(
        {
            "list": "bot.cli.sources.lists",
            "show": "bot.cli.sources.show",
            "add": "bot.cli.sources.add",
            "try": "bot.cli.sources.attempt",
            "pause": "bot.cli.sources.switch",
            "resume": "bot.cli.sources.switch",
            "remove": "bot.cli.sources.switch",
            "import": "bot.cli.sources.transfer",
            "export": "bot.cli.sources.transfer",
        }
    ),
    help="What is watched, how it fares, and what there is to watch.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="sources")
