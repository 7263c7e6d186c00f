"""A text as one string in which phrases of words can be found by plain string search.

Every word stands between two marks, every gap between words is one character that says whether a phrase may
run across it: `Daten-Zentrum, Tesla` becomes `‹daten› ‹zentrum›⏎‹tesla›` (the marks are control characters).
Han, Kana and Thai characters stand bare, because their words have no visible borders. A term is written the
same way, so matching terms is finding substrings, many at once.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from rules.text import Word, fold_word, is_plain, is_wide, words

_PLAIN_PAIRS = re.compile(r"([^\W_]+)([\W_]*)")  # a word and the gap behind it
OPEN, CLOSE = "\x02", "\x03"
Field = Literal["title", "text", "url", "author"]

#: A gap that joins words of a phrase (white space, a hyphen, an apostrophe), and one that does not.
SOFT, HARD = " ", "\n"
_BETWEEN_FIELDS = "\x04"

# Hyphens join with or without spaces ("Daten- und"), dashes only without ("Daten–Zentrum"); two line breaks
# end a paragraph.
_JOINS = re.compile(r"(?!\s*\n\s*\n)\s*[-\u2010\u2011'\u2018\u2019\u30fb\u00b7]?\s*|[\u2012-\u2015]")


@dataclass(frozen=True, kw_only=True)
class Passage:
    """Fields of a document as one sequence of words, and its searchable string.

    Where words stand is worked out when it is first asked for: in most texts no term occurs, and nobody asks.
    """

    string: str
    texts: tuple[tuple[Field, str], ...]

    @property
    def tokens(self) -> list[Word]:
        """The words of all fields, in order."""
        return self._layout.tokens

    @property
    def starts(self) -> list[int]:
        """Where each token's text begins in `string`."""
        return self._layout.starts

    @property
    def distance(self) -> list[int]:
        """Half words before each token: a word counts two, a wide character one."""
        return self._layout.distance

    @property
    def fields(self) -> list[tuple[Field, int]]:
        """Each field with the number of its first token."""
        return self._layout.fields

    def token_at(self, index: int) -> int:
        """The number of the token that holds character `index` of `string`."""
        return bisect_right(self.starts, index) - 1

    def first_token(self, field: Field) -> int:
        """The number of the first token of a field (which may be empty)."""
        return next(first for name, first in self.fields if name == field)

    def field_of(self, token: int) -> Field:
        """The field that a token stands in."""
        return next(name for name, first in reversed(self.fields) if first <= token)

    @cached_property
    def _layout(self) -> "_Layout":
        tokens: list[Word] = []
        fields: list[tuple[Field, int]] = []
        for name, text in self.texts:
            fields.append((name, len(tokens)))
            tokens += words(text)
        starts: list[int] = []
        distance: list[int] = []
        index = passed = 0
        for word, _, _ in tokens:
            # Between two words stand only signs, so the next place of its letters is the word itself.
            index = self.string.index(word, index)
            starts.append(index)
            distance.append(passed)
            index += len(word)
            passed += 1 if is_wide(word) else 2
        return _Layout(tokens, starts, distance, fields)


class _Layout(NamedTuple):
    tokens: list[Word]
    starts: list[int]
    distance: list[int]
    fields: list[tuple[Field, int]]


def passage(fields: Mapping[Field, str]) -> Passage:
    """Put the fields, in order, into one passage; no phrase runs across two of them."""
    parts: list[str] = []
    for text in fields.values():
        encode = _encode_plain if is_plain(text) else _encode
        parts.extend(encode(text))
    return Passage(string="".join(parts), texts=tuple(fields.items()))


def _encode_plain(text: str) -> Iterator[str]:
    gap = _BETWEEN_FIELDS
    for word, following in _PLAIN_PAIRS.findall(text.lower()):
        yield f"{gap}{OPEN}{word if word.isascii() else fold_word(word)}{CLOSE}"
        gap = SOFT if following == SOFT else gap_sign(following)


def _encode(text: str) -> Iterator[str]:
    end = -1
    for word in words(text):
        gap = _BETWEEN_FIELDS if end < 0 else gap_sign(text[end : word.start])
        end = word.end
        yield f"{gap}{word.text}" if word.wide else f"{gap}{OPEN}{word.text}{CLOSE}"


@lru_cache(maxsize=1 << 12)
def gap_sign(gap: str) -> str:
    """What stands for the characters between two words: SOFT, HARD, or a single sign such as '.' itself."""
    if not gap:
        return ""
    if _JOINS.fullmatch(gap):
        return SOFT
    return gap if len(gap) == 1 and gap.isprintable() else HARD
