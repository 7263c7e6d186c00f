r"""What a person writes between slashes, made ready for RE2: `\b`, `\w`, `\d` and `\s` for every script.

RE2 knows these for ASCII only (its syntax page says so). Classes are spelled out with Unicode's categories. A word
boundary cannot be spelled out, but at the edges of a pattern, where people write it, it can be asked of the
neighbour: `\bSMF` becomes "the text's beginning or no letter, then a mark, then SMF", and the mark, an empty group,
says where the occurrence itself begins. Inside a pattern a boundary is refused.
"""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

BEGIN, END = "rackwatch_begin", "rackwatch_end"  # the marks: names of empty groups, numbered
_WORD = r"\pL\pM\pN_"
_EDGE = {True: rf"(?:\A|[^{_WORD}])(?P<{BEGIN}%d>)", False: rf"(?P<{END}%d>)(?:[^{_WORD}]|\z)"}
_OUTSIDE = {"w": f"[{_WORD}]", "W": f"[^{_WORD}]", "d": r"\p{Nd}", "D": r"\P{Nd}", "s": r"[\s\pZ]", "S": r"[^\s\pZ]"}
_INSIDE = {"w": _WORD, "d": r"\p{Nd}", "D": r"\P{Nd}", "s": r"\s\pZ"}

