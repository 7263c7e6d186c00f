"""The articles of the window and their stories, held in memory and found by what they share. Pure.

Memory: some 12 KB an article. Everything is bounded by the window; `Grouper` says how long that is.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.stories.article import Signature
from bot.stories.features import Features
from bot.stories.rarity import Frequencies, Subject
from bot.stories.sketch import KEYS
from bot.stories.times import Period
from storage.records import Ref

NEIGHBOURS = 20
"""Latest articles of a source, by which the words that come with all of its articles are known."""


@dataclass(slots=True, kw_only=True)
class Member:
    """An article of a story. `length` and `common_length` are those of its weighted features as it came."""

    number: int
    ref: Ref
    story: Ref
    signature: Signature
    length: float
    common_length: float

    @property
    def weights(self) -> Mapping[str, float]:
        """Its features' weights."""
        return self.signature.features.weights


@dataclass(slots=True, kw_only=True)
class Centre:
    """The sum of members' weighted features, each of length 1, and the sum's own length.

    The first member's are taken as they are: most stories have no other, and a cosine does not ask for the scale.
    """

    sums: Mapping[str, float] = field(default_factory=dict)
    length: float = 1.0
    _summed: dict[str, float] | None = None
    _squared: float = 0.0

    def add(self, features: Mapping[str, float], length: float) -> None:
        """Add a member's features, which have this length; the mapping must not change any more."""
        if not self.sums:
            self.sums, self.length = features, length
            return
        if self._summed is None:
            scale = self.length
            self.sums = self._summed = {feature: weight / scale for feature, weight in self.sums.items()}
            self._squared = sum(weight * weight for weight in self._summed.values())
        self._sum(self._summed, features.items(), length)

    def join(self, other: Centre) -> None:
        """Add all members of another."""
        if other._summed is None:
            self.add(other.sums, other.length)
        elif self._summed is None:
            alone, length = self.sums, self.length
            self.sums = self._summed = dict(other._summed)
            self._squared, self.length = other._squared, other.length
            if alone:
                self.add(alone, length)
        else:
            self._sum(self._summed, other._summed.items(), 1.0)

    def _sum(self, sums: dict[str, float], features: Iterable[tuple[str, float]], length: float) -> None:
        squared = self._squared
        for feature, weight in features:
            before, more = sums.get(feature, 0.0), weight / length
            sums[feature] = before + more
            squared += more * (2 * before + more)
        self._squared = squared  # not all summed again for each article of a large story
        self.length = math.sqrt(squared) or 1.0


@dataclass(slots=True, kw_only=True)
class Story:
    """A story's articles within the window; `width` is the precision of their dates, `vague` when none is better."""

    ref: Ref
    members: list[int] = field(default_factory=list)
    centres: dict[str, Centre] = field(default_factory=dict)
    common: Centre = field(default_factory=Centre)
    first: datetime | None = None
    last: datetime | None = None
    width: timedelta = timedelta.max
    vague: Period | None = None
    topics: dict[str, set[str]] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)

    @property
    def span(self) -> Period | None:
        """The time that its articles cover; a vague one only where nothing better is known."""
        if self.first is None or self.last is None:
            return self.vague
        return Period(self.first, self.last)

    def dated(self, period: Period | None) -> None:
        """Take an article's date into the span."""
        if period is None or period.vague:
            self.vague = self.vague or period
            return
        self.first = period.first if self.first is None else min(self.first, period.first)
        self.last = period.last if self.last is None else max(self.last, period.last)
        self.width = min(self.width, period.last - period.first)


