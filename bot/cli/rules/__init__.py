"""`rackwatch rules …`: write, test, try and change rules."""

from __future__ import annotations

import typer

from bot.cli.lazy import lazy_group

group = typer.Typer(
    cls=lazy_group(
        {
            "test": "bot.cli.rules.files",
            "new": "bot.cli.rules.files",
            "schema": "bot.cli.rules.files",
            "match": "bot.cli.rules.match",
            "explain": "bot.cli.rules.explain",
            "backtest": "bot.cli.rules.backtest",
            "plan": "bot.cli.rules.change",
            "apply": "bot.cli.rules.change",
            "history": "bot.cli.rules.history",
            "restore": "bot.cli.rules.change",
            "report": "bot.cli.rules.report",
            "learn": "bot.cli.rules.learn",
        }
    ),
    no_args_is_help=True,
    help="Rule files: test them, ask why, see what a change would do.",
)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="rules")
