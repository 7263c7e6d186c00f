"""publishers.yaml → the table of owners, or every mistake: the shipped table, and the working folder's over it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from bot.errors import ConfigInvalid
from bot.voices.domains import bare_host
from bot.voices.names import fold
from bot.voices.publishers import Owner, Owners, Platform
from rules.problems import Problem
from rules.validation import validate
from rules.yaml_source import YamlDocument, read_yaml

PUBLISHERS_NAME = "publishers.yaml"
SCHEMA_NAME = "publishers.schema.json"
SHIPPED = Path(__file__).resolve().parent / "voices" / PUBLISHERS_NAME

_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}")


def _host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise ValueError(f"'{value}' is no host; write one such as 'example.org', without https:// and path")
    if value != bare_host(value):
        raise ValueError(f"write '{bare_host(value)}': lower case, without 'www.'; every subdomain is meant too")
    return value


def _key(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", value):
        raise ValueError(f"'{value}' is no key; write lower-case letters, digits and '-' between them")
    return value


Host = Annotated[str, AfterValidator(_host)]

# What the functions above check, for an editor; one that is stricter would underline what is right.
_HOST_NAMES: JsonDict = {"propertyNames": {"pattern": r"^(?!www\.)[^\sA-Z/:@.]+(\.[^\sA-Z/:@.]+)*\.[^\sA-Z/:@.]{2,}$"}}
_KEY_NAMES: JsonDict = {"propertyNames": {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class OwnerInFile(_Strict):
    """A company that runs newsrooms."""

    name: str | None = Field(None, min_length=1, max_length=100, description="Unsaid: the name of the first outlet")
    kind: Literal["agency", "official", "aggregator"] | None = Field(
        None,
        description="agency: prints of its dispatches count for it; official: the company that the news is about;"
        " aggregator: shows what others wrote",
    )
    outlets: dict[Host, tuple[Annotated[str, Field(min_length=1, max_length=100)], ...]] = Field(
        min_length=1,
        description="Hosts, their subdomains included, and the names by which articles cite the outlet",
        json_schema_extra=_HOST_NAMES,
    )


class PublishersFile(_Strict):
    """Who owns which outlet; laid over the table that comes with the program."""

    owners: dict[Annotated[str, AfterValidator(_key)], OwnerInFile] = Field(
        default_factory=dict,
        description="By a key of your choice, or one of the shipped table",
        json_schema_extra=_KEY_NAMES,
    )
    platforms: dict[Host, Literal["subdomain", "path"]] = Field(
        default_factory=dict,
        description="Hosts where everyone publishes, and where an author's place is",
        json_schema_extra=_HOST_NAMES,
    )


@dataclass(slots=True)
class _Draft:
    """An owner while files are laid over each other; hosts and names belong to one owner each."""

    name: str | None = None
    kind: str | None = None
    outlets: dict[str, list[str]] = field(default_factory=dict)


def load_owners(path: Path | None) -> Owners:
    """The shipped table; `path`, the working folder's publishers.yaml, is laid over it where it exists.

    Raises ConfigInvalid with every mistake of the file.
    """
    if path is None or not path.exists():
        return _shipped_owners()
    return _merged([_read(SHIPPED), _read(path)])


def schema() -> str:
    """JSON Schema of publishers.yaml, for editors."""
    return json.dumps(PublishersFile.model_json_schema(), indent=1, ensure_ascii=False) + "\n"


@cache
def _shipped_owners() -> Owners:
    return _merged([_read(SHIPPED)])


def _read(path: Path) -> PublishersFile:
    document = read_yaml(path)
    problems = list(document.problems)
    file: PublishersFile | None = None
    if document.data is not None:
        file, found = validate(document, PublishersFile)
        problems += found
        problems += _used_twice(document)
    elif not problems:
        return PublishersFile()  # a file of comments only
    if file is None or problems:
        raise ConfigInvalid(sorted(dict.fromkeys(problems)))
    return file


def _used_twice(document: YamlDocument) -> list[Problem]:
    """Hosts and names that two owners claim. Reads the raw data, so that it is reported beside other mistakes."""
    problems: list[Problem] = []
    hosts: dict[str, tuple[str, int]] = {}
    names: dict[str, tuple[str, int]] = {}
    owners = document.value(("owners",))
    for key, owner in owners.items() if isinstance(owners, dict) else ():
        outlets = owner.get("outlets") if isinstance(owner, dict) else None
        for host, written in outlets.items() if isinstance(outlets, dict) else ():
            path = ("owners", key, "outlets", host)
            at = document.key_position(path)
            if host in hosts:
                hint = f"it stands on line {hosts[host][1]} already: keep one of them"
                problems.append(document.problem(at, f"the host '{host}' belongs to '{hosts[host][0]}'", hint))
            hosts.setdefault(host, (key, at[0]))
            for number, name in enumerate(written if isinstance(written, list) else ()):
                place = document.position((*path, number))
                folded = fold(name) if isinstance(name, str) else ""
                if folded in names and names[folded][0] != key:
                    hint = f"it stands on line {names[folded][1]} already: keep one of them"
                    problems.append(document.problem(place, f"the name '{name}' belongs to '{names[folded][0]}'", hint))
                names.setdefault(folded, (key, place[0]))
    platforms = document.value(("platforms",))
    for host in platforms if isinstance(platforms, dict) else ():
        if host in hosts:
            at = document.key_position(("platforms", host))
            hint = f"it stands on line {hosts[host][1]} already: keep one of them"
            problems.append(document.problem(at, f"the host '{host}' belongs to '{hosts[host][0]}'", hint))
    return problems


def _merged(files: Iterable[PublishersFile]) -> Owners:
    drafts: dict[str, _Draft] = {}
    platforms: dict[str, Platform] = {}
    for file in files:
        taken = {host for owner in file.owners.values() for host in owner.outlets}
        named = {fold(name) for owner in file.owners.values() for names in owner.outlets.values() for name in names}
        _give_up(drafts.values(), taken | file.platforms.keys(), named)
        platforms = {host: kind for host, kind in platforms.items() if host not in taken}
        platforms |= {host: Platform(kind) for host, kind in file.platforms.items()}
        for key, owner in file.owners.items():
            draft = drafts.setdefault(key, _Draft())
            draft.name, draft.kind = owner.name or draft.name, owner.kind or draft.kind
            draft.outlets |= {host: list(names) for host, names in owner.outlets.items()}
    return Owners([_owner(key, draft) for key, draft in drafts.items() if draft.outlets], platforms)


def _give_up(drafts: Iterable[_Draft], hosts: set[str], names: set[str]) -> None:
    """Hosts and names that a later file gives away."""
    for draft in drafts:
        draft.outlets = {
            host: [name for name in written if fold(name) not in names]
            for host, written in draft.outlets.items()
            if host not in hosts
        }


def _owner(key: str, draft: _Draft) -> Owner:
    names = [name for written in draft.outlets.values() for name in written]
    name = draft.name or (names[0] if names else next(iter(draft.outlets)))
    shown = {host: written[0] for host, written in draft.outlets.items() if written}
    return Owner(
        key=key,
        name=name,
        hosts=tuple(draft.outlets),
        aliases=tuple(dict.fromkeys(names)),
        agency=draft.kind == "agency",
        official=draft.kind == "official",
        aggregator=draft.kind == "aggregator",
        brands=tuple(shown.items()),
    )
