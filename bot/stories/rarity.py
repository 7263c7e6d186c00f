"""How much a feature tells: among all articles of the window, among those on one subject, among those of one source.

"Twitter" tells a lot in the news at large and nothing among stories on Twitter; "Article URL" tells nothing in a feed
that prints it under every item. Counted are stories, not articles, where the subject is concerned: the words of one
large event are its own, however many report it. Pure.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from itertools import chain

from bot.stories.features import Features

PRIOR = 3_000
"""Articles that the tables of frequencies count as: with them a small archive weighs words as a large one does."""

_SUBJECT_PRIOR = 20
_SUBJECT_SHARE = 0.02
_KNOWN_SUBJECT, _DOUBT = 10, 0.45
"""Until there are so many stories on a subject, what its rules look for is taken to be in most of them."""

_OWN = 1
"""The event in question itself holds its words."""


class Frequencies:
    """In how many articles of the window a feature stands."""

    def __init__(self) -> None:
        self._articles = 0
        self._on_a_subject = 0
        self._counts: Counter[str] = Counter()

    def count(self, weights: Iterable[str], *, subject: bool, by: int) -> None:
        """Add (1) or take away (-1) an article."""
        self._articles += by
        self._on_a_subject += by * subject
        counts = self._counts
        for feature in weights:
            left = counts[feature] + by
            if left:
                counts[feature] = left
            else:
                del counts[feature]

    def of(self, features: Features) -> dict[str, float]:
        """Inverse document frequencies (Spärck Jones), smoothed by what the language expects."""
        articles = self._articles + 1 + PRIOR
        subject = self._on_a_subject + 6
        counts, shares, log = self._counts, features.shares, math.log
        return {
            feature: max(
                0.0,
                log(subject / (counts[feature] + 1.5))
                if feature[0] == "t"
                else log(articles / (counts[feature] + 1.5 + PRIOR * shares[feature])),
            )
            for feature in features.weights
        }


class Subject:
    """The stories on one subject, or of one source: how many, and how many of them hold a feature."""

    def __init__(self) -> None:
        self.stories = 0
        self.holding: Counter[str] = Counter()

    def rarity(self, feature: str) -> float:
        """1 for a feature that no other story here has, 0 for one that all have."""
        return rarity(self.stories, self.holding.get(feature, 0))


def rarity(stories: int, holding: int) -> float:
    """1 where none of so many stories but the one in question holds a feature, 0 where all do."""
    if stories < 2:
        return 1.0
    rarest = 0.5 + _SUBJECT_PRIOR * _SUBJECT_SHARE
    most = math.log((stories + _SUBJECT_PRIOR) / rarest)
    return max(0.0, math.log((stories + _SUBJECT_PRIOR) / (max(0, holding - _OWN) + rarest)) / most)


class Contexts:
    """What two articles have in common before they say anything: subjects, and a source. Remembers what it finds."""

    def __init__(
        self,
        subjects: Collection[Subject],
        neighbours: Collection[Mapping[str, float]] = (),
        said: AbstractSet[str] = frozenset(),
    ) -> None:
        """`said` are the words of the rules' own terms."""
        self._subjects = subjects
        self._neighbours = len(neighbours)
        self._held = Counter(chain.from_iterable(neighbours))
        self._said = said
        known = max((subject.stories for subject in subjects), default=_KNOWN_SUBJECT)
        self.trust = min(1.0, _DOUBT + (1.0 - _DOUBT) * known / _KNOWN_SUBJECT)
        self._known: dict[str, float] = {}

    def rarity(self, feature: str) -> float:
        """The least of the feature's rarities."""
        if not self._subjects and not self._neighbours:
            return 1.0  # nothing in common: most pairs of articles
        known = self._known.get(feature)
        if known is None:
            known = min((subject.rarity(feature) for subject in self._subjects), default=1.0)
            if self._neighbours:
                known = min(known, rarity(self._neighbours, self._held[feature]))
            if feature[0] == "g" or feature in self._said:
                known *= self.trust
            self._known[feature] = known
        return known
