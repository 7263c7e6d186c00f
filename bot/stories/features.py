"""What of an article is compared with others: words, names, numbers, pieces of compounds, term groups of rules. Pure.

A feature is a short string: `w:` a word's stem, `n:` five letters inside a long word of a language that joins words,
`c:` two characters of a script without spaces, `d:` a number, `g:` a term group of the rules, `t:` a term group that
names who it is about. Between languages only names, numbers and groups can be the same; they are `common`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from sys import intern

from bot.stories.frequencies import share_of_articles
from bot.stories.headline_names import named
from bot.stories.numerals import numbers
from rules.stems import stem
from rules.text import Word, has_wide, is_wide, words

TITLE_WORDS = 60
TEXT_WORDS = 100
"""Words from the start of a text that say what happened; what follows is background that many stories share."""

TEXT_CHARACTERS = 15 * TEXT_WORDS
"""Enough for so many words in every language; the rest of a long text is not split for nothing."""

TITLE, TEXT = 2.0, 1.0
"""A word of the headline counts twice."""

_TOO_COMMON = 0.6
"""Words that most articles hold tell none from another."""

_CAPITAL_NOUNS = frozenset({"de", "lb"})
_COMPOUNDING = frozenset({"da", "de", "fi", "hu", "nl", "no", "sv"})
_PIECE, _LONG, _PIECE_WEIGHT = 5, 6, 0.8
"""Letters of a piece, letters of a word that is cut into some; all pieces of a word together weigh this."""

_PAIR_WEIGHT, _PAIR_SHARE = 0.6, 0.002
_RARE, _RARE_GERMAN, _RARE_NAME = 6e-4, 6e-3, 1.2e-2
"""Shares of articles below which a word is likely a name: in any spelling, in capitals in German, in capitals."""

_YEARS = range(1990, 2036)
_NUMBER_SHARES = ((10.0, 0.0), (100.0, 0.01), (math.inf, 0.002))
GROUP, GROUP_SHARE = 1.0, 0.03
TOPIC = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """An article's features.

    `weights` says how much each counts in it, `shares` in what share of all articles it is expected, `origins` which
    word it comes from (two features of one word are one piece of evidence), `surfaces` how it is written. `said` are
    the words of the rules' own terms, `named` the names in the headline.
    """

    weights: Mapping[str, float]
    shares: Mapping[str, float] = field(default_factory=dict)
    common: frozenset[str] = frozenset()
    origins: Mapping[str, str] = field(default_factory=dict)
    surfaces: Mapping[str, str] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()


def read_features(
    *,
    title: str,
    text: str,
    language: str | None,
    groups: Iterable[str],
    topics: Iterable[str],
    said: frozenset[str] = frozenset(),
) -> Features:
    """Reduce an article.

    `topics` are the term groups of names that stand in its head, `groups` all others that it hit, `said` the folded
    words of both in its head.
    """
    made = _Made(language or "", said)
    text = text[:TEXT_CHARACTERS]
    head, body = made.read(title, TITLE, TITLE_WORDS), made.read(text, TEXT, TEXT_WORDS)
    topics = sorted(topics)  # in an order that is the same in every process
    for topic in topics:
        made.add(intern(f"t:{topic}"), TOPIC, 0.0, origin=topic, common=True)
    for group in sorted(groups):
        name = group.rpartition("/")[2]
        if name not in topics:
            made.add(intern(f"g:{name}"), GROUP, GROUP_SHARE, origin=f"g:{name}", common=True, surface=name)
    return Features(
        weights=made.weights,
        shares=made.shares,
        common=frozenset(made.common),
        origins=made.origins,
        surfaces=made.surfaces,
        said=frozenset(made.said),
        named=frozenset(named(title, head, text, body) if language not in _CAPITAL_NOUNS else ()),
    )


class _Made:
    def __init__(self, language: str, said: frozenset[str]) -> None:
        self.weights: dict[str, float] = {}
        self.shares: dict[str, float] = {}
        self.origins: dict[str, str] = {}
        self.surfaces: dict[str, str] = {}
        self.common: set[str] = set()
        self.said: set[str] = set()
        self._language = language
        self._said = said

    def add(
        self, feature: str, weight: float, share: float, *, origin: str, common: bool = False, surface: str = ""
    ) -> None:
        if self.weights.get(feature, 0.0) >= weight:
            return
        self.weights[feature] = weight
        self.shares[feature] = share
        self.origins.setdefault(feature, origin)
        if common:
            self.common.add(feature)
        if surface:
            self.surfaces.setdefault(feature, surface)

    def read(self, text: str, weight: float, most: int) -> list[tuple[Word, str]]:
        """Take a text's features; returns its words that tell something, each with its feature."""
        if any(map(str.isdigit, text)):
            self._numbers(text, weight)
        found = words(text)[:most]
        if has_wide(text):
            self._pairs(found, weight)
        language = self._language
        told: list[tuple[Word, str]] = []
        for one in found:
            word, start, end = one
            if len(word) < 2 or word.isdigit() or is_wide(word):
                continue
            known = _known_word(word, language)
            if known.share > _TOO_COMMON:
                continue
            if word in self._said:
                self.said.add(known.stem)
            capital = text[start].isupper()
            name = len(word) > 2 and known.share < (
                _RARE if not capital else _RARE_GERMAN if language == "de" else _RARE_NAME
            )
            self.add(known.stem, weight, known.share, origin=known.stem, common=name, surface=text[start:end])
            told.append((one, known.stem))
            if known.pieces:
                self._pieces(known, weight)
        return told

    def _pieces(self, known: _Known, weight: float) -> None:
        weights, shares, origins = self.weights, self.shares, self.origins
        weight *= known.piece_weight
        share = max(known.share, 0.001)
        for piece in known.pieces:  # some hundred an article: as little as possible for each
            if weights.get(piece, 0.0) < weight:
                weights[piece] = weight
                shares[piece] = share
                origins.setdefault(piece, known.stem)

    def _numbers(self, text: str, weight: float) -> None:
        for value in numbers(text):
            share = next(share for bound, share in _NUMBER_SHARES if value < bound)
            if not share:
                continue
            year = value in _YEARS
            feature = intern(f"d:{value:g}")
            self.add(
                feature,
                weight * (0.5 if year else 1.0),
                0.05 if year else share,
                origin=feature,
                common=not year,
                surface=f"{value:g}",
            )

    def _pairs(self, found: list[Word], weight: float) -> None:
        """Two characters side by side, of a script that puts no spaces between words."""
        for one, other in pairwise(found):
            if one.end == other.start and is_wide(one.text) and is_wide(other.text):
                pair = one.text + other.text
                self.add(intern(f"c:{pair}"), weight * _PAIR_WEIGHT, _PAIR_SHARE, origin=pair, surface=pair)


@dataclass(frozen=True, slots=True)
class _Known:
    stem: str
    share: float
    pieces: tuple[str, ...]
    piece_weight: float


@lru_cache(maxsize=1 << 16)
def _known_word(word: str, language: str) -> _Known:
    pieces: tuple[str, ...] = ()
    if language in _COMPOUNDING and len(word) >= _LONG:
        cut = dict.fromkeys(word[start : start + _PIECE] for start in range(len(word) - _PIECE + 1))
        pieces = tuple(intern(f"n:{piece}") for piece in cut)
    return _Known(
        stem=intern(f"w:{stem(word, language)}"),
        share=share_of_articles(word, language or "en"),
        pieces=pieces,
        piece_weight=_PIECE_WEIGHT / math.sqrt(len(pieces)) if pieces else 0.0,
    )
