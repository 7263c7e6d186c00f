"""What a rule's `when` means: a small tree, printed the way a person would write it.

The tree is plain values; `at` is the offset in the written condition, for messages, and no part of equality.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

#: Words between two terms when `near` says no number: about one and a half sentences.
NEAR = 25
#: Words of the text that a reader sees first; `lead:` is the title and these.
LEAD = 60

FIELDS = ("title", "lead", "text", "url", "author")
FILTERS = ("lang", "source", "tag")
OPERATORS = ("and", "or", "not", "near")


@dataclass(frozen=True, slots=True)
class Group:
    """A term group, by its name as written."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Literal:
    """A quoted term."""

    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """A property of the document that is no text: `lang:de`."""

    kind: str
    value: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Two operands, in either order, at most `within` words apart; adjacent words are one apart."""

    left: "Condition"
    right: "Condition"
    within: int = NEAR
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class InField:
    """A condition on one field of the document."""

    name: str
    inner: "Condition"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """True where the inner condition is false."""

    inner: "Condition"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more."""

    parts: tuple["Condition", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of two or more."""

    parts: tuple["Condition", ...]
    at: int = field(default=0, compare=False)


Condition: TypeAlias = Group | Literal | Filter | Near | InField | Not | And | Or

_BINDING = {Or: 0, And: 1, Not: 2, Near: 3}
_TIGHT = 4


def to_text(condition: Condition) -> str:
    """The condition in the language, with no more parentheses than it needs."""
    return _print(condition, 0)


def _print(condition: Condition, outer: int) -> str:
    match condition:
        case Group(name=name):
            return name
        case Literal(text=text):
            return quoted(text)
        case Filter(kind=kind, value=value):
            return f"{kind}:{value if is_word(value) else quoted(value)}"
        case InField(name=name, inner=inner):
            return f"{name}:{_print(inner, _TIGHT)}"
        case Near(left=left, right=right, within=within):
            operator = "near" if within == NEAR else f"near/{within}"
            text = f"{_print(left, _TIGHT)} {operator} {_print(right, _TIGHT)}"
        case Not(inner=inner):
            text = f"not {_print(inner, 2)}"
        case And(parts=parts):
            text = " and ".join(_print(part, 2) for part in parts)
        case Or(parts=parts):
            text = " or ".join(_print(part, 1) for part in parts)
        case _:
            assert_never(condition)
    return f"({text})" if _BINDING[type(condition)] < outer else text


def quoted(text: str) -> str:
    """A literal in double quotes; a double quote inside is written twice."""
    return '"' + text.replace('"', '""') + '"'


def is_word(text: str) -> bool:
    """Whether a filter's value needs no quotes."""
    return bool(text) and text[0] != "-" and all(sign.isalnum() or sign in "_-." for sign in text)


def walk(condition: Condition) -> Iterator[Condition]:
    """The condition and everything in it, from left to right."""
    yield condition
    match condition:
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from walk(part)
        case Not(inner=inner) | InField(inner=inner):
            yield from walk(inner)
        case Near(left=left, right=right):
            yield from walk(left)
            yield from walk(right)
        case _:
            pass
