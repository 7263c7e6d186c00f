"""Which rules a command works with, where it may also be used outside a working folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.context import state_of
from bot.errors import FolderMissing
from bot.settings import find_folder, load_settings
from rules import RuleSet, load_folder, load_texts, shipped_watches

RulesOption = Annotated[
    Path | None,
    typer.Option(
        "--rules", metavar="DIR", help="Folder or file of rules; default: the working folder's, else the shipped."
    ),
]


def chosen_rules(context: typer.Context, path: Path | None) -> RuleSet:
    """The rules at `path`, else of the working folder, else those that come with rackwatch.

    Raises RulesInvalid, and FolderMissing when a folder was named and is none.
    """
    if path is not None and path.is_file():
        return load_texts({path.name: path.read_text(encoding="utf-8")})
    return load_folder(path if path is not None else _default(context))


def _default(context: typer.Context) -> Path:
    named = state_of(context).folder
    try:
        return load_settings(find_folder(named)).rules_folder
    except FolderMissing:
        if named is not None:
            raise
        return shipped_watches()
