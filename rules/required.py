"""Which term groups a condition cannot be true without: the key to evaluating hardly any rule."""

from collections.abc import Callable, Iterable

from rules.condition import And, Condition, Filter, Group, InField, Literal, Near, Not, Or, to_text

#: Names of groups of which at least one must occur; None: the condition may be true without any term.
Required = frozenset[str] | None


def required(condition: Condition, rarity: Callable[[str], int] = len) -> Required:
    """The rarest set of names of which one must occur, by `rarity` of a name (higher is rarer)."""
    match condition:
        case Group() | Literal():
            return frozenset({to_text(condition)})
        case InField(inner=inner):
            return required(inner, rarity)
        case Near(left=left, right=right):
            return _rarest((required(left, rarity), required(right, rarity)), rarity)
        case And(parts=parts):
            return _rarest((required(part, rarity) for part in parts), rarity)
        case Or(parts=parts):
            needed: set[str] = set()
            for part in parts:
                names = required(part, rarity)
                if names is None:
                    return None
                needed |= names
            return frozenset(needed)
        case Not() | Filter():
            return None


def _rarest(candidates: Iterable[Required], rarity: Callable[[str], int]) -> Required:
    usable = [names for names in candidates if names is not None]
    return max(usable, key=lambda names: min(map(rarity, names)), default=None)
