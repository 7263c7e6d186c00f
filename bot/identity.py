"""Who we are: the version of the installed program."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    """The version, "0" where the program runs without being installed."""
    try:
        return version("rackwatch")
    except PackageNotFoundError:
        return "0"
