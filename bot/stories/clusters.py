"""Which story an article belongs to. Pure; the answer carries its reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.stories.similarity import Likeness, Signature, likeness
from storage.records import Ref

COMPARED = 100
"""Members compared with one article, those that share most first: bounds the work of a feed with thousands of items."""

TOO_COMMON = 300
"""A feature that so many members have tells none of them apart, and is passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a story, as far as comparing needs it."""

    entry: Ref
    story: Ref
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The story to join; `copy_of` is the article that this one repeats word for word."""

    story: Ref
    reason: str
    copy_of: Ref | None


class Members:
    """The articles of the stories in question, found by what they share."""

    def __init__(self) -> None:
        self._members: list[Member] = []
        self._by_feature: defaultdict[str, list[int]] = defaultdict(list)
        self._by_entry: dict[Ref, Member] = {}

    def add(self, member: Member) -> None:
        number = len(self._members)
        self._members.append(member)
        self._by_entry[member.entry] = member
        for feature in _keys(member.signature):
            self._by_feature[feature].append(number)

    def publisher_of(self, entry: Ref) -> str | None:
        """Who speaks in this article; None where it is not among them."""
        member = self._by_entry.get(entry)
        return member.signature.publisher if member is not None else None

    def find_story(self, signature: Signature) -> Joined | None:
        """The story of the most alike member, None where every member is about another event."""
        best: tuple[float, Member, Likeness] | None = None
        for member in self._candidates(signature):
            why, strength = likeness(signature, member.signature)
            if why is not Likeness.DIFFERENT and (best is None or strength > best[0]):
                best = (strength, member, why)
        if best is None:
            return None
        _, member, why = best
        return Joined(
            story=member.story,
            reason=f"{why.value} ({member.signature.publisher})",
            copy_of=member.entry if why is Likeness.SAME_TEXT else None,
        )

    def _candidates(self, signature: Signature) -> Iterator[Member]:
        shared: Counter[int] = Counter()
        for feature in _keys(signature):
            numbers = self._by_feature.get(feature, ())
            if len(numbers) <= TOO_COMMON:
                shared.update(numbers)
        for number, _ in shared.most_common(COMPARED):
            yield self._members[number]


def _keys(signature: Signature) -> Iterator[str]:
    """What two likely members have in common: names, addresses, title words, the headline, the set of watches."""
    yield from signature.features()
    yield from (f"t:{word}" for word in signature.title)
    yield f"h:{' '.join(signature.heading)}"
    watches = sorted({rule.partition("/")[0] for rule in signature.rules})
    if len(watches) > 1:
        yield f"w:{' '.join(watches)}"
