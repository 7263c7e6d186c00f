"""The command `rackwatch`. Imports nothing of ours before it is sure that it is ours."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

INTERNAL_ERROR = 70
"""sysexits.h, EX_SOFTWARE: a bug, not the user's mistake."""


def scattered() -> str | None:
    """Why the three packages are not one installation; None when they are.

    Their names are generic: another package `bot` or a folder `rules` could stand first on the import path.
    """
    homes: dict[str, Path | None] = {}
    for name in ("bot", "storage", "rules"):
        spec = importlib.util.find_spec(name)
        homes[name] = Path(spec.origin).resolve().parent.parent if spec is not None and spec.origin else None
    if len(set(homes.values())) == 1 and None not in homes.values():
        return None
    places = "\n".join(f"  {name}: {home or 'missing, or a folder without code'}" for name, home in homes.items())
    return (
        "rackwatch: its packages bot, storage and rules must stand in one folder, but Python finds them here:\n"
        f"{places}\n"
        "Another package of the same name is in the way. Install rackwatch into an environment of its own: "
        "a virtual environment, pipx or uv tool (README.md)."
    )


def main() -> None:
    """Entry of the console command; ends the process with an exit code."""
    problem = scattered()
    if problem is not None:
        sys.stderr.write(problem + "\n")
        sys.exit(1)
    from bot.cli.run_command import run_command  # noqa: PLC0415 - only after the check above

    sys.exit(run_command())


if __name__ == "__main__":
    main()
