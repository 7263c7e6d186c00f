"""Which rules a start begins with, and that the database says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.errors import ConfigInvalid, Refused
from bot.rulesets.candidate import Candidate, in_force, load_candidate
from bot.rulesets.put import Change, finish_folder, put_in_force
from bot.settings import Settings
from storage import Store
from storage.records import RulesCause, RulesMark

log = structlog.get_logger(__name__)

TRIES = 3
"""Commands that may put other rules in force while a start loads its own; each of them was a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRules:
    """The rules to begin with, in force; `problems` are those of the folder's files where they were refused."""

    candidate: Candidate
    mark: RulesMark
    problems: ConfigInvalid | None = None


def first_rules(store: Store, settings: Settings, *, now: datetime) -> FirstRules:
    """The folder's rules; where they have mistakes, or with `rules.reload: on_apply`, those of the database.

    Raises ConfigInvalid where neither has good rules, and StorageError.
    """
    for _ in range(TRIES):
        whole = _finish(store, settings)
        mark = store.rule_sets.mark()
        candidate, problems = _choose(store, settings, known=mark is not None, whole=whole)
        if mark is None or mark.version != candidate.rules.version:
            last_good = in_force(store)[1]
            before = last_good.rules if last_good else None
            change = Change(rules=candidate.rules, before=before, after=mark, cause=RulesCause.START)
            mark = put_in_force(store, change, now=now)
        if mark is not None:
            return FirstRules(candidate=candidate, mark=mark, problems=problems)
    raise Refused("the rules in force change all the time; start again when nobody else changes them")


def _choose(store: Store, settings: Settings, *, known: bool, whole: bool) -> tuple[Candidate, ConfigInvalid | None]:
    if known and (settings.config.rules.reload == "on_apply" or not whole):
        last_good = in_force(store)[1]
        if last_good is not None:
            return last_good, None
        log.error("this program cannot read the rules in force; it begins with those of the folder")
    try:
        return load_candidate(settings.rules_folder), None
    except ConfigInvalid as error:
        last_good = in_force(store)[1]
        if last_good is None:
            raise
        for problem in error.problems:
            log.error("rule file refused; the last good rules stay in force", problem=str(problem))
        return last_good, error


def _finish(store: Store, settings: Settings) -> bool:
    """Complete what a killed command left; False where that is not possible, and the folder means nothing."""
    try:
        if finish_folder(store, settings.rules_folder):
            log.warning("a command was stopped before it wrote the rules folder; its files are written now")
    except Refused as error:
        log.error("the rules folder does not hold the rules in force and cannot be written", error=str(error))
        return False
    return True
