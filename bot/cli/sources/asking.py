"""Questions to the person at the terminal, where there is one."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from bot.cli.output import out


def someone_is_there() -> bool:
    return sys.stdin.isatty() and out.is_terminal


def confirm(question: str, *, default: bool) -> bool:
    try:
        return typer.confirm(question, default=default)
    except typer.Abort:
        raise KeyboardInterrupt from None  # which ends the command as everywhere else: 130


def choose(question: str, choices: Sequence[str]) -> int:
    """The index of the choice; the first is the default."""
    for number, choice in enumerate(choices, start=1):
        out.print(f"  {number}  {choice}", markup=False, soft_wrap=True)
    while True:
        try:
            typed: str = typer.prompt(question, default="1")
        except typer.Abort:
            raise KeyboardInterrupt from None
        if typed.strip().isdigit() and 1 <= int(typed) <= len(choices):
            return int(typed) - 1
        out.print(f"type a number from 1 to {len(choices)}")
