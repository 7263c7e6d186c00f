"""Which rules judge: the folder's files when they are good, otherwise the last good set from the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.alerts.content import NoticeContent
from bot.errors import ConfigInvalid
from rules import Document, Matcher, Problem, RuleSet, RulesInvalid, load_folder, load_texts, run_tests
from storage import Store
from storage.archive import Archive

COMPARED_DAYS = 30
COMPARED_ENTRIES = 20_000
"""Entries that a changed rule set is tried on at most: about two seconds of one core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A rule set that passed its check and its own tests."""

    rules: RuleSet
    matcher: Matcher
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a change of rules means for the articles of the last days; titles are examples."""

    added: int
    removed: int
    days: int
    examples_added: tuple[str, ...] = ()
    examples_removed: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"+{self.added} −{self.removed} alerts in {self.days} days"


def load_candidate(folder: Path) -> Candidate:
    """Check the folder's files and run their own tests.

    Raises ConfigInvalid with every mistake and every failed test.
    """
    try:
        rules = load_folder(folder)
    except RulesInvalid as error:
        raise ConfigInvalid([_in_folder(problem, folder) for problem in error.problems]) from error
    failures = run_tests(rules)
    if failures:
        problems = [
            Problem(file=failure.file, line=failure.line, column=failure.column, message=failure.message)
            for failure in failures
        ]
        raise ConfigInvalid([_in_folder(problem, folder) for problem in problems])
    warnings = tuple(_in_folder(warning, folder) for warning in rules.warnings)
    return Candidate(rules=rules, matcher=Matcher(rules), warnings=warnings)


def _in_folder(problem: Problem, folder: Path) -> Problem:
    """Rule sets know their files by name, so that a copy elsewhere is the same set; a person needs the path."""
    return problem if Path(problem.file).is_absolute() else replace(problem, file=str(folder / problem.file))


def last_good(store: Store) -> Candidate | None:
    """The set in force according to the database; None where there is none that this program can read."""
    stored = store.rule_sets.in_force()
    if stored is None:
        return None
    try:
        rules = load_texts(stored.files)
    except RulesInvalid:
        return None
    return Candidate(rules=rules, matcher=Matcher(rules))


def compare(archive: Archive, old: Matcher, new: Matcher, *, now: datetime, days: int = COMPARED_DAYS) -> Difference:
    """Judge the archive of the last days with both sets; stories (articles without one) that one of them alerts on."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    seen = 0
    for batch in archive.texts(since=now - timedelta(days=days)):
        for entry in batch:
            document = Document(
                title=entry.title,
                text=entry.text,
                url=entry.url,
                author=entry.author,
                language=entry.language,
                source=entry.source,
            )
            key = f"story {entry.story_id}" if entry.story_id else f"entry {entry.id}"
            for matcher, found in ((old, before), (new, after)):
                if matcher.judge(document).matches:
                    found.setdefault(key, entry.title)
        seen += len(batch)
        if seen >= COMPARED_ENTRIES:
            break
    added = [title for key, title in after.items() if key not in before]
    removed = [title for key, title in before.items() if key not in after]
    return Difference(
        added=len(added),
        removed=len(removed),
        days=days,
        examples_added=tuple(added[:3]),
        examples_removed=tuple(removed[:3]),
    )


def change_notice(difference: Difference, rules: RuleSet) -> NoticeContent:
    lines = [f"With them it would have been {difference}."]
    lines += [f"+ {title}" for title in difference.examples_added]
    lines += [f"− {title}" for title in difference.examples_removed]
    return NoticeContent(
        headline=f"new rules are in force ({len(rules.rules)} rules, version {rules.version[:8]})", lines=tuple(lines)
    )


def refusal_notice(problems: Sequence[str]) -> NoticeContent:
    lines = [*problems[:8], *([f"… and {len(problems) - 8} more: rackwatch check"] if len(problems) > 8 else [])]
    return NoticeContent(
        headline="a changed file has mistakes; the last good version stays in force", lines=tuple(lines)
    )
