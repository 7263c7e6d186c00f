"""How like two articles are, and two stories: the cosine of what they share, and what their tie asks for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from math import fsum

from bot.stories.article import Signature
from bot.stories.features import TITLE
from bot.stories.headline_names import contradict
from bot.stories.members import Centre, Member, Members, Story
from bot.stories.rarity import Contexts
from bot.stories.times import closeness

LARGEST = 200
"""Articles of two stories that may still be merged; beyond, a wrong merge costs more than a split."""

_TELLING = 2.5
"""Inverse document frequency from which a shared word is evidence."""

_EVIDENCE = 2
"""Different words of one language that two articles must share at least."""

_MERGE_TELLING = 0.4
_MERGE_ABROAD = 0.8


class Tie(Enum):
    """What two articles have in common before their words are compared."""

    NONE = "nothing"
    SUBJECT = "one subject"
    WATCH = "a rule of one watch matched both"


_NAMED_ABROAD = {Tie.NONE: (0.35, 0.6, 1.0), Tie.SUBJECT: (0.35, 0.6, 1.0), Tie.WATCH: (0.6, 1.0, 1.0)}
"""Between languages, what likeness counts where no name or number is shared, one, or two and more."""

_ALIKE = {Tie.NONE: 0.32, Tie.SUBJECT: 0.17, Tie.WATCH: 0.13}
_ALIKE_ABROAD = {Tie.NONE: 0.32, Tie.SUBJECT: 0.17, Tie.WATCH: 0.10}
_MERGED = {Tie.NONE: 0.45, Tie.SUBJECT: 0.075, Tie.WATCH: 0.06}
"""Thresholds. They hold on a plateau: on the labelled sets and on a week of real feeds, 10 % more or less of each
changes little; a subject's 0.14 joins all news on one company into one story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the features of the article that arrives tell where this much is in common: made once, used for many.

    `weighted` are its features' weights times how rare each is in these contexts, `common` those of them that are the
    same in all languages, `gains` the weights as they count beside those of another article, `evidence` the words that
    tell.
    """

    contexts: Contexts
    weighted: Mapping[str, float]
    common: Mapping[str, float]
    gains: Mapping[str, float]
    evidence: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """How like an article is to one of a story, and what of it they share."""

    member: Member
    likeness: float
    tie: Tie
    told: _Told
    abroad: bool


def named_apart(one: Signature, other: Signature) -> bool:
    """Whether the headlines of two articles are of one pattern and name different things."""
    mine, theirs = one.features, other.features
    if not mine.named or not theirs.named:
        return False
    return contradict(mine.weights, mine.named, theirs.weights, theirs.named, title=TITLE)


def oneness(a: Story, b: Story, tie: Tie, members: Members, *, window: timedelta) -> float:
    """How much two stories are one, scaled so that 1 is what their tie asks for."""
    if len(a.members) + len(b.members) > LARGEST:
        return 0.0
    near = closeness(a.span, b.span, max(a.width, b.width), window=window)
    if not near:
        return 0.0
    subjects = [members.subjects[topic] for topic in a.topics.keys() & b.topics.keys()]
    contexts = Contexts(subjects, said=a.said | b.said)
    shared = [code for code in a.centres if code in b.centres]
    likeness = max(
        (_likeness(a.centres[code], b.centres[code], contexts, needed=_EVIDENCE) for code in shared), default=0.0
    )
    if a.centres.keys() != b.centres.keys() or len(a.centres) > 1:
        abroad = _likeness(a.common, b.common, contexts, needed=0 if tie is Tie.WATCH else 1)
        likeness = max(likeness, _MERGE_ABROAD * abroad)
    # A message that has been sent cannot be taken back: no merging on what few stories tell.
    return likeness * near * contexts.trust / _MERGED[tie]


def _likeness(a: Centre, b: Centre, contexts: Contexts, *, needed: int) -> float:
    """The cosine of two centres; 0 where fewer than so many shared words, numbers and names tell."""
    shared = a.sums.keys() & b.sums.keys()
    rarity = contexts.rarity
    if needed and sum(feature[0] in "wdc" and rarity(feature) >= _MERGE_TELLING for feature in shared) < needed:
        return 0.0
    return fsum(a.sums[feature] * b.sums[feature] * rarity(feature) for feature in shared) / (a.length * b.length)


def _needed(alike: Mapping[Tie, float], tie: Tie, told: _Told) -> float:
    """What likeness a tie asks for; that both matched a rule proves little while few stories are known."""
    return alike[tie] / told.contexts.trust if tie is Tie.WATCH else alike[tie]


class Article:
    """An article that arrives, ready to be compared."""

    def __init__(
        self, signature: Signature, weighted: dict[str, float], idf: Mapping[str, float], members: Members
    ) -> None:
        self._signature = signature
        self._weighted = weighted
        self._idf = idf
        self._members = members
        self._length = sum(weight * weight for weight in weighted.values()) ** 0.5 or 1.0
        self._common = {feature: weighted[feature] for feature in signature.features.common}
        self._common_length = sum(weight * weight for weight in self._common.values()) ** 0.5 or 1.0
        self._told: dict[tuple[frozenset[str], bool], _Told] = {}

    def compare(self, member: Member, *, more_than: float) -> Pair | None:
        """How like the article is to one that is known, scaled so that 1 is what their tie asks for.

        None where that is not more than `more_than`.
        """
        signature, other = self._signature, member.signature
        told = self._in_common(signature.subjects & other.subjects, same_source=signature.source == other.source)
        topics = signature.topics & other.topics
        tie = Tie.WATCH if signature.watches & other.watches else Tie.SUBJECT if topics else Tie.NONE
        abroad = signature.language != other.language
        likeness = self._abroad(member, told, tie) if abroad else self._at_home(member, told, tie)
        if likeness <= more_than or (not abroad and named_apart(signature, other)):
            return None
        return Pair(member=member, likeness=likeness, tie=tie, told=told, abroad=abroad)

    def to_centre(self, story: Story, pair: Pair) -> float:
        """How like the article is to the story as a whole, on the same scale."""
        language, told = self._signature.language, pair.told
        likeness = 0.0
        centre = story.centres.get(language)
        if centre is not None:
            likeness = _dot(told.weighted, centre.sums) / (self._length * centre.length)
        if len(story.centres) > (centre is not None):
            common = _dot(told.common, story.common.sums) / (self._common_length * story.common.length)
            likeness = max(likeness, common)
        alike = _ALIKE if centre is not None else _ALIKE_ABROAD
        return likeness / _needed(alike, pair.tie, told)

    def _in_common(self, subjects: frozenset[str], *, same_source: bool) -> _Told:
        told = self._told.get((subjects, same_source))
        if told is None:
            members = self._members
            # One article of each story: what one event's many reports share is its own, not the source's.
            recent = members.recent[self._signature.source] if same_source else ()
            latest = {members.by_number[number].story: members.by_number[number].weights for number in recent}
            neighbours = list(latest.values())
            counted = [members.subjects[subject] for subject in subjects]
            contexts = Contexts(counted, neighbours, self._signature.features.said)
            told = self._told[subjects, same_source] = self._tell(contexts)
        return told

    def _tell(self, contexts: Contexts) -> _Told:
        features, idf = self._signature.features, self._idf
        weighted: Mapping[str, float] = self._weighted
        if not contexts.empty:
            rarity = contexts.rarity
            telling = {feature: rarity(feature) for feature in weighted}
            weighted = {feature: weight * telling[feature] for feature, weight in weighted.items() if telling[feature]}
            idf = {feature: idf[feature] * telling[feature] for feature in weighted}
        origins = features.origins
        return _Told(
            contexts=contexts,
            weighted=weighted,
            gains={feature: weight * self._idf[feature] for feature, weight in weighted.items() if weight},
            evidence={
                feature: origins[feature] for feature in weighted if idf[feature] >= _TELLING and feature[0] != "g"
            },
            common={feature: weighted[feature] for feature in features.common if feature in weighted},
        )

    def _at_home(self, member: Member, told: _Told, tie: Tie) -> float:
        other = member.weights
        gains, evidence = told.gains, told.evidence
        shared = gains.keys() & other.keys()
        if len({evidence[feature] for feature in shared if feature in evidence}) < _EVIDENCE:
            return 0.0
        likeness = fsum([gains[feature] * other[feature] for feature in shared])
        return likeness / (self._length * member.length) / _needed(_ALIKE, tie, told)

    def _abroad(self, member: Member, told: _Told, tie: Tie) -> float:
        other, gains = member.weights, told.gains
        shared = told.common.keys() & member.signature.features.common
        if not shared:
            return 0.0
        named = len(shared & told.evidence.keys())
        counts = _NAMED_ABROAD[tie][min(named, 2)]
        likeness = fsum([gains[feature] * other[feature] for feature in shared])
        alike = _needed(_ALIKE_ABROAD, tie, told)
        return counts * likeness / (self._common_length * member.common_length) / alike


def _dot(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """The inner product, summed exactly: the order of a set is another in every process."""
    return fsum([a[feature] * b[feature] for feature in a.keys() & b.keys()])
