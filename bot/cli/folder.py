"""`init` and `check`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.check import check_folder
from bot.cli.context import state_of
from bot.cli.output import err, out, print_json, short_path
from bot.clock import utc_now
from bot.settings import find_folder
from bot.workfolder import write_folder
from rules import Problem


def register(app: typer.Typer) -> None:
    app.command()(init)
    app.command()(check)


def init(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="Folder to make; default: the current one.", metavar="[DIR]")
    ] = None,
) -> None:
    """Write a working folder: rackwatch.yaml, publishers.yaml, rules/, .env.example. Nothing is overwritten."""
    target = (folder or state_of(context).folder or Path()).expanduser()
    for written in write_folder(target):
        mark = "kept   " if written.kept else "written"
        out.print(f"{mark}  {written.path}", markup=False, soft_wrap=True)
    place = "" if target.resolve() == Path.cwd() else f"cd {target} && "
    out.print(
        "\nNext:\n"
        f"  {place}rackwatch check     is everything right?\n"
        f"  {place}rackwatch poll      look at every source once\n"
        f"  {place}rackwatch run       watch; alerts are printed until you connect Telegram\n"
        "\nTelegram, in five minutes (docs/telegram.md):\n"
        "  1. ask @BotFather for a bot (/newbot), and write its token into .env, as .env.example shows\n"
        "  2. start 'rackwatch run', open your bot's chat and press Start: it answers a code\n"
        "  3. in a second terminal, in the same folder: rackwatch chats pair CODE --operator",
        markup=False,
        soft_wrap=True,
    )


def check(context: typer.Context, json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Check everything you edit, and report every mistake as file:line:column."""
    result = check_folder(find_folder(state_of(context).folder), now=utc_now())
    if json:
        print_json(
            {
                "ok": not result.problems,
                "problems": [asdict(problem) for problem in result.problems],
                "warnings": [asdict(problem) for problem in result.warnings],
            }
        )
    else:
        for problem in (*result.problems, *result.warnings):
            err.print(_line(problem), markup=False, soft_wrap=True)
        if not result.problems:
            chats = f"{result.chats} chats" if result.chats else "no chat yet (alerts go to the console)"
            out.print(f"all right: {result.sources} sources, {result.rules} rules, {chats}", markup=False)
    if result.problems:
        raise typer.Exit(1)


def _line(problem: Problem) -> str:
    line = str(problem)
    return short_path(problem.file) + line[len(problem.file) :] if line.startswith(problem.file) else line
