"""Reads a condition; every mistake is told at the word that is wrong.

or    := and ("or" and)*          near := atom ["near" ["/" number] atom]
and   := not ("and" not)*         atom := name | "literal" | field ":" atom | filter | "(" or ")"
not   := "not" not | near
"""

import re
from dataclasses import dataclass

from rules.condition import (
    FIELDS,
    FILTERS,
    NEAR,
    OPERATORS,
    And,
    Condition,
    Filter,
    Group,
    InField,
    Literal,
    Near,
    Not,
    Or,
    is_word,
    to_text,
    walk,
)
from rules.problems import did_you_mean

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<open>\() | (?P<close>\))
      | (?P<literal>"(?:[^"]|"")*" | '(?:[^']|'')*')
      | (?P<unclosed>["'].*)
      | (?P<prefix>[^\W\d]\w*:(?=\S))
      | (?P<colon>[^\W\d]\w*:)
      | (?P<near>near/[^\s()]*)
      | (?P<word>[\w.][\w.-]*)
      | (?P<wrong>.)""",
    re.VERBOSE | re.DOTALL,
)
_NAME = re.compile(r"[^\W\d][\w-]*")
_DEEPEST = 50  # parentheses, fields and nots inside each other; nobody reads more
_FARTHEST = 1000  # words for near; beyond it `and` says the same


class BadCondition(ValueError):
    """The condition cannot be read; `at` is the offset of the word that is wrong."""

    def __init__(self, message: str, at: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.at = at
        self.hint = hint


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse_condition(text: str) -> Condition:
    """The tree of a condition; raises BadCondition."""
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._end = len(text.rstrip())
        self._next = 0
        self._depth = 0
        self._field: str | None = None

    def parse(self) -> Condition:
        condition = self._or()
        token = self._peek()
        if token.kind == "close":
            raise BadCondition("')' closes nothing", token.at, "remove it, or add '('")
        if token.kind != "end":
            raise self._missing_operator(token)
        return condition

    def _or(self) -> Condition:
        at = self._peek().at
        parts = [self._and()]
        while self._take_word("or"):
            parts.append(self._and())
        if len(parts) == 1:
            return parts[0]
        return Or(tuple(p for part in parts for p in (part.parts if isinstance(part, Or) else (part,))), at)

    def _and(self) -> Condition:
        at = self._peek().at
        parts = [self._not()]
        while self._take_word("and"):
            parts.append(self._not())
        if len(parts) == 1:
            return parts[0]
        return And(tuple(p for part in parts for p in (part.parts if isinstance(part, And) else (part,))), at)

    def _not(self) -> Condition:
        token = self._peek()
        if not self._take_word("not"):
            return self._near()
        self._descend(token)
        inner = self._not()
        self._depth -= 1
        return Not(inner, token.at)

    def _near(self) -> Condition:
        left = self._atom()
        token = self._peek()
        if not self._is_near(token):
            return left
        self._next += 1
        within = _distance(token)
        operand = self._peek()
        if operand.kind == "word" and operand.text == "not":
            raise BadCondition("'not' cannot stand inside 'near'", operand.at, "write: … and not (a near b)")
        right = self._atom()
        again = self._peek()
        if self._is_near(again):
            raise BadCondition("'near' does not chain", again.at, "write: (a near b) and (b near c)")
        for side in (left, right):
            _check_operand(side)
        return Near(left, right, within, token.at)

    def _atom(self) -> Condition:
        token = self._peek()
        self._next += 1
        match token.kind:
            case "open":
                return self._parenthesis(token)
            case "literal":
                return Literal(_unquote(token.text), token.at)
            case "prefix":
                return self._prefixed(token)
            case "colon":
                name = token.text[:-1]
                raise BadCondition(f"nothing follows '{token.text}'", token.at, f"no space after it: {name}:…")
            case "word" if token.text not in OPERATORS and _NAME.fullmatch(token.text):
                return Group(token.text, token.at)
            case "word" if token.text in OPERATORS:
                raise BadCondition(f"'{token.text}' needs something to its left", token.at)
            case "close" | "end":
                raise self._nothing(token)
        hint = f'a literal stands in quotes: "{token.text}"'
        raise BadCondition(f"'{token.text}' is no name of a term group", token.at, hint)

    def _parenthesis(self, token: _Token) -> Condition:
        self._descend(token)
        inner = self._or()
        self._depth -= 1
        if self._peek().kind == "end":
            raise BadCondition("'(' is never closed", token.at, "add ')'")
        if self._peek().kind != "close":
            raise self._missing_operator(self._peek())
        self._next += 1
        return inner

    def _prefixed(self, token: _Token) -> Condition:
        name = token.text[:-1]
        if name in FILTERS:
            return self._filter(token, name)
        if name not in FIELDS:
            hint = did_you_mean(name, (*FIELDS, *FILTERS)) or f"fields are {', '.join(FIELDS)}"
            raise BadCondition(f"unknown field '{name}'", token.at, hint)
        if self._field is not None:
            raise BadCondition(f"'{token.text}' stands inside '{self._field}:'", token.at, "a field holds no field")
        self._descend(token)
        self._field = name
        inner = self._atom()
        self._field = None
        self._depth -= 1
        return InField(name, inner, token.at)

    def _filter(self, token: _Token, name: str) -> Condition:
        value = self._peek()
        self._next += 1
        if value.kind == "literal":
            return Filter(name, _unquote(value.text), token.at)
        if value.kind == "word" and is_word(value.text):
            return Filter(name, value.text, token.at)
        raise BadCondition(f"'{token.text}' needs a value", token.at, f"for instance {name}:{_EXAMPLES[name]}")

    def _peek(self) -> _Token:
        if self._next < len(self._tokens):
            return self._tokens[self._next]
        return _Token("end", "", self._end)

    def _take_word(self, word: str) -> bool:
        token = self._peek()
        if token.kind != "word" or token.text != word:
            return False
        self._next += 1
        return True

    def _is_near(self, token: _Token) -> bool:
        return token.kind == "near" or (token.kind == "word" and token.text == "near")

    def _descend(self, token: _Token) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BadCondition(f"nested deeper than {_DEEPEST}", token.at, "split the rule into several")

    def _nothing(self, token: _Token) -> BadCondition:
        before = self._tokens[self._next - 2] if 2 <= self._next <= len(self._tokens) + 1 else None
        if before is None:
            return BadCondition("the condition is empty", token.at, "name a term group or quote a text")
        if before.kind == "open":
            return BadCondition("nothing stands between '(' and ')'", before.at)
        return BadCondition(f"nothing follows '{before.text}'", before.at)

    def _missing_operator(self, token: _Token) -> BadCondition:
        small = token.text.lower()
        if small != token.text and small in OPERATORS:
            return BadCondition(f"unknown operator '{token.text}'", token.at, f"operators are small: {small}")
        hint = did_you_mean(token.text, OPERATORS) or "put and, or or near between them"
        return BadCondition(f"an operator is missing before '{token.text}'", token.at, hint)


_EXAMPLES = {"lang": "de", "source": "electrek", "tag": "official"}


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text):
        kind, word, at = str(match.lastgroup), match[0], match.start()
        if kind == "unclosed":
            raise BadCondition(f"the quote {word[0]} is never closed", at, f"add the closing {word[0]}")
        if kind == "wrong":
            hint = "terms with signs stand in quotes" if word in "*~=/" else _SIGNS.get(word)
            raise BadCondition(f"'{word}' means nothing here", at, hint)
        if kind == "literal" and not _unquote(word).strip():
            raise BadCondition("nothing stands between the quotes", at)
        if kind != "space":
            tokens.append(_Token(kind, word, at))
    return tokens


_SIGNS = {
    "&": "write: and",
    "|": "write: or",
    "!": "write: not",
    "-": "write: not",
    "+": "write: and",
    ",": "write: and, or",
    ":": "a field has no space before its colon: title:…",
} | dict.fromkeys("“”„‟«»‘’‚", 'a literal stands in straight quotes: "…"')


def _distance(token: _Token) -> int:
    if token.text == "near":
        return NEAR
    digits = token.text.removeprefix("near/")
    if not (digits.isascii() and digits.isdigit() and 1 <= int(digits[:9]) <= _FARTHEST and len(digits) < 9):
        hint = f"write a number of words, near/1 to near/{_FARTHEST}"
        raise BadCondition(f"bad distance in '{token.text}'", token.at, hint)
    return int(digits)


def _check_operand(side: Condition) -> None:
    for node in walk(side):
        if isinstance(node, Group | Literal | Or):
            continue
        if isinstance(node, InField):
            hint = f"put it around both: {node.name}:(a near b)"
            raise BadCondition("a field cannot stand inside 'near'", node.at, hint)
        hint = "'near' joins groups, literals, or (a or b)"
        if isinstance(node, Filter):
            hint = f"filters stand outside: (a near b) and {to_text(node)}"
        what = "a filter" if isinstance(node, Filter) else f"'{type(node).__name__.lower()}'"
        raise BadCondition(f"{what} cannot stand inside 'near'", node.at, hint)


def _unquote(literal: str) -> str:
    sign = literal[0]
    return literal[1:-1].replace(sign * 2, sign)
