r"""Regular expressions in linear time: the one file that imports re2.

Patterns see the original text, case and all; `(?i)` ignores case. RE2's `\b`, `\w` and `\d` know only ASCII
(its syntax page says so): `\pL` is "a letter of any script".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import re2

LONGEST_PATTERN = 500  # characters; a longer one is a list of words and belongs into `any`
_MEMORY = 1 << 20  # bytes for a compiled pattern; /(?:x{100}){100}/ needs more, an alternation of 50 names less


class BadPattern(ValueError):
    """The pattern cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Found:
    pattern: int
    start: int
    end: int


class Patterns:
    """Many patterns; those that do not occur in a text cost one common pass."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Compile patterns that `check` has accepted."""
        self._compiled = [re2.compile(pattern, _options()) for pattern in patterns]
        self._set = re2.Set.SearchSet(_options(_MEMORY * max(8, len(patterns)))) if patterns else None
        if self._set is not None:
            for pattern in patterns:
                self._set.Add(pattern)
            self._set.Compile()

    def find(self, text: str) -> Iterator[Found]:
        """Every occurrence of every pattern; empty ones are left out."""
        if self._set is None or not text:
            return
        for number in sorted(self._set.Match(text) or ()):
            for match in self._compiled[number].finditer(text):
                start, end = match.span()
                if end > start:
                    yield Found(number, start, end)


def check(pattern: str) -> None:
    """Raise BadPattern, in words for the pattern's author, where RE2 or our caps refuse it."""
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern(f"the pattern is longer than {LONGEST_PATTERN} characters; list words under 'any'")
    try:
        compiled = re2.compile(pattern, _options())
    except re2.error as error:
        reason = error.args[0] if error.args else "cannot be read"
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise BadPattern(f"bad pattern: {text}") from error
    if compiled.search("") is not None:
        raise BadPattern("the pattern matches the empty text, and so everywhere")


def knows_only_ascii(pattern: str) -> bool:
    """Whether a class that RE2 limits to ASCII stands beside letters outside ASCII."""
    return not pattern.isascii() and any(sign in pattern for sign in ("\\b", "\\w", "\\B", "\\W"))


def _options(memory: int = _MEMORY) -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    return options
