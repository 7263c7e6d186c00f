"""Which known articles are worth comparing with one that arrives: an inverted index and two counts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain

NEAREST, NEAREST_BY_PIECES = 12, 4
"""Articles compared in full, those that share most first."""

LATEST = 200
"""Of the articles that hold a feature, those looked at: an event of this hour is among the latest."""

LOOKED_AT = 1_000
"""Articles looked at for one that arrives, over all of its features, rarest first: bounds its cost."""

Postings = Mapping[str, list[int]]
"""Numbers of the articles that hold a feature, in the order in which they came."""


def nearest(weighted: Mapping[str, float], postings: Postings) -> Iterable[int]:
    """Numbers of the articles that share most with one whose features tell so much.

    Pieces of compounds are looked up apart: there are so many in one article that they would leave no place for those
    in other languages.
    """
    features = sorted(weighted.items(), key=lambda item: -item[1])
    pieces = [item for item in features if item[0][0] == "n"]
    if not pieces:
        return _sharing_most(features, postings, NEAREST)
    others = [item for item in features if item[0][0] != "n"]
    found = dict.fromkeys(_sharing_most(others, postings, NEAREST))
    found.update(dict.fromkeys(_sharing_most(pieces, postings, NEAREST_BY_PIECES)))
    return found


def _sharing_most(features: list[tuple[str, float]], postings: Postings, most: int) -> list[int]:
    """Numbers of the articles that share most of the features; these come with those that tell most first."""
    held: list[list[int]] = []
    left = LOOKED_AT
    for feature, weight in features:
        if not weight or left <= 0:
            break
        numbers = postings.get(feature)
        if numbers is not None:
            held.append(numbers[-LATEST:])
            left -= len(numbers)
    return most_counted(chain.from_iterable(held), most)


def most_counted(numbers: Iterable[int], most: int) -> list[int]:
    """The numbers that come most often, most often first; of equals the one that comes first."""
    shared = Counter(numbers)
    found: Iterable[int] = shared
    if len(shared) > most:  # sorting small numbers is cheaper than a heap with a key
        least = sorted(shared.values(), reverse=True)[most - 1]
        found = [number for number, count in shared.items() if count >= least]
    return sorted(found, key=shared.__getitem__, reverse=True)[:most]
