"""Lines of what rules would have done: cut to a terminal's width, whole where a program reads them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from bot.cli.bars import shown
from bot.cli.output import err, out

PATIENCE = 1.0
"""Seconds after which a progress bar is worth its flicker."""

NAME = 30
"""Signs of a publisher's name in a line."""

SIGNS = {"+": "green", "−": "red", "~": "yellow"}


def say(*parts: str | tuple[str, str], indent: int = 0) -> None:
    """One line of parts, each a text or (text, style); a terminal cuts what is too long for it."""
    line = Text(" " * indent)
    for part in parts:
        text, style = part if isinstance(part, tuple) else (part, "")
        line.append(shown(" ".join(text.splitlines()), out.encoding), style=style)
    if out.is_terminal:
        out.print(line, no_wrap=True, overflow="ellipsis")
    else:
        out.print(line, soft_wrap=True)


def hang(label: str, value: Text, indent: int) -> None:
    """A label and a text that a terminal wraps beside it."""
    value = value.copy()
    value.plain = shown(value.plain, out.encoding)
    room = out.width - indent - cell_len(label)
    lines = value.wrap(out, room) if out.is_terminal and room > 10 else [value]
    for number, line in enumerate(lines):
        line.rstrip()
        head = label if number == 0 else " " * cell_len(label)
        out.print(Text.assemble(" " * indent, (head, "dim"), line), soft_wrap=True)


def tell(text: str) -> None:
    """A sentence, wrapped by the terminal's width."""
    out.print(shown(text, out.encoding), markup=False, soft_wrap=not out.is_terminal)


def sign(mark: str) -> tuple[str, str]:
    """A sign in its colour."""
    return f"{mark} ", SIGNS.get(mark, "")


def cut(name: str) -> str:
    """A publisher's name, so long that the title beside it has room."""
    return name if len(name) <= NAME else name[: NAME - 1] + "…"


def moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


@contextmanager
def reading() -> Iterator[Callable[[int, int], None]]:
    """A progress bar over the archive, on a terminal and when it takes its time; call it with entries read, of all."""
    progress = Progress(
        TextColumn("reading the archive"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )
    task = progress.add_task("")
    started = time.monotonic()

    def on_read(read: int, total: int) -> None:
        if err.is_terminal and time.monotonic() - started > PATIENCE:
            progress.start()
        progress.update(task, completed=read, total=total)

    try:
        yield on_read
    finally:
        progress.stop()
