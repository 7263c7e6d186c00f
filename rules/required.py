"""Which term groups a condition cannot be true without: the key to evaluating hardly any rule."""

from collections.abc import Callable, Iterable

from rules.condition import And, Condition, Filter, Group, InField, Literal, Near, Not, Or, to_text

#: Names of groups of which at least one must occur; None: the condition may be true without any term.
Required = frozenset[str] | None


def required(condition: Condition, rarity: Callable[[str], int] = len) -> Required:
    """The rarest set of names of which one must occur, by `rarity` of a name (higher is rarer)."""
    return _rarest(requirements(condition, rarity), rarity)


def requirements(condition: Condition, rarity: Callable[[str], int] = len) -> tuple[frozenset[str], ...]:
    """Sets of names; without one of each the condition cannot be true."""
    match condition:
        case Group() | Literal():
            return (frozenset({to_text(condition)}),)
        case InField(inner=inner):
            return requirements(inner, rarity)
        case Near(left=left, right=right):
            return requirements(left, rarity) + requirements(right, rarity)
        case And(parts=parts):
            return tuple(names for part in parts for names in requirements(part, rarity))
        case Or(parts=parts):
            needed: set[str] = set()
            for part in parts:
                names = required(part, rarity)
                if names is None:
                    return ()
                needed |= names
            return (frozenset(needed),)
        case Not() | Filter():
            return ()


def _rarest(candidates: Iterable[frozenset[str]], rarity: Callable[[str], int]) -> Required:
    return max(candidates, key=lambda names: min(map(rarity, names)), default=None)
