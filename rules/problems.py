"""A mistake in a file that a person edits: where it is, what it is, what to type instead."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """An error keeps a file from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake; `line` and `column` count from 1, in characters. Sorts by place."""

    file: str
    line: int
    column: int
    message: str
    hint: str | None = None
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        label = "warning: " if self.severity is Severity.WARNING else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {label}{self.message}{hint}"

    def __lt__(self, other: "Problem") -> bool:
        return (self.file, self.line, self.column) < (other.file, other.line, other.column)


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, or None where none is like it; letter case does not count."""
    by_lower = {candidate.lower(): candidate for candidate in candidates}
    # 0.6 is difflib's own default; lower offers words that nobody meant.
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """The hint "did you mean 'interval'?", or None."""
    match = nearest(word, candidates)
    return f"did you mean '{match}'?" if match else None
