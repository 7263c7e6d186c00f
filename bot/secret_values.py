"""Secrets from the environment, from `.env` in the working folder, or from files that they name; never from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A secret and where it stood; or why it cannot be read. The reason never shows the secret."""

    value: str = ""
    where: str = ""
    problem: str = ""


class SecretValues:
    """Reads by the name of a variable; `.env` once. Real variables win as a pair, whichever form they use."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        file = folder / ".env"
        dotenv = {key: value for key, value in dotenv_values(file).items() if value} if file.is_file() else {}
        self._places = (environment, dotenv)

    def find(self, variable: str) -> Found | None:
        """The secret of `variable`, or of the file that `variable`_FILE names; None where neither is set."""
        for values in self._places:
            if values.get(variable):
                return Found(value=str(values[variable]).strip(), where=variable)
            if name := values.get(f"{variable}_FILE"):
                return self._of_file(variable, str(name))
        return None

    def _of_file(self, variable: str, name: str) -> Found:
        try:
            text = (self._folder / Path(name).expanduser()).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not a text file"
            return Found(problem=f"{variable}_FILE names {name}, which cannot be read: {reason}")
        return Found(value=text, where=f"the file {name} of {variable}_FILE")
