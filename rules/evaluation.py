"""Whether a condition is true of what was found, what shows it, and how to say so in a line."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from rules.condition import LEAD, And, Condition, Filter, Group, InField, Literal, Near, Not, Or, to_text
from rules.finder import Occurrence, Occurrences
from rules.model import Document, TermGroup
from rules.passage import Field, Passage

#: An occurrence and the full name of its group.
Shown: TypeAlias = tuple[Occurrence, str]


@dataclass(frozen=True, slots=True)
class Proof:
    """A condition was true: the occurrences that show it, and a phrase such as "Tesla near Dojo"."""

    shown: tuple[Shown, ...] = ()
    phrase: str = ""


class Nearest(NamedTuple):
    """One occurrence of each side of a `near`, and the half words between them."""

    half_words: int
    left: Shown
    right: Shown


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything found in one sequence of words (title and text; or the URL; or the author)."""

    passage: Passage
    fields: Mapping[Field, str]
    occurrences: Occurrences

    def window(self, field: str | None) -> tuple[int, int]:
        """The tokens of a field as a half-open range; `lead` is the title and the first words of the text."""
        known = self.passage.windows.get(field)
        if known is None:
            known = self.passage.windows[field] = self._window(field)
        return known

    def _window(self, field: str | None) -> tuple[int, int]:
        passage, everything = self.passage, len(self.passage.begins)
        if field not in {"title", "lead", "text"}:
            return 0, everything
        first = passage.first_token("text")
        if field == "title":
            return 0, first
        if field == "text":
            return first, everything
        if first == everything:
            return 0, everything
        return 0, bisect_left(passage.distance, passage.distance[first] + 2 * LEAD)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One document, one rule's groups."""

    document: Document
    groups: Mapping[str, TermGroup]
    scenes: Mapping[str, Scene]  # "main", "url", "author"
    language: str | None = None  # primary, stated or detected

    def prove(self, condition: Condition, field: str | None = None) -> Proof | None:
        """The proof of `condition` in `field` (None: title and text), or None where it is false."""
        match condition:
            case Group() | Literal():
                places = self.places(condition, field)
                return self._proof(places[0]) if places else None
            case InField(name=name, inner=inner):
                proof = self.prove(inner, name)
                if proof is None or not proof.phrase:
                    return proof
                return Proof(proof.shown, f"{proof.phrase}, in the {name}")
            case Near():
                return self._near(condition, field)
            case Not(inner=inner):
                return Proof() if self.prove(inner, field) is None else None
            case And(parts=parts):
                return self._all(parts, field)
            case Or(parts=parts):
                proofs = [proof for part in parts if (proof := self.prove(part, field)) is not None]
                return Proof(_joined(proofs, "").shown, proofs[0].phrase) if proofs else None
            case Filter(kind=kind, value=value):
                return Proof((), f"{_SAID[kind]} {value}") if self.passes(kind, value) else None

    def _all(self, parts: tuple[Condition, ...], field: str | None) -> Proof | None:
        proofs: list[Proof] = []
        for part in parts:
            proof = self.prove(part, field)
            if proof is None:  # most conditions are false, and most of those by their first part
                return None
            proofs.append(proof)
        return _joined(proofs, " and ")

    def passes(self, kind: str, value: str) -> bool:
        """Whether a filter lets the document through."""
        wanted = value.casefold().replace("_", "-")
        if kind == "lang":
            stated = (self.document.language or "").casefold().replace("_", "-")
            return stated == wanted or stated.startswith(f"{wanted}-") or self.language == wanted
        if kind == "source":
            return self.document.source.casefold() == value.casefold()
        return any(tag.casefold() == value.casefold() for tag in self.document.tags)

    def places(self, condition: Condition, field: str | None) -> list[Shown]:
        """All occurrences of a group, a literal, or an `or` of them, in order of place."""
        if isinstance(condition, Or):
            return sorted({place for part in condition.parts for place in self.places(part, field)})
        scene = self.scenes.get(field if field in {"url", "author"} else "main")
        if scene is None:
            return []
        name = self.groups[to_text(condition)].name
        places = scene.occurrences.get(name)
        if not places:
            return []
        low, high = scene.window(field)
        return [(place, name) for place in places if low <= place.first and place.last < high]

    def _near(self, near: Near, field: str | None) -> Proof | None:
        nearest = self.nearest(near, field)
        if nearest is None or nearest.half_words > 2 * near.within:
            return None
        left, right = self._proof(nearest.left), self._proof(nearest.right)
        phrase = left.phrase if left.phrase == right.phrase else f"{left.phrase} near {right.phrase}"
        return Proof(left.shown + right.shown, phrase)

    def nearest(self, near: Near, field: str | None) -> Nearest | None:
        """The two occurrences that are least apart, whatever `near` allows; None where a side does not occur."""
        scene = self.scenes.get(field if field in {"url", "author"} else "main")
        if scene is None:
            return None
        lefts = self.places(near.left, field)
        rights = self.places(near.right, field) if lefts else []
        if not rights:
            return None
        sides = [(place, 0) for place in lefts] + [(place, 1) for place in rights]
        sides.sort(key=lambda item: (item[0][0].first, item[0][0].last))
        farthest: list[Shown | None] = [None, None]  # of each side, the occurrence that ends last so far
        best: Nearest | None = None
        for shown, side in sides:
            other = farthest[1 - side]
            if other is not None:
                apart = _half_words(scene.passage, other[0], shown[0])
                if best is None or apart < best.half_words:
                    best = Nearest(apart, shown, other) if side == 0 else Nearest(apart, other, shown)
            mine = farthest[side]
            if mine is None or shown[0].last >= mine[0].last:
                farthest[side] = shown
        return best

    def _proof(self, shown: Shown) -> Proof:
        place = shown[0]
        text: str = getattr(self.document, place.field)
        return Proof((shown,), " ".join(text[place.start : place.end].split()))


_SAID = {"lang": "in language", "source": "from", "tag": "tagged"}


def _half_words(passage: Passage, before: Occurrence, after: Occurrence) -> int:
    if after.first <= before.last:
        return 0
    return passage.distance[after.first] - passage.distance[before.last]


def _joined(proofs: list[Proof], word: str) -> Proof:
    shown = tuple(dict.fromkeys(item for proof in proofs for item in proof.shown))
    return Proof(shown, word.join(dict.fromkeys(proof.phrase for proof in proofs if proof.phrase)))
