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
from itertools import accumulate
from typing import Literal, NamedTuple

from rules.text import Word, fold_word, has_wide, is_plain, is_wide, words

_PLAIN_GAP = re.compile(r"([\W_]+)")
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
        return self._firsts[field]

    def field_of(self, token: int) -> Field:
        """The field that a token stands in."""
        return next(name for name, first in reversed(self.fields) if first <= token)

    @cached_property
    def _firsts(self) -> dict[Field, int]:
        return dict(self.fields)

    @cached_property
    def windows(self) -> "dict[str | None, tuple[int, int]]":
        """What `Scene.window` has found; it is asked for every occurrence of every rule."""
        return {}

    @cached_property
    def _layout(self) -> "_Layout":
        tokens: list[Word] = []
        fields: list[tuple[Field, int]] = []
        for name, text in self.texts:
            fields.append((name, len(tokens)))
            tokens += words(text)
        if not has_wide(self.string):  # each word has a border of its own
            borders = accumulate(map(len, self.string.split(OPEN)[:-1]))
            starts = [index + number for number, index in enumerate(borders, 1)]
            return _Layout(tokens, starts, list(range(0, 2 * len(tokens), 2)), fields)
        starts = []
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
    string = "".join(_encode_plain(text) if is_plain(text) else "".join(_encode(text)) for text in fields.values())
    return Passage(string=string, texts=tuple(fields.items()))


def _encode_plain(text: str) -> str:
    parts = _PLAIN_GAP.split(text.lower())  # word, gap, word, …; an empty word before or behind a gap at the ends
    if not parts[0]:
        del parts[:2]
    if parts and not parts[-1]:
        del parts[-2:]
    if not parts:
        return ""
    parts[1::2] = [_BORDERS[gap] for gap in parts[1::2]]
    if not text.isascii():
        parts[::2] = [word if word.isascii() else fold_word(word) for word in parts[::2]]
    return f"{_BETWEEN_FIELDS}{OPEN}{''.join(parts)}{CLOSE}"


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


class _Borders(dict[str, str]):
    """The end of a word, the sign of the gap, the beginning of the next word; gaps come again and again."""

    def __missing__(self, gap: str) -> str:
        border = f"{CLOSE}{gap_sign(gap)}{OPEN}"
        if len(self) < _MOST_GAPS:
            self[gap] = border
        return border


_MOST_GAPS = 1 << 12  # a week of feeds has 3,000
_BORDERS = _Borders()
