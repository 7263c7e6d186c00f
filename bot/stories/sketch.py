"""Near-duplicates: how much of two texts' words are the same, told from a few hundred bytes each. Pure.

A bottom-k sketch (Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007): the k smallest hashes of a
text's words. The k smallest hashes of a union can be read off both sketches, and the part of them that both hold
estimates the Jaccard index. Two copies almost surely share one of the smallest few, by which they find each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

SIZE = 128
KEYS = 6
"""Of the smallest hashes, those by which candidates are looked up."""

WORD = 4
"""Shorter words say little."""

LEAST = 20
"""Fewer different words than this say too little to be called a copy."""

COPY = 0.4
"""Jaccard index from which two texts are prints of one: lightly edited agency copies with other boilerplate stay above,
two reports on one event below."""


def sketch(tokens: Iterable[str]) -> tuple[int, ...]:
    """The smallest hashes of the words, ascending; empty for a text of too few."""
    words = {token for token in tokens if len(token) >= WORD}
    if len(words) < LEAST:
        return ()
    return tuple(sorted({crc32(word.encode()) for word in words})[:SIZE])


def resemblance(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """The estimated Jaccard index of the texts behind two sketches; 0 where one is empty."""
    if not a or not b:
        return 0.0
    first, second = set(a), set(b)
    both = first & second
    if len(both) < COPY * min(len(a), len(b)) / 2:
        return 0.0  # far from a copy, whatever the estimate
    # The whole of a short text is in its sketch; then the union is known and nothing needs to be estimated.
    size = SIZE if len(a) == SIZE or len(b) == SIZE else len(first | second)
    smallest = sorted(first | second)[:size]
    return len(both.intersection(smallest)) / len(smallest)
