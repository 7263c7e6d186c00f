"""Secrets from the environment, from `.env` in the working folder, or from files that they name; never from YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from pydantic import SecretStr

from bot.extras import installed
from bot.setting_types import is_variable_name
from rules.problems import Problem
from rules.yaml_source import YamlDocument

TOKEN_VARIABLE = "RACKWATCH_TELEGRAM_TOKEN"  # noqa: S105 - the variable's name, not a token


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


def read_token(document: YamlDocument, secrets: SecretValues) -> tuple[SecretStr | None, list[Problem]]:
    """The bot's token, None where there is none, and what is wrong with it."""
    found = secrets.find(TOKEN_VARIABLE)
    if found is None:
        return None, []
    problem = found.problem
    # The message never shows the token: it goes to screens and logs.
    if not problem and not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", found.value):
        problem = f"{found.where} does not look like a token from @BotFather (digits, a colon, letters)"
    return (None, [_secret_problem(document, problem)]) if problem else (SecretStr(found.value), [])


def _secret_problem(document: YamlDocument, message: str) -> Problem:
    return Problem(file=document.file, line=1, column=1, message=message)


def read_urls(document: YamlDocument, secrets: SecretValues) -> tuple[dict[str, SecretStr], list[Problem]]:
    """The URLs of chats of kind apprise. Reads the raw data, so that it is reported beside other mistakes."""
    urls, problems = dict[str, SecretStr](), list[Problem]()
    for name, chat in chats_of(document).items():
        if not isinstance(chat, dict) or chat.get("kind") != "apprise":
            continue
        variable = chat.get("url_env")
        message = ""
        if not installed("apprise"):
            message = f"chat '{name}' needs the extra 'apprise', which is not installed; see README.md, 'Installing'"
        elif variable is None:
            message = f"chat '{name}' has no url_env; name the environment variable that holds its URL"
        elif is_variable_name(str(variable)):
            found = secrets.find(str(variable))
            if found is None:
                message = f"chat '{name}' has no URL: set {variable} in the environment or in .env"
            elif found.problem:
                message = found.problem
            # The message never shows the URL: it goes to screens and logs.
            elif not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*://\S+", found.value):
                message = f"{found.where} does not hold one URL of Apprise, such as ntfys://ntfy.example/topic"
            else:
                urls[str(name)] = SecretStr(found.value)
        if message:
            problems.append(document.problem(document.position(("chats", name)), message))
    return urls, problems


def chats_of(document: YamlDocument) -> Mapping[str, object]:
    """The raw chats of rackwatch.yaml; none where they are no mapping."""
    chats = document.data.get("chats") if isinstance(document.data, dict) else None
    return chats if isinstance(chats, dict) else {}
