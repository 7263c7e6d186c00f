"""How much a feature tells: among all articles of the window, among those on one subject, among those of one source.

"Twitter" tells a lot in the news at large and nothing among stories on Twitter; "Article URL" tells nothing in a feed
that prints it under every item. Counted are stories, not articles, where the subject is concerned: the words of one
large event are its own, however many report it. Pure.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping
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

    def add(self, features: Mapping[str, object], *, subject: bool) -> None:
        """Count an article."""
        self._articles += 1
        self._on_a_subject += subject
        self._counts.update(features.keys())

    def remove(self, features: Mapping[str, object], *, subject: bool) -> None:
        """Count an article no more."""
        self._articles -= 1
        self._on_a_subject -= subject
        counts = self._counts
        for feature in features:
            left = counts[feature] - 1
            if left:
                counts[feature] = left
            else:
                del counts[feature]

    def of(self, features: Features) -> dict[str, float]:
        """Inverse document frequencies (Spärck Jones), smoothed by what the language expects."""
        articles = self._articles + 1 + PRIOR
        subject = self._on_a_subject + 6
        known, log = self._counts.get, math.log
        idf = {
            feature: log(articles / expected)
            if (expected := known(feature, 0) + 1.5 + PRIOR * share) < articles
            else 0.0
            for feature, share in features.shares.items()
        }
        for feature in features.common:
            if feature[0] == "t":  # counted among the articles that have a subject at all
                idf[feature] = max(0.0, log(subject / (known(feature, 0) + 1.5)))
        return idf


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
        self.empty = not subjects and not neighbours  # most pairs of articles: every feature's rarity is 1
        self._neighbours = len(neighbours)
        self._held = Counter(chain.from_iterable(neighbours))
        self._said = said
        known = max((subject.stories for subject in subjects), default=_KNOWN_SUBJECT)
        self.trust = min(1.0, _DOUBT + (1.0 - _DOUBT) * known / _KNOWN_SUBJECT)
        self._known: dict[str, float] = {}

    def rarity(self, feature: str) -> float:
        """The least of the feature's rarities."""
        if self.empty:
            return 1.0
        known = self._known.get(feature)
        if known is None:
            known = min((subject.rarity(feature) for subject in self._subjects), default=1.0)
            if self._neighbours:
                known = min(known, rarity(self._neighbours, self._held[feature]))
            if feature[0] == "g" or feature in self._said:
                known *= self.trust
            self._known[feature] = known
        return known
