r"""Regular expressions in linear time: the one file that imports re2.

Patterns see the original text, case and all; `(?i)` ignores case. `\b`, `\w`, `\d` and `\s` know every script
(rules/regex_syntax.py). What could take long in a hostile text is refused when a rule file is loaded.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

import re2

from rules.regex_syntax import BEGIN, BadPattern, Writer, has_boundary, length, looseness, parse

__all__ = ["LONGEST_PATTERN", "BadPattern", "Found", "Patterns", "check"]

LONGEST_PATTERN = 500  # characters; a longer one is a list of words and belongs into `any`

# RE2 runs a pattern as an automaton, 1 to 3 ms for a megabyte. Where a text can be in many places of it at once, the
# automaton grows without end, and RE2 goes on with all places side by side: the time then grows with their number.
_LOOSEST = 60
_LOOSEST_MARKED = 12  # where a word boundary must be found again inside the occurrence: RE2 then runs twice
_LONGEST = 1_000  # characters with repeats written out; `\pL{1000}` alone compiles for a second
_MEMORY = 8 << 20  # bytes for one pattern's automaton; RE2's own default
_TOGETHER = 200  # patterns of one common pass

# A pattern such as `a.*z|a` makes RE2 read to the text's end for each occurrence.
_MOST_READ = 4 << 20  # bytes
_MOST_FOUND = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """An occurrence: the pattern's number, and the span of the text."""

    pattern: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A compiled pattern, and its groups that mark where an occurrence begins and ends behind a boundary."""

    source: str
    compiled: Any
    begins: tuple[int, ...]
    ends: tuple[int, ...]
    looseness: int


class _Hit(NamedTuple):
    """A span of bytes, and which of its edges must be those of a word."""

    start: int
    end: int
    begins_word: bool
    ends_word: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """Patterns that share the passes which say that they do not occur."""

    patterns: Sequence[_Pattern]
    literals: Any
    unknown: frozenset[int]  # numbers of those that the pass for literals knows nothing of
    any_unknown: Any  # one pass for all of these; None where it could be slow

    def candidates(self, data: bytes) -> list[_Pattern]:
        """Those that may occur."""
        if self.literals is None:
            return list(self.patterns)
        numbers = set(self.literals.Match(data, potential=True) or ())
        # Of 1,000 articles 25 hold what a pattern without literals looks for.
        if self.any_unknown is not None and self.any_unknown.search(data) is None:
            numbers -= self.unknown
        return [self.patterns[number] for number in sorted(numbers)]


class Patterns:
    """Many patterns; those that do not occur in a text cost a common pass or two."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Compile patterns that `check` has accepted."""
        self._numbers: dict[str, list[int]] = {}  # groups share patterns: each is looked for once
        compiled: list[_Pattern] = []
        for number, pattern in enumerate(patterns):
            one = _compiled(pattern)
            if one.source not in self._numbers:
                compiled.append(one)
            self._numbers.setdefault(one.source, []).append(number)
        self._parts = [_part(compiled[start : start + _TOGETHER]) for start in range(0, len(compiled), _TOGETHER)]

    def find(self, text: str) -> Iterator[Found]:
        """The occurrences of every pattern, of each the first 1,000 (in a text of 64 KB the first 64)."""
        if not text or not self._parts:
            return
        data = text.encode("utf-8", "surrogatepass") if not text.isascii() else text.encode()
        offsets: Sequence[int] | None = range(len(text) + 1) if len(data) == len(text) else None
        for pattern in (pattern for part in self._parts for pattern in part.candidates(data)):
            for hit in self._hits(pattern, data):
                offsets = offsets or _characters(text)
                start, end = offsets[hit.start], offsets[hit.end]
                if (not hit.begins_word or _in_word(text[start])) and (not hit.ends_word or _in_word(text[end - 1])):
                    yield from (Found(number, start, end) for number in self._numbers[pattern.source])

    @staticmethod
    def _hits(pattern: _Pattern, data: bytes) -> Iterator[_Hit]:
        position = 0
        for _ in range(min(_MOST_FOUND, max(1, _MOST_READ // len(data)))):
            match = pattern.compiled.search(data, position)
            if match is None:
                return
            begin = max(map(match.start, pattern.begins), default=-1)  # -1 for a group that has no part in it
            ends = [at for at in map(match.start, pattern.ends) if at >= 0]
            start, end = max(match.start(), begin), min([match.end(), *ends])
            if end > start:
                yield _Hit(start, end, begin >= 0, bool(ends))
            # The sign behind a boundary may be the one before the next occurrence: go on where the word ended.
            position = max(end, position + 1) if end > start else max(match.end(), position + 1)
            if position > len(data):
                return


def check(pattern: str) -> None:
    """Raise BadPattern, in words for the pattern's author, where RE2 or our limits refuse it."""
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern(f"the pattern is longer than {LONGEST_PATTERN} characters; list words under 'any'")
    try:
        re2.compile(pattern, _options())
    except UnicodeEncodeError as error:
        raise BadPattern("bad pattern: it holds half a character") from error
    except re2.error as error:
        raise BadPattern(f"bad pattern: {_reason(error)}") from error
    tree = parse(pattern)
    most = _LOOSEST_MARKED if has_boundary(tree) else _LOOSEST
    if looseness(tree) > most or length(tree) > _LONGEST:
        raise BadPattern(
            "the pattern could be slow: with its repeats written out a text can be in too many places of it at once; "
            "use smaller numbers in {…}, or two terms and 'near'"
        )
    try:
        compiled = _compiled(pattern).compiled
    except re2.error as error:
        raise BadPattern("the pattern is too large; list words under 'any'") from error
    if compiled.search(b"") is not None:
        raise BadPattern("the pattern matches the empty text, and so everywhere")


@lru_cache(maxsize=1 << 10)  # `check` and `Patterns` ask for the same, and so does the next version of a file
def _compiled(pattern: str) -> _Pattern:
    tree = parse(pattern)
    source = Writer().write(tree, first=True, last=True)
    compiled = re2.compile(source.encode("utf-8", "surrogatepass"), _options())
    begins: list[int] = []
    ends: list[int] = []
    for raw, number in compiled.groupindex.items():
        name = raw.decode() if isinstance(raw, bytes) else raw
        (begins if name.startswith(BEGIN) else ends).append(number)
    return _Pattern(source, compiled, tuple(begins), tuple(ends), looseness(tree))


def _part(patterns: Sequence[_Pattern]) -> _Part:
    literals = _literals([pattern.source for pattern in patterns])
    if literals is None:
        return _Part(patterns, None, frozenset(), None)
    # Those that may occur in a text that holds nothing. A boundary's marks have names, which cannot stand twice.
    empty = literals.Match(b"\x00", potential=True) or ()
    unknown = frozenset(number for number in empty if not (patterns[number].begins or patterns[number].ends))
    return _Part(patterns, literals, unknown, _any_of([patterns[number] for number in sorted(unknown)]))


def _any_of(patterns: Sequence[_Pattern]) -> Any:
    """One pass that says whether any of them occurs; None where there are too few, or they are too loose together."""
    if len(patterns) < 2 or sum(pattern.looseness for pattern in patterns) > _LOOSEST:
        return None
    source = "|".join(f"(?:{pattern.source})" for pattern in patterns)
    try:
        return re2.compile(source.encode("utf-8", "surrogatepass"), _options())
    except re2.error:
        return None


def _literals(sources: Sequence[str]) -> Any:
    """One pass for the literals that patterns need: which of them may occur. None where there is none to look for.

    Not re2.Set: it runs the patterns themselves, and where its memory ends it says that none occurs.
    """
    literals = re2.Filter()
    try:
        for source in sources:
            literals.Add(source, _options())
        literals.Compile()
    except re2.error:
        return None
    return literals


def _in_word(sign: str) -> bool:
    return sign == "_" or sign.isalnum() or unicodedata.category(sign)[0] == "M"


def _characters(text: str) -> list[int]:
    """For each byte of the UTF-8 text, and its end, the number of the character that begins there."""
    sizes = [1 if sign < "\x80" else 2 if sign < "\u0800" else 3 if sign < "\U00010000" else 4 for sign in text]
    offsets = [0] * (sum(sizes) + 1)
    for number, byte in enumerate(accumulate(sizes, initial=0)):
        offsets[byte] = number
    return offsets


def _reason(error: re2.error) -> str:
    reason = error.args[0] if error.args else "cannot be read"
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)


def _options(memory: int = _MEMORY) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    return options
