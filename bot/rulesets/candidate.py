"""A rule set before it is in force: read from a folder, a commit or the database, checked, and its own tests run."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import ConfigInvalid
from rules import Matcher, Problem, RuleSet, RulesInvalid, load_folder, load_texts, run_tests
from storage import Store
from storage.errors import NotFound
from storage.records import RulesInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A rule set made ready to judge; `origin` (a folder, `main:rules`) stands before the names of its files."""

    rules: RuleSet
    matcher: Matcher
    origin: Path | str

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What does not keep the set from being used; see `RuleSet.warnings`."""
        return tuple(placed(warning, self.origin) for warning in self.rules.warnings)


def load_candidate(folder: Path) -> Candidate:
    """Check the folder's files and run their own tests.

    Raises ConfigInvalid with every mistake and every failed test.
    """
    with _without_collections():
        candidate = read_folder(folder)
        failures = failed_tests(candidate, folder)
    if failures:
        raise ConfigInvalid(failures)
    return candidate


@contextmanager
def _without_collections() -> Iterator[None]:
    """No garbage collection meanwhile: among the million new values of 10,000 rules each one stops all threads.

    Measured as the longest pause of the event loop during such a reload: 0.4 s with them, 0.06 s without.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def read_folder(folder: Path) -> Candidate:
    """Check the folder's files, without their tests. Raises ConfigInvalid with every mistake."""
    try:
        rules = load_folder(folder)
    except RulesInvalid as error:
        raise ConfigInvalid([placed(problem, folder) for problem in error.problems]) from error
    return Candidate(rules=rules, matcher=Matcher(rules), origin=folder)


def read_texts(files: Mapping[str, str], origin: str) -> Candidate:
    """Check files given by their contents; `origin` (`main:rules`, `version 3f2a`) stands before their names.

    Raises ConfigInvalid with every mistake.
    """
    try:
        rules = load_texts(files)
    except RulesInvalid as error:
        raise ConfigInvalid([placed(problem, origin) for problem in error.problems]) from error
    return Candidate(rules=rules, matcher=Matcher(rules), origin=origin)


def failed_tests(candidate: Candidate, origin: Path | str) -> list[Problem]:
    """The files' own tests that do not hold."""
    return [
        placed(Problem(file=failure.file, line=failure.line, column=failure.column, message=failure.message), origin)
        for failure in run_tests(candidate.rules, matcher=candidate.matcher)
    ]


def in_force(store: Store) -> tuple[RulesInForce | None, Candidate | None]:
    """What the database says is in force, and the same made ready; None where this program cannot read it."""
    stored = store.rule_sets.in_force()
    if stored is None:
        return None, None
    try:
        return stored, read_texts(stored.files, f"version {stored.version}")
    except ConfigInvalid:
        return stored, None


def read_version(store: Store, version: str) -> Candidate | None:
    """A rule set that was in force once, made ready; None where this program cannot read it."""
    try:
        return read_texts(store.rule_sets.files(version)[1], f"version {version}")
    except (ConfigInvalid, NotFound):
        return None


def placed(problem: Problem, origin: Path | str) -> Problem:
    """The problem with its file's place.

    Rule sets know their files by name, so that a copy elsewhere is the same set; a person needs the place.
    """
    if Path(problem.file).is_absolute():
        return problem
    return replace(problem, file=str(origin / problem.file) if isinstance(origin, Path) else f"{origin}/{problem.file}")