_TOKEN = re.compile(
    r"""(?P<quoted>\\Q.*?(?:\\E|\Z))
      | (?P<escape>\\[pP](?:\{[^}]*\}|.) | \\x(?:\{[0-9A-Fa-f]*\}|[0-9A-Fa-f]{2}) | \\[0-7]{1,3} | \\.)
      | (?P<set>\[\^?\]?(?:\[:\^?\w*:\]|\\[pP](?:\{[^}]*\}|.)|\\.|[^\]\\])*\])
      | (?P<flags>\(\?[a-zA-Z-]*\))
      | (?P<open>\((?:\?(?:P?<[^>]*>|[a-zA-Z-]*:))?)
      | (?P<close>\)) | (?P<bar>\|)
      | (?P<repeat>[*+?]\??|\{[0-9]+(?:,[0-9]*)?\}\??)
      | (?P<anchor>[\^$])
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_SET_TOKEN = re.compile(r"\[:\^?\w*:\]|\\[pP](?:\{[^}]*\}|.)|\\.|.", re.DOTALL)


class BadPattern(ValueError):
    """The pattern cannot be used; the message says why."""


@dataclass(slots=True)
class Atom:
    """One character, an anchor, or a word boundary (`text` is None); `loose` where it may be one of many."""

    text: str | None
    loose: bool = False
    wide: bool = True  # takes a character


@dataclass(slots=True)
class Group:
    """`( … | … )`; `opened` is its first sign, which says whether it captures."""

    opened: str
    branches: list[list["Node"]] = field(default_factory=lambda: [[]])


@dataclass(slots=True)
class Repeated:
    """Something with `*`, `+`, `?` or `{n,m}` behind it."""

    inner: "Node"
    sign: str

    @property
    def times(self) -> int:
        """How often it stands there when it is written out; once where it is without an end."""
        numbers = re.findall(r"[0-9]+", self.sign)
        return max([1, *map(int, numbers)])


_UNICODE, _ANY, _SET = 12, 5, 2
_ENDLESS = 3  # an endless repeat inside a counted one holds a text in many places at once: measured three times as slow

Node: TypeAlias = Atom | Group | Repeated


def parse(pattern: str) -> Group:
    """The pattern as a tree; it must be one that RE2 accepts. Raises BadPattern for what cannot be made Unicode's."""
    top = Group("(?:")
    stack = [top]
    for match in _TOKEN.finditer(pattern):
        kind, text = str(match.lastgroup), match[0]
        sequence = stack[-1].branches[-1]
        match kind:
            case "open":
                group = Group(text)
                sequence.append(group)
                stack.append(group)
            case "close":
                stack.pop()
            case "bar":
                stack[-1].branches.append([])
            case "repeat" if sequence:
                sequence.append(Repeated(sequence.pop(), text))
            case "quoted":
                sequence += [Atom(re.escape(sign)) for sign in text[2:].removesuffix("\\E")]
            case "flags" | "anchor":
                sequence.append(Atom(text, wide=False))
            case "escape":
                sequence.append(_escape(text))
            case "set":
                sequence.append(Atom(_set(text), loose=True))
            case _:
                sequence.append(Atom(text, loose=text == "."))
    return top


def _escape(text: str) -> Atom:
    letter = text[1]
    if letter == "b":
        return Atom(None, wide=False)
    if letter == "B":
        raise BadPattern(r"\B is not supported; write the letters that may stand there: [\pL\pN]")
    if letter in "Az":
        return Atom(text, wide=False)
    return Atom(_OUTSIDE.get(letter, text), loose=letter in "wWdDsSpP")


def _set(text: str) -> str:
    r"""`[\w-]` with Unicode's letters. `[\W…]` has no spelling in RE2, unless `\w` beside it makes it everything."""
    inverted = text.startswith("[^")
    tokens = _SET_TOKEN.findall(text[2:-1] if inverted else text[1:-1])
    if any({f"\\{low}", f"\\{low.upper()}"} <= set(tokens) for low in "wds"):
        if inverted:
            raise BadPattern(f"{text} excludes every character")
        return r"[\x{0}-\x{10FFFF}]"
    if inverted and tokens in (["\\W"], ["\\S"]):
        return _OUTSIDE[tokens[0][1].lower()]
    for token in ("\\W", "\\S"):
        if token in tokens:
            raise BadPattern(f"{token} cannot stand in {text} beside other signs; list what is meant")
    spelled = "".join(_INSIDE.get(token[1], token) if token[0] == "\\" else token for token in tokens)
    return f"[{'^' if inverted else ''}{spelled}]"


def looseness(node: Node, *, counted: bool = False) -> int:
    """How many places of the pattern a text can be in at once, at most, with its repeats written out.

    What stands in a counted repeat weighs as it was measured: RE2 takes a class of Unicode's apart into bytes.
    """
    match node:
        case Atom(text=text, loose=loose, wide=wide):
            if not counted:
                return int(loose)
            unicode = loose and text is not None and (not text.isascii() or "\\" in text or text.startswith("[^"))
            return _UNICODE if unicode else _ANY if text == "." else _SET if loose else int(wide)
        case Group(branches=branches):
            return sum(looseness(part, counted=counted) for branch in branches for part in branch)
        case Repeated(inner=inner, sign=sign):
            endless = _ENDLESS if sign[0] in "*+" or sign.rstrip("?").endswith(",}") else 1
            return looseness(inner, counted=counted or node.times > 1) * endless * node.times


def length(node: Node) -> int:
    """Characters of the pattern with its repeats written out."""
    match node:
        case Atom(wide=wide):
            return int(wide)
        case Group(branches=branches):
            return sum(map(length, (part for branch in branches for part in branch)))
        case Repeated(inner=inner):
            return length(inner) * node.times


class Writer:
    """Writes a tree for RE2. `marks` counts the boundaries of each edge."""

    def __init__(self) -> None:
        self.marks = {True: 0, False: 0}

    def write(self, node: Node, *, first: bool, last: bool) -> str:
        """`first` and `last`: whether nothing of the pattern takes a character before, or behind, this node."""
        match node:
            case Atom(text=None):
                if not (first or last):
                    raise BadPattern(r"\b stands inside the pattern; write what may stand there, for instance [ -]")
                self.marks[first] += 1
                return _EDGE[first] % self.marks[first]
            case Atom(text=text):
                return text or ""
            case Repeated(inner=inner, sign=sign):
                if has_boundary(inner):
                    raise BadPattern(rf"\b cannot be repeated ('{sign}')")
                return self.write(inner, first=False, last=False) + sign
            case Group(opened=opened, branches=branches):
                # Nobody reads what a group captured, and capturing costs; flags of a group stay.
                opened = "(?:" if opened == "(" or "<" in opened else opened
                return f"{opened}{'|'.join(self._sequence(branch, first, last) for branch in branches)})"

    def _sequence(self, nodes: list[Node], first: bool, last: bool) -> str:
        takes = [length(node) > 0 for node in nodes]
        return "".join(
            self.write(node, first=first and not any(takes[:number]), last=last and not any(takes[number + 1 :]))
            for number, node in enumerate(nodes)
        )


def has_boundary(node: Node) -> bool:
    """Whether a word boundary stands in it."""
    match node:
        case Atom(text=text):
            return text is None
        case Group(branches=branches):
            return any(has_boundary(part) for branch in branches for part in branch)
        case Repeated(inner=inner):
            return has_boundary(inner)
