"""A change of a text at places: what stands around them stays, to the character. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Splice:
    """Characters `start` to `end` become `text`; where both are equal, it is put in between."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Splices of a document's text, and the data that the document must have afterwards."""

    splices: tuple[Splice, ...]
    data: Any


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text after splices that do not overlap."""
    for splice in sorted(splices, key=lambda one: (one.start, one.end), reverse=True):
        text = text[: splice.start] + splice.text + text[splice.end :]
    return text


def in_raw_text(raw: str, splices: Iterable[Splice]) -> list[Splice]:
    r"""Splices that were made for `raw` with every \r\n as \n, moved to where they belong in `raw` itself."""
    # The n-th pair's \n stands n characters earlier in the text without \r.
    pairs = [match.start() - number for number, match in enumerate(re.finditer("\r\n", raw))]
    windows = len(pairs) * 2 > raw.count("\n")
    return [
        Splice(
            start=splice.start + bisect_left(pairs, splice.start),
            end=splice.end + bisect_left(pairs, splice.end),
            text=splice.text.replace("\n", "\r\n") if windows else splice.text,
        )
        for splice in splices
    ]


class Lines:
    """The lines of a text, counted from 0, and where they begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        if self._starts[-1] == len(text):
            self._starts.pop()

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, number: int) -> str:
        """The line without its end."""
        return self.text[self.start(number) : self.start(number + 1)].removesuffix("\n")

    def of(self, index: int) -> int:
        """The line in which a character stands; the end of the text counts to its last line."""
        return bisect_right(self._starts, index) - 1

    def start(self, number: int) -> int:
        """Where a line begins; for the number behind the last one, the end of the text."""
        return self._starts[number] if number < len(self._starts) else len(self.text)

    def end(self, number: int) -> int:
        """Where the line's own text ends."""
        return self.start(number) + len(self[number])

    def indent(self, number: int) -> int:
        return len(self[number]) - len(self[number].lstrip(" "))

    def is_comment(self, number: int) -> bool:
        return self[number].lstrip(" \t").startswith("#")

    def is_blank(self, number: int) -> bool:
        return not self[number].strip()

    def put_before(self, number: int, lines: str) -> Splice:
        r"""Whole lines, each ended by \n, put before a line or behind the last one."""
        at = self.start(number)
        if at == len(self.text) and at and not self.text.endswith("\n"):
            return Splice(start=at, end=at, text="\n" + lines.removesuffix("\n"))
        return Splice(start=at, end=at, text=lines)

    def without(self, first: int, behind: int) -> Splice:
        """Lines `first` to `behind`, the latter not included, taken out."""
        start, end = self.start(first), self.start(behind)
        if end == len(self.text) and start and not self.text.endswith("\n"):
            start -= 1  # the text ended without a line end and does so again
        return Splice(start=start, end=end, text="")
