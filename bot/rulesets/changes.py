"""What differs between two rule sets, rule by rule, in the words of the rule files. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from rules import Rule, RuleSet
from rules.condition import to_text
from rules.model import TermGroup
from rules.terms import Term, TermKind
from storage.records import RulesTally

NAMES = 12
"""Rules that the history names: enough to recognise an edit by; the numbers say the rest."""


class Kind(Enum):
    """What happened to a rule; the value is the sign that stands before its name."""

    ADDED = "+"
    REMOVED = "−"
    CHANGED = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One thing about a rule: `what` names it, as the file does; `group` the term group where it is about terms."""

    what: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One rule that differs, by its full name; the details of an added or removed rule say what it is."""

    name: str
    kind: Kind
    details: tuple[Detail, ...] = ()


def rule_changes(before: RuleSet | None, after: RuleSet) -> tuple[RuleChange, ...]:
    """The rules that differ, in the order of the new files; removed ones stand last."""
    found = []
    for old, new in _pairs(before, after):
        if new is None and old is not None:
            found.append(RuleChange(name=old.full_name, kind=Kind.REMOVED, details=_about(old)))
        elif new is not None and old is None:
            found.append(RuleChange(name=new.full_name, kind=Kind.ADDED, details=_about(new)))
        elif new is not None and old is not None:
            found.append(RuleChange(name=new.full_name, kind=Kind.CHANGED, details=_between(old, new)))
    return tuple(found)


def tally(before: RuleSet | None, after: RuleSet) -> RulesTally:
    """The change in numbers, for the history."""
    names = [_signed(old, new) for old, new in _pairs(before, after)]
    count = Counter(name[0] for name in names)
    return RulesTally(
        rules=len(after.rules),
        added=count[Kind.ADDED.value],
        removed=count[Kind.REMOVED.value],
        changed=count[Kind.CHANGED.value],
        names=tuple(names[:NAMES]),
    )


def _pairs(before: RuleSet | None, after: RuleSet) -> Iterator[tuple[Rule | None, Rule | None]]:
    """The rules that differ as old and new; None where there is no such rule."""
    old = {} if before is None else {rule.full_name: rule for rule in before.rules}
    for rule in after.rules:
        known = old.pop(rule.full_name, None)
        if known is None or known.version != rule.version:
            yield known, rule
    for rule in old.values():
        yield rule, None


def _signed(old: Rule | None, new: Rule | None) -> str:
    if old is None or new is None:
        rule, kind = (new, Kind.ADDED) if old is None else (old, Kind.REMOVED)
        return f"{kind.value}{rule.full_name if rule else ''}"
    return f"{Kind.CHANGED.value}{new.full_name}"


def _about(rule: Rule) -> tuple[Detail, ...]:
    """What is worth saying of a rule that was not there before, or is no more."""
    said = [Detail(what="when", added=(to_text(rule.condition),)), Detail(what="priority", added=(_priority(rule),))]
    said += [
        Detail(what=what, added=(value,))
        for what, value in (
            ("notify", _notify(rule) if rule.after_publishers > 1 else ""),
            ("mute", _mute(rule)),
            ("since", _moment(rule.since)),
            ("until", _end(rule.until)),
        )
        if value
    ]
    return tuple(said)


def _between(old: Rule, new: Rule) -> tuple[Detail, ...]:
    details = [
        Detail(what=what, removed=(before,) if before else (), added=(after,) if after else ())
        for what, before, after in (
            ("when", to_text(old.condition), to_text(new.condition)),
            ("priority", _priority(old), _priority(new)),
            ("notify", _notify(old), _notify(new)),
            ("mute", _mute(old), _mute(new)),
            ("since", _moment(old.since), _moment(new.since)),
            ("until", _end(old.until), _end(new.until)),
        )
        if before != after
    ]
    for name in dict.fromkeys((*old.groups, *new.groups)):
        if name.startswith('"'):
            continue  # a literal: it stands in the condition
        before, after = old.groups.get(name), new.groups.get(name)
        if before is None or after is None:
            continue  # the condition names a group more, or one less, and says so itself
        details += _terms(name, before, after)
    return tuple(details)


def _terms(name: str, before: TermGroup, after: TermGroup) -> list[Detail]:
    found = []
    for what, old, new in (("terms", before.terms, after.terms), ("not", before.exceptions, after.exceptions)):
        gone, come = _less(old, new), _less(new, old)
        if gone or come:
            found.append(Detail(what=what, group=name, removed=gone, added=come))
    return found


def _less(terms: Sequence[Term], others: Sequence[Term]) -> tuple[str, ...]:
    known = {_said(term) for term in others}
    return tuple(dict.fromkeys(said for term in terms if (said := _said(term)) not in known))


def _said(term: Term) -> str:
    """A term as a person knows it: its language where it counts in one only, and whether it bends."""
    language = f" ({term.language})" if term.language else ""
    plain = "" if term.inflects or term.kind is not TermKind.PHRASE else " (as written)"
    return f"{term.written}{language}{plain}"


def _priority(rule: Rule) -> str:
    return rule.priority.value


def _notify(rule: Rule) -> str:
    return f"after {rule.after_publishers} publishers" if rule.after_publishers > 1 else "at once"


def _mute(rule: Rule) -> str:
    return ", ".join(window.written for window in rule.mute)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _end(moment: datetime | None) -> str:
    """The last day where the rule ends with one, as its author wrote it."""
    if moment is not None and (moment.hour, moment.minute) == (0, 0):
        return f"{moment - timedelta(days=1):%Y-%m-%d}"
    return _moment(moment)
