"""Conditions that can never be true: what they ask for they also exclude."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, product

from rules.condition import And, Condition, Filter, Group, InField, Literal, Near, Not, Or, to_text, walk
from rules.coverage import always_with
from rules.languages import primary
from rules.model import Rule, TermGroup

_MOST_WAYS = 256  # of being true, that are looked at; conditions with more are left unjudged

#: The fields that hold whatever stands in a field; None is title and text.
_WIDER: Mapping[str | None, frozenset[str | None]] = {
    "title": frozenset({"title", "lead", None}),
    "lead": frozenset({"lead", None}),
    "text": frozenset({"text", None}),
    None: frozenset({None}),
    "url": frozenset({"url"}),
    "author": frozenset({"author"}),
}


@dataclass(frozen=True, slots=True)
class _Fact:
    """One part of a condition, in a field, that is true or false."""

    part: Group | Literal | Near | Filter
    field: str | None
    true: bool

    def __str__(self) -> str:
        text = to_text(self.part) if self.field is None else to_text(InField(self.field, self.part))
        return text if self.true else f"not {text}"


_Way = tuple[_Fact, ...]


class _TooMany(Exception):
    """The condition can be true in more ways than are worth looking at."""


def impossible(rule: Rule) -> list[tuple[Condition, str]]:
    """The whole condition, or the sides of its outermost `or`, that can never be true; each with the two that clash."""
    condition = rule.condition
    if not any(isinstance(node, Not | Filter) for node in walk(condition)):
        return []  # what is only asked for cannot clash
    found = []
    for part in condition.parts if isinstance(condition, Or) else (condition,):
        try:
            clashes = [_clash(way, rule.groups) for way in _ways(part, None, wanted=True)]
        except _TooMany:
            continue
        if all(clashes):
            found.append((part, str(clashes[0])))
    return found


def _ways(condition: Condition, field: str | None, *, wanted: bool) -> list[_Way]:
    """The sets of facts of which one must hold for the condition to be true (or false)."""
    match condition:
        case Not(inner=inner):
            return _ways(inner, field, wanted=not wanted)
        case InField(name=name, inner=inner):
            return _ways(inner, name, wanted=wanted)
        case And(parts=parts) | Or(parts=parts):
            each = [_ways(part, field, wanted=wanted) for part in parts]
            if isinstance(condition, And) is wanted:
                return _all_of(each)
            return _few([way for ways in each for way in ways])
        case Near(left=left, right=right) if wanted:
            sides = [_ways(side, field, wanted=True) for side in (left, right)]
            return _all_of([[(_Fact(condition, field, true=True),)], *sides])
        case _:
            return [(_Fact(condition, field, true=wanted),)]


def _all_of(each: list[list[_Way]]) -> list[_Way]:
    count = 1
    for ways in each:
        count *= len(ways)
        if count > _MOST_WAYS:
            raise _TooMany
    return [tuple(chain.from_iterable(chosen)) for chosen in product(*each)]


def _few(ways: list[_Way]) -> list[_Way]:
    if len(ways) > _MOST_WAYS:
        raise _TooMany
    return ways


def _clash(way: _Way, groups: Mapping[str, TermGroup]) -> str | None:
    """Two facts that exclude each other, as text; None where there are none."""
    held = [fact for fact in way if fact.true]
    for number, fact in enumerate(held):
        for other in held[number + 1 :]:
            if _exclude(fact, other, groups) or _exclude(other, fact, groups):
                return f"{fact} and {other}"
        for other in way:
            if not other.true and _exclude(fact, other, groups):
                return f"{fact} and {other}"
    return None


def _exclude(fact: _Fact, other: _Fact, groups: Mapping[str, TermGroup]) -> bool:
    """Whether `fact`, which is true, keeps `other` from being so."""
    match fact.part, other.part:
        case Filter() as mine, Filter() as its:
            return _filters_exclude(mine, its, other_true=other.true)
        case Filter(kind="lang", value=value), Group() | Literal() if other.true:
            languages = {term.language for term in groups[to_text(other.part)].terms}
            return None not in languages and primary(value) not in languages
        case Group() | Literal(), Group() | Literal() if not other.true:
            held = other.field in _WIDER[fact.field]
            return held and always_with(groups[to_text(fact.part)], groups[to_text(other.part)])
        case Near() as mine, Near() as its if not other.true:
            held = other.field in _WIDER[fact.field] and mine.within <= its.within
            return held and {to_text(mine.left), to_text(mine.right)} == {to_text(its.left), to_text(its.right)}
    return False


def _filters_exclude(mine: Filter, its: Filter, *, other_true: bool) -> bool:
    if mine.kind != its.kind:
        return False
    value, other = (one.value.casefold().replace("_", "-") for one in (mine, its))
    if not other_true:
        return value == other or (mine.kind == "lang" and value.startswith(f"{other}-"))
    if mine.kind == "lang":
        return primary(value) != primary(other)
    return mine.kind == "source" and value != other
