"""Rule files that could come into force, looked at from a conversation: what they would change, or what is wrong.

Time goes by between the look and the button. So a look names the state of the folder and of the rules in force that
it compared with; where that is another one by then, the button looks again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import PurePosixPath

from bot.errors import ConfigInvalid
from bot.publishers_file import PUBLISHERS_NAME, load_owners
from bot.rulesets.candidate import in_force, read_texts
from bot.rulesets.fitting import warnings_of
from bot.rulesets.folder import text_of_folder
from bot.rulesets.notices import NOTICE_DAYS, NOTICE_ENTRIES
from bot.rulesets.plan import Plan, make_plan, problems_of
from bot.rulesets.put import Change
from bot.settings import Settings
from rules import Problem
from rules.yaml_source import not_utf8
from storage import Store
from storage.records import RulesCause, RulesMark

MOST_BYTES = 500_000
"""Of a rule file that is sent: six times all shipped ones; loading as much of the worst takes about a second."""

NAME_BYTES = 100
"""A temporary file beside it has a longer name, and file systems take 255 bytes."""


class BadName(Enum):
    """Why a name says no place in the rules folder."""

    STRANGE = "not a plain file name"
    SEVERAL = "several files have this name"


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderNow:
    """The rule files by name (None: unreadable), and which rules are in force."""

    texts: Mapping[str, str | None]
    mark: RulesMark | None

    @property
    def state(self) -> str:
        """The same as long as neither changes; at most 36 signs, since a button holds it."""
        digest = hashlib.sha256(json.dumps(self.texts, sort_keys=True).encode()).hexdigest()[:16]
        return f"{self.mark.id if self.mark is not None else 0}.{digest}"

    def holds(self, files: Mapping[str, str | None], version: str) -> bool:
        """Whether just these files are in force and in the folder."""
        return self.mark is not None and self.mark.version == version and self.mark.in_folder and self.texts == files


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a look found. `plan` is None where the files cannot be read; `problems` keep them from coming into force.

    `version` is empty where the files cannot be read. `tests` is how many the files have, `settled` says that they are
    in force and in the folder already, `waiting` are files of the folder that are not as the rules in force have them.
    """

    state: str
    version: str = ""
    plan: Plan | None = None
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    tests: int = 0
    settled: bool = False
    waiting: tuple[str, ...] = ()


def folder_now(store: Store, settings: Settings) -> FolderNow:
    return FolderNow(texts=text_of_folder(settings.rules_folder), mark=store.rule_sets.mark())


def place_of(name: str, folder: FolderNow) -> str | BadName:
    """Where in the folder a file of this name belongs: the one place that has the name, else the top.

    A name is letters, figures, `.`, `-` and `_`, so that nothing in it can mean another folder or another line.
    """
    if not _is_plain(name):
        return BadName.STRANGE
    there = [file for file in folder.texts if PurePosixPath(file).name == name]
    if len(there) > 1:
        return BadName.SEVERAL
    return there[0] if there else name


def _is_plain(name: str) -> bool:
    stem, dot, ending = name.rpartition(".")
    return (
        bool(dot)
        and ending in {"yaml", "yml"}
        and len(name.encode()) <= NAME_BYTES
        and stem[:1].isalnum()
        and all(sign.isalnum() or sign in "._-" for sign in stem)
    )


def text_of(content: bytes, name: str) -> str | Problem:
    """The text of a file that was sent, as the loader reads one; a Problem where it is none."""
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        return not_utf8(error, name)


def propose(
    store: Store,
    settings: Settings,
    folder: FolderNow,
    files: Mapping[str, str | None],
    *,
    origin: str,
    now: datetime,
) -> Proposal:
    """Check these files, run their tests, and compare them with the rules in force. Changes nothing.

    `origin` stands before the names of files in what is said. Raises StorageError.
    """
    try:
        known = _readable(files, origin)
        candidate = read_texts(known, origin)
        owners = load_owners(settings.folder / PUBLISHERS_NAME)
    except ConfigInvalid as invalid:
        return Proposal(state=folder.state, problems=_said(invalid.problems, settings))
    version = candidate.rules.version
    if folder.holds(files, version):
        return Proposal(state=folder.state, version=version, settled=True)
    problems = problems_of(candidate, settings, origin)
    plan = make_plan(
        store,
        candidate,
        origin=origin,
        problems=problems,
        since=NOTICE_DAYS,
        now=now,
        owners=owners,
        most=NOTICE_ENTRIES,
    )
    return Proposal(
        state=folder.state,
        version=version,
        plan=plan,
        problems=_said(problems, settings),
        warnings=_said(warnings_of(candidate, settings, now=now), settings),
        tests=sum(len(rule.tests) for rule in candidate.rules.rules),
        waiting=_differing(folder.texts, plan.before.files) if plan.before is not None else (),
    )


def change_to(
    store: Store,
    settings: Settings,
    folder: FolderNow,
    files: Mapping[str, str | None],
    *,
    origin: str,
    cause: RulesCause,
) -> Change:
    """The change that puts these files in force, checked and tested. Raises ConfigInvalid and StorageError."""
    candidate = read_texts(_readable(files, origin), origin)
    problems = problems_of(candidate, settings, origin)
    if problems:
        raise ConfigInvalid(problems)
    _, before = in_force(store)
    return Change(rules=candidate.rules, before=before.rules if before else None, after=folder.mark, cause=cause)


def _differing(texts: Mapping[str, str | None], others: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in texts.keys() | others.keys() if texts.get(name) != others.get(name)))


def _readable(files: Mapping[str, str | None], origin: str) -> dict[str, str]:
    unreadable = [
        Problem(file=f"{origin}/{name}", line=1, column=1, message="this file cannot be read")
        for name, text in files.items()
        if text is None
    ]
    if unreadable:
        raise ConfigInvalid(unreadable)
    return {name: text for name, text in files.items() if text is not None}


def _said(problems: Iterable[Problem], settings: Settings) -> tuple[str, ...]:
    """Without the path of the working folder, which is nobody's business in a chat."""
    return tuple(str(problem).replace(f"{settings.folder}/", "") for problem in sorted(problems))
