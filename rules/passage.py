"""A text as one string in which phrases of words can be found by plain string search.

Every word stands between two marks, every gap between words is one character that says whether a phrase may
run across it: `Daten-Zentrum, Tesla` becomes `‹daten› ‹zentrum›⏎‹tesla›` (the marks are control characters).
Han, Kana and Thai characters stand bare, because their words have no visible borders. A term is written the
same way, so matching terms is finding substrings, many at once.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, count
from operator import add
from typing import Literal, NamedTuple

from rules.text import Cut, cut, has_wide, is_wide

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
    cuts: tuple[tuple[Field, Cut], ...]

    @property
    def begins(self) -> Sequence[int]:
        """Where each token begins in the text of its field."""
        return self._layout.begins

    @property
    def ends(self) -> Sequence[int]:
        """Where each token ends in the text of its field."""
        return self._layout.ends

    @property
    def starts(self) -> Sequence[int]:
        """Where each token's text begins in `string`."""
        return self._layout.starts

    @property
    def distance(self) -> Sequence[int]:
        """Half words before each token: a word counts two, a wide character one."""
        return self._layout.distance

    @property
    def fields(self) -> Sequence[tuple[Field, int]]:
        """Each field with the number of its first token."""
        return self._layout.fields

    def tokens_of(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and last token of a span of `string`, or None where it cuts a wide character from its marks."""
        starts, wide_ends = self._layout.starts, self._layout.wide_ends
        bordered = self.string[start] == OPEN
        first = bisect_right(starts, start + bordered) - 1
        last = bisect_right(starts, end - 1) - 1
        if not bordered and start != starts[first] and first in wide_ends:
            return None
        if self.string[end - 1] != CLOSE and wide_ends.get(last, end) != end:
            return None
        return first, last

    def tokens_in(self, field: Field, start: int, end: int) -> tuple[int, int]:
        """The tokens that a span of a field touches; signs between words count for the word after them."""
        low = self.first_token(field)
        later = [first for _, first in self.fields if first > low]
        high = min(later, default=len(self.begins))
        first = bisect_right(self.ends, start, low, high)
        last = bisect_left(self.begins, end, low, high) - 1
        top = max(low, high - 1)
        return min(first, top), max(min(first, top), min(last, top))

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
        begins: list[int] = []
        ends: list[int] = []
        fields: list[tuple[Field, int]] = []
        for name, found in self.cuts:
            fields.append((name, len(begins)))
            of_field = found.spans
            begins += of_field[0]
            ends += of_field[1]
        if not has_wide(self.string):  # each word has a border of its own
            borders = accumulate(map(len, self.string.split(OPEN)[:-1]))
            starts = list(map(add, borders, count(1)))
            return _Layout(begins, ends, starts, range(0, 2 * len(begins), 2), fields, {})
        starts = []
        distance: list[int] = []
        wide_ends: dict[int, int] = {}
        index = passed = 0
        for number, word in enumerate(word for _, found in self.cuts for word in found.tokens):
            # Between two words stand only signs, so the next place of its letters is the word itself.
            index = self.string.index(word, index)
            starts.append(index)
            distance.append(passed)
            index += len(word)
            if is_wide(word):
                wide_ends[number] = index
            passed += 1 if number in wide_ends else 2
        return _Layout(begins, ends, starts, distance, fields, wide_ends)


class _Layout(NamedTuple):
    begins: Sequence[int]
    ends: Sequence[int]
    starts: Sequence[int]
    distance: Sequence[int]
    fields: Sequence[tuple[Field, int]]
    wide_ends: Mapping[int, int]  # wide token → where its text ends in the string


def passage(fields: Mapping[Field, str]) -> Passage:
    """Put the fields, in order, into one passage; no phrase runs across two of them."""
    cuts = tuple((field, cut(text)) for field, text in fields.items())
    string = "".join(
        _encode_plain(found) if found.parts else "".join(_encode(found, fields[field])) for field, found in cuts
    )
    return Passage(string=string, cuts=cuts)


def _encode_plain(found: Cut) -> str:
    if not found.tokens:
        return ""
    pieces = list(found.parts[1:-1])
    pieces[::2] = found.tokens
    pieces[1::2] = map(_BORDERS.__getitem__, pieces[1::2])
    return f"{_BETWEEN_FIELDS}{OPEN}{''.join(pieces)}{CLOSE}"


def _encode(found: Cut, text: str) -> Iterator[str]:
    end = -1
    for word in found.words:
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
