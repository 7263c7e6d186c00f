"""A text as one string in which phrases of words can be found by plain string search.

Every word stands between two marks, every gap between words is one character that says whether a phrase may
run across it: `Daten-Zentrum, Tesla` becomes `‹daten› ‹zentrum›⏎‹tesla›` (the marks are control characters).
Han, Kana and Thai characters stand bare, because their words have no visible borders. A term is written the
same way, so matching terms is finding substrings, many at once.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rules.text import Word, is_wide, words

OPEN, CLOSE = "\x02", "\x03"
Field = Literal["title", "text", "url", "author"]

#: A gap that joins words of a phrase (white space, a hyphen, an apostrophe), and one that does not.
SOFT, HARD = " ", "\n"
_BETWEEN_FIELDS = "\x04"

# Hyphens join with or without spaces ("Daten- und"), dashes only without ("Daten–Zentrum"); two line breaks
# end a paragraph.
_JOINS = re.compile(r"(?!\s*\n\s*\n)\s*[-\u2010\u2011'\u2018\u2019\u30fb\u00b7]?\s*|[\u2012-\u2015]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Fields of a document as one sequence of words, and its searchable string."""

    string: str
    tokens: tuple[Word, ...]
    starts: list[int]  # where each token's text begins in `string`
    distance: list[int]  # half words before each token: a word counts two, a wide character one
    fields: tuple[tuple[Field, int], ...]  # (field, number of its first token)

    def token_at(self, index: int) -> int:
        """The number of the token that holds character `index` of `string`."""
        return bisect_right(self.starts, index) - 1

    def first_token(self, field: Field) -> int:
        """The number of the first token of a field (which may be empty)."""
        return next(first for name, first in self.fields if name == field)

    def field_of(self, token: int) -> Field:
        """The field that a token stands in."""
        return next(name for name, first in reversed(self.fields) if first <= token)


def passage(fields: Mapping[Field, str]) -> Passage:
    """Put the fields, in order, into one passage; no phrase runs across two of them."""
    parts: list[str] = []
    tokens: list[Word] = []
    starts: list[int] = []
    distance: list[int] = []
    firsts: list[tuple[Field, int]] = []
    length = passed = 0
    for name, text in fields.items():
        firsts.append((name, len(tokens)))
        end = -1
        for word in words(text):
            token = word[0]
            gap = _BETWEEN_FIELDS if end < 0 else text[end : word[1]]
            end = word[2]
            if gap and gap not in {SOFT, _BETWEEN_FIELDS}:
                gap = gap_sign(gap)
            wide = not token.isascii() and is_wide(token)
            encoded = f"{gap}{token}" if wide else f"{gap}{OPEN}{token}{CLOSE}"
            starts.append(length + len(gap) + (not wide))
            distance.append(passed)
            passed += 1 if wide else 2
            length += len(encoded)
            parts.append(encoded)
            tokens.append(word)
    return Passage(string="".join(parts), tokens=tuple(tokens), starts=starts, distance=distance, fields=tuple(firsts))


@lru_cache(maxsize=1 << 12)
def gap_sign(gap: str) -> str:
    """What stands for the characters between two words: SOFT, HARD, or a single sign such as '.' itself."""
    if not gap:
        return ""
    if _JOINS.fullmatch(gap):
        return SOFT
    return gap if len(gap) == 1 and gap.isprintable() else HARD
