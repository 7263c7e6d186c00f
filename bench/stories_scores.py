"""How well articles are grouped: B-cubed, pairs between languages, and the peer that everybody begins with."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from rules import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article as it comes. `story` and `part` are what a person said of it."""

    name: str
    title: str
    text: str
    url: str
    source: str
    date: str
    language: str | None = None
    story: str | None = None
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """B-cubed (Bagga and Baldwin, 1998), and the pairs between languages where there are any."""

    what: str
    articles: int
    precision: float
    recall: float
    abroad_precision: float | None = None
    abroad_recall: float | None = None

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def b_cubed(wanted: Sequence[Hashable], found: Sequence[Hashable]) -> tuple[float, float]:
    """Precision and recall: of each article's companions the part that belongs to it, and the part that was found."""
    by_wanted, by_found, both = Counter(wanted), Counter(found), Counter(zip(wanted, found, strict=True))
    shared = [(count, by_wanted[one], by_found[other]) for (one, other), count in both.items()]
    precision = math.fsum(count * count / size for count, _, size in shared) / len(wanted)
    recall = math.fsum(count * count / size for count, size, _ in shared) / len(wanted)
    return precision, recall


def score(what: str, items: Sequence[Item], found: Sequence[Hashable], *, apart: bool) -> Score:
    """The score of one set; `apart`: each language for itself, weighed by its articles."""
    wanted = [item.story for item in items]
    parts: dict[str | None, list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        parts[item.language if apart else None].append(index)
    precision = recall = 0.0
    for part in parts.values():
        one, other = b_cubed([wanted[index] for index in part], [found[index] for index in part])
        precision += one * len(part) / len(items)
        recall += other * len(part) / len(items)
    pairs = [
        (wanted[a] == wanted[b], found[a] == found[b])
        for a, b in combinations(range(len(items)), 2)
        if not apart and items[a].language != items[b].language
    ]
    right = sum(one and other for one, other in pairs)
    true, told = sum(one for one, _ in pairs), sum(other for _, other in pairs)
    return Score(
        what=what,
        articles=len(items),
        precision=precision,
        recall=recall,
        abroad_precision=(right / told if told else 1.0) if true else None,
        abroad_recall=right / true if true else None,
    )


def likest(items: Sequence[Item]) -> Iterator[tuple[int, float]]:
    """Of each article the nearest among those before it (its number, -1 for none) and their cosine."""
    counts = [Counter(word.text for word in words(f"{item.title}\n{item.text}")) for item in items]
    holding = Counter(word for one in counts for word in one)
    vectors = []
    for one in counts:
        vector = {word: (1 + math.log(count)) * math.log(len(items) / holding[word]) for word, count in one.items()}
        length = math.sqrt(math.fsum(weight * weight for weight in vector.values())) or 1.0
        vectors.append({word: weight / length for word, weight in vector.items()})
    for number, vector in enumerate(vectors):
        nearest, cosine = -1, 0.0
        for other in range(number):
            shared = vector.keys() & vectors[other].keys()
            product = math.fsum(vector[word] * vectors[other][word] for word in shared)
            if product > cosine:
                nearest, cosine = other, product
        yield nearest, cosine


def one_pass(nearest_before: Iterable[tuple[int, float]], threshold: float) -> list[int]:
    """One pass: an article joins its nearest where they are alike enough, else it begins a story."""
    found: list[int] = []
    for number, (nearest, cosine) in enumerate(nearest_before):
        found.append(found[nearest] if cosine >= threshold else number)
    return found
