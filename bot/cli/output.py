"""What commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.units import format_duration

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=2))  # noqa: T201 - this is the output


def plain(value: Any) -> Any:
    """Records as JSON values; times ISO 8601 UTC."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Path):
        return str(value)
    return value


def table(*columns: str, rows: Iterable[Sequence[object]], title: str | None = None) -> Table:
    """A plain table; cells are texts of others, so nothing in them is read as markup.

    A column's name begins with `>` where its cells stand at the right, with `!` where they are never cut in two.
    """
    made = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        right = column.startswith(">")
        whole = column.startswith("!")
        name = column.lstrip(">!")
        made.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=whole)
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(str(cell)) for cell in row))
    return made


def when(moment: datetime | None, zone: ZoneInfo) -> str:
    """A time in the reader's zone; a dash where there is none."""
    return "–" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def until(moment: datetime | None, now: datetime) -> str:
    """`in 14m`, `now`, `–`."""
    if moment is None:
        return "–"
    seconds = (moment - now).total_seconds()
    return "now" if seconds < 1 else f"in {format_duration(round(seconds))}"


def ago(moment: datetime | None, now: datetime) -> str:
    """`3m ago`, `just now`, `never`."""
    if moment is None:
        return "never"
    seconds = (now - moment).total_seconds()
    return "just now" if seconds < 1 else f"{format_duration(round(seconds))} ago"


def short_path(path: str) -> str:
    """A path as one would type it here: relative when it lies below the current folder."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
