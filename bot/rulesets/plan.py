"""What putting a candidate in force would mean: which rules differ, which alerts, and what keeps it from being done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.rulesets.candidate import Candidate, failed_tests, in_force
from bot.rulesets.changes import Kind, rule_changes
from bot.rulesets.compare import Comparison, Period, compare, period_of
from bot.rulesets.fitting import check_together
from bot.settings import Settings
from bot.voices.publishers import Owners
from rules import Problem, RuleSet
from storage import Store
from storage.records import RulesInForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`before` is None in a new database, `old_rules` also where this program cannot read what is in force.

    `problems` keep the candidate from being put in force.
    """

    origin: str
    before: RulesInForce | None
    old_rules: RuleSet | None
    after: Candidate
    comparison: Comparison
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        count = Counter(change.kind for change in self.comparison.changes)
        said = [
            f"{count[kind]} {'rule' if count[kind] == 1 else 'rules'} {word}"
            for kind, word in ((Kind.CHANGED, "changed"), (Kind.ADDED, "added"), (Kind.REMOVED, "removed"))
            if count[kind]
        ]
        return f"Plan: {', '.join(said) or 'no rule changed'}; {self.comparison}"


def problems_of(candidate: Candidate, settings: Settings, origin: Path | str) -> tuple[Problem, ...]:
    """What `apply` refuses: the files' own tests that fail, and chats that follow a watch which is no more."""
    return (*failed_tests(candidate, origin), *check_together(settings, candidate.rules))


def make_plan(
    store: Store | None,
    candidate: Candidate,
    *,
    origin: str,
    problems: tuple[Problem, ...],
    since: timedelta,
    now: datetime,
    owners: Owners,
    most: int | None = None,
    on_read: Callable[[int, int], None] = lambda _read, _of: None,
) -> Plan:
    """Compare the candidate with the rules in force; without a database there are none. Changes nothing.

    With `most`, only the newest so many entries are looked at. `on_read` is told how many entries of how many are read.
    """
    stored, before = in_force(store) if store is not None else (None, None)
    if store is None:
        nothing = Period(since=now - since, until=now, entries=0)
        comparison = Comparison(changes=rule_changes(None, candidate.rules), period=nothing)
    else:
        period = period_of(store.archive, now=now, length=since, most=most)
        read = 0

        def tell(count: int) -> None:
            nonlocal read
            read += count
            on_read(read, period.entries)

        comparison = compare(store.archive, before, candidate, period, owners=owners, on_read=tell)
    return Plan(
        origin=origin,
        before=stored,
        old_rules=before.rules if before else None,
        after=candidate,
        comparison=comparison,
        problems=problems,
    )
