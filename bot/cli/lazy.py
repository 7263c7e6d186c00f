"""Groups of commands whose modules are imported when a command is asked for: a start costs what it needs.

All modules together take twice as long to import as the dearest command needs.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

import typer
from typer.core import TyperGroup


class _Commands(Mapping[str, Any]):
    """Commands by name; `modules` says whose `register` adds which."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules

    def __getitem__(self, name: str) -> Any:
        app = typer.Typer(rich_markup_mode=None)
        importlib.import_module(self._modules[name]).register(app)
        return typer.main.get_group(app).commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


def lazy_group(modules: Mapping[str, str]) -> type[TyperGroup]:
    """A class for `typer.Typer(cls=…)`: the group of these commands, each with the module that registers it."""

    class LazyGroup(TyperGroup):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.commands: Any = _Commands(modules)

    return LazyGroup
