"""Which files a command means: rule files bring along the terms that they share with their neighbours."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import short_path
from bot.errors import FolderMissing, Refused
from bot.settings import find_folder
from bot.workfolder import rules_folder
from rules import Rule, RuleSet
from rules.loader import load_files, load_folder, rule_files, shipped_watches
from rules.problems import did_you_mean

RulesOption = Annotated[
    Path | None,
    typer.Option(
        "--rules", metavar="DIR", help="Folder or file of rules; default: the working folder's, else the shipped."
    ),
]

RuleOption = Annotated[
    list[str] | None,
    typer.Option("--rule", metavar="NAME", help="Only this rule, or the rules of this watch."),
]

_TERMS = re.compile(rb"""^(?:\xef\xbb\xbf)?["']?terms["']?\s*:""", re.MULTILINE)
_WATCH = re.compile(rb"""^(?:\xef\xbb\xbf)?["']?watch["']?\s*:""", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Files to load together, and the names of those that were meant: the others only lend their terms."""

    rules: RuleSet
    meant: Collection[str]


def load_chosen(paths: Sequence[Path], home: Path | None) -> Chosen:
    """Load files and folders; `home` is the working folder's rules folder, where there is one.

    A file is loaded with the shared terms of its folder (inside `home`: of all of `home`). A file that only shares
    terms means its neighbours, who use them. Raises RulesInvalid with every mistake.
    """
    meant: dict[Path, Path] = {}
    lending: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            own, neighbours = rule_files(path), []
            if not own:
                load_folder(path)  # says what is wrong
        else:
            own, neighbours = [path], rule_files_around(path, home)
        if own == [path] and _shares_terms(path):
            own, neighbours = [path, *neighbours], []
        meant |= {file.resolve(): file for file in own}
        lending |= {file.resolve(): file for file in neighbours if _shares_terms(file)}
    names = {_name(file): file for file in (meant | lending).values()}
    return Chosen(rules=load_files(names), meant={_name(file) for file in meant.values()})


def _name(file: Path) -> str:
    """What messages call a file: as it was typed, else as short as can be."""
    return short_path(str(file)) if file.is_absolute() else str(file)


def home_of(folder: Path | None) -> Path | None:
    """The rules folder of the working folder, None outside of one; raises FolderMissing where one was named."""
    try:
        return rules_folder(find_folder(folder))
    except FolderMissing:
        if folder is not None or os.environ.get("RACKWATCH_DIR"):
            raise
        return None


def rules_for(path: Path | None, folder: Path | None) -> RuleSet:
    """The rules at `path`, else those of the working folder, else the shipped ones; see `load_chosen`."""
    home = home_of(folder)
    return load_chosen([path or home or shipped_watches()], home).rules


def rule_files_around(path: Path, home: Path | None) -> list[Path]:
    """The rule files that are loaded together with `path`: all of `home` inside it, else those of its own folder."""
    if home is not None and home.resolve() in path.resolve().parents:
        return rule_files(home)
    return sorted(file for file in path.parent.glob("*.y*ml") if file.suffix in {".yaml", ".yml"})


def _shares_terms(path: Path) -> bool:
    """Whether a file holds terms and no watch; what it holds besides is for the loader to judge."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return bool(_TERMS.search(content)) and not _WATCH.search(content)


def only(rules: RuleSet, names: Sequence[str]) -> RuleSet:
    """The rules of these names (full, short, or of a watch), all where none is named. Raises Refused."""
    if not names:
        return rules
    for name in names:
        if not any(name in _names(rule) for rule in rules.rules):
            known = sorted({rule.full_name for rule in rules.rules} | {watch.key for watch in rules.watches})
            hint = did_you_mean(name, known) or f"there are {', '.join(known[:8])}"
            raise Refused(f"no rule is named '{name}'; {hint}")
    chosen = tuple(rule for rule in rules.rules if not _names(rule).isdisjoint(names))
    return replace(rules, rules=chosen, groups=())


def _names(rule: Rule) -> set[str]:
    return {rule.full_name, rule.name, rule.watch.key}