class Members:
    """Articles and stories, and the indexes over them."""

    def __init__(self) -> None:
        self.by_number: dict[int, Member] = {}
        self.by_ref: dict[Ref, int] = {}
        self.stories: dict[Ref, Story] = {}
        self.frequencies = Frequencies()
        self.subjects: defaultdict[str, Subject] = defaultdict(Subject)
        self.postings: defaultdict[str, list[int]] = defaultdict(list)
        self.sketched: dict[int, list[int]] = {}
        self.headed: dict[tuple[str, ...], list[int]] = {}
        self.at_url: dict[str, list[int]] = {}
        self.linking: dict[str, list[int]] = {}
        self.recent: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=NEIGHBOURS))
        self._next = 0
        self._oldest = 0

    def add(self, ref: Ref, story: Ref, signature: Signature, weighted: Mapping[str, float]) -> Member:
        """Put an article into a story; `weighted` are its features times their rarity."""
        number, self._next = self._next, self._next + 1
        features = signature.features
        member = Member(
            number=number,
            ref=ref,
            story=story,
            # What only the article that arrives needs is not kept.
            signature=replace(
                signature,
                features=Features(
                    weights=dict(features.weights), common=features.common, said=features.said, named=features.named
                ),
            ),
            length=_length(weighted.values()),
            common_length=_length(weighted[feature] for feature in features.common),
        )
        self.by_number[number] = member
        self.by_ref[ref] = number
        self.frequencies.add(features.weights, subject=bool(signature.topics))
        postings = self.postings
        for feature, weight in weighted.items():
            if weight:
                postings[feature].append(number)
        for key, index in self._keys(signature):
            index.setdefault(key, []).append(number)
        self.recent[signature.source].append(number)
        self._join(member, story, weighted)
        return member

    def remove(self, ref: Ref) -> None:
        """Take an article out; its story stays as long as it has another."""
        number = self.by_ref.pop(ref)
        member = self.by_number.pop(number)
        signature = member.signature
        self.frequencies.remove(signature.features.weights, subject=bool(signature.topics))
        for feature in signature.features.weights:
            _drop(self.postings, feature, number)
        for key, index in self._keys(signature):
            _drop(index, key, number)
        recent = self.recent[signature.source]
        if number in recent:
            recent.remove(number)
        if not recent:
            del self.recent[signature.source]
        self._leave(member)

    def move(self, story: Ref, into: Ref) -> None:
        """Merge a story into another."""
        moved, target = self.stories.pop(story), self.stories[into]
        for number in moved.members:
            self.by_number[number].story = into
        target.members = sorted(target.members + moved.members)
        for language, centre in moved.centres.items():
            target.centres.setdefault(language, Centre()).join(centre)
        target.common.join(moved.common)
        for period in (moved.vague, moved.span):
            target.dated(period)
        target.width = min(target.width, moved.width)
        target.said |= moved.said
        for topic, held in moved.topics.items():
            self._uncount(topic, held)
            self._count(target, topic, held)

    def rename(self, entries: Mapping[Ref, Ref], stories: Mapping[Ref, Ref]) -> None:
        """Give articles and stories of a plan the ids that the database gave them."""
        for old, new in stories.items():
            story = self.stories.pop(old, None)
            if story is None:
                continue
            story.ref = new
            self.stories[new] = story
            for number in story.members:
                self.by_number[number].story = new
        for old, new in entries.items():
            if old in self.by_ref:
                number = self.by_ref[new] = self.by_ref.pop(old)
                self.by_number[number].ref = new

    def drop_oldest(self) -> None:
        """Let go of the article that came first."""
        while self._oldest < self._next:
            member = self.by_number.get(self._oldest)
            self._oldest += 1
            if member is not None:
                self.remove(member.ref)
                return

    def forget(self, before: datetime) -> None:
        """Let go of the oldest articles, as far as they are dated before `before`, in the order in which they came."""
        while self._oldest < self._next:
            member = self.by_number.get(self._oldest)
            if member is not None:
                period = member.signature.period
                if period is not None and period.last >= before:
                    return
                self.remove(member.ref)
            self._oldest += 1

    def _keys(self, signature: Signature) -> Iterator[tuple[Any, dict[Any, list[int]]]]:
        """The keys that an article is found by, each with its index."""
        for value in signature.sketch[:KEYS]:
            yield value, self.sketched
        if signature.heading:
            yield signature.heading, self.headed
        if signature.url:
            yield signature.url, self.at_url
        for link in signature.links:
            yield link, self.linking

    def _join(self, member: Member, ref: Ref, weighted: Mapping[str, float]) -> None:
        story = self.stories.setdefault(ref, Story(ref=ref))
        story.members.append(member.number)
        signature = member.signature
        story.centres.setdefault(signature.language, Centre()).add(weighted, member.length)
        common = {feature: weighted[feature] for feature in signature.features.common}
        story.common.add(common, member.common_length)
        story.dated(signature.period)
        story.said |= signature.features.said
        for topic in signature.subjects:
            self._count(story, topic, signature.features.weights.keys())

    def _leave(self, member: Member) -> None:
        story = self.stories[member.story]
        story.members.remove(member.number)
        if story.members:
            return  # what it brought to the story's centre and span stays until the story goes
        for topic, held in story.topics.items():
            self._uncount(topic, held)
        del self.stories[member.story]

    def _count(self, story: Story, topic: str, features: AbstractSet[str]) -> None:
        """Count a story on a subject once for each feature, however many of its articles hold it."""
        subject = self.subjects[topic]
        held = story.topics.get(topic)
        if held is None:
            story.topics[topic] = held = set()
            subject.stories += 1
        new = features - held
        held |= new
        subject.holding.update(new)

    def _uncount(self, topic: str, held: AbstractSet[str]) -> None:
        subject = self.subjects[topic]
        subject.stories -= 1
        subject.holding.subtract(held)
        if not subject.stories:
            del self.subjects[topic]


def _length(weights: Iterable[float]) -> float:
    return math.sqrt(sum([weight * weight for weight in weights])) or 1.0


def _drop(index: dict[Any, list[int]], key: Any, number: int) -> None:
    numbers = index.get(key)
    if not numbers:
        return
    place = bisect_left(numbers, number)  # they come in ascending order
    if place < len(numbers) and numbers[place] == number:
        del numbers[place]
    if not numbers:
        del index[key]
