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

from rules.text import Word, words

_ASCII_PAIRS = re.compile(r"([a-z0-9]+)([^a-z0-9]*)")  # a word and the gap behind it
_CHUNKS = re.compile(r"(\S+)(\s*)")

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
        layout = _Layout([], [], [], [])
        index = passed = 0
        for name, text in self.texts:
            layout.fields.append((name, len(layout.tokens)))
            for word in words(text):
                # Between two words stand only signs, so the next place of its letters is the word itself.
                index = self.string.index(word.text, index)
                layout.tokens.append(word)
                layout.starts.append(index)
                layout.distance.append(passed)
                index += len(word.text)
                passed += 1 if word.wide else 2
        return layout


class _Layout(NamedTuple):
    tokens: list[Word]
    starts: list[int]
    distance: list[int]
    fields: list[tuple[Field, int]]


def passage(fields: Mapping[Field, str]) -> Passage:
    """Put the fields, in order, into one passage; no phrase runs across two of them."""
    parts: list[str] = []
    for text in fields.values():
        encode = _encode_ascii if text.isascii() else _encode
        parts.extend(encode(text))
    return Passage(string="".join(parts), texts=tuple(fields.items()))


def _encode_ascii(text: str) -> Iterator[str]:
    gap = _BETWEEN_FIELDS
    for word, following in _ASCII_PAIRS.findall(text.lower()):
        yield f"{gap}{OPEN}{word}{CLOSE}"
        gap = SOFT if following == SOFT else gap_sign(following)


def _encode(text: str) -> Iterator[str]:
    before, first = "", True
    for chunk, space in _CHUNKS.findall(text):
        lead, encoded, tail = _encode_chunk(chunk)
        if not encoded:
            before += chunk + space
            continue
        gap = before + lead
        yield _BETWEEN_FIELDS if first else SOFT if gap == SOFT else gap_sign(gap)
        yield encoded
        before, first = tail + space, False


# As large as the cache of words: the two are asked for the same chunks.
@lru_cache(maxsize=1 << 16)
def _encode_chunk(chunk: str) -> tuple[str, str, str]:
    """Signs before the first word, the encoded words, signs behind the last, of a text without white space."""
    found = words(chunk)
    if not found:
        return "", "", ""
    encoded = "".join(
        (gap_sign(chunk[before.end : word.start]) if before else "")
        + (word.text if word.wide else f"{OPEN}{word.text}{CLOSE}")
        for before, word in zip([None, *found], found, strict=False)
    )
    return chunk[: found[0].start], encoded, chunk[found[-1].end :]


@lru_cache(maxsize=1 << 12)
def gap_sign(gap: str) -> str:
    """What stands for the characters between two words: SOFT, HARD, or a single sign such as '.' itself."""
    if not gap:
        return ""
    if _JOINS.fullmatch(gap):
        return SOFT
    return gap if len(gap) == 1 and gap.isprintable() else HARD
