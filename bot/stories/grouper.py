"""Which story an article belongs to: streaming clusters within a sliding window. Pure; the answer carries its reason.

An article joins the story with the strongest of: the same text, the same headline, a link from one to the other, or the
same event. "The same event" is the cosine of weighted features (tf-idf) with the nearest article of the story and with
the story's centre, half each, times how near they are in time. How much is needed depends on what is known already:
little where both matched a rule of one watch, more where both are about one subject (a name of the rules stands in both
heads), most where nothing else ties them. Within a subject, words count by how few *stories* on it hold them.

Measured (bench/stories.py): what the thresholds reach stands in docs/stories.md. One pass with merging only, no
clustering again from scratch: a message that has been sent cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from bot.stories.article import Signature
from bot.stories.features import Features
from bot.stories.likeness import Article, Pair, named_apart, oneness
from bot.stories.members import Member, Members
from bot.stories.nearest import LATEST, most_counted, nearest
from bot.stories.reasons import Merge, Placement, Reason, Why
from bot.stories.series import are_issues
from bot.stories.sketch import COPY, KEYS, resemblance
from bot.stories.times import WINDOW, closeness, gap
from storage.records import Ref

MOST = 25_000
"""Articles in memory, about 200 MB: beyond, the oldest are let go of before their time."""

ISSUES = 50
"""Latest articles of a story among which another issue of the same column is looked for."""

COPIES = 12
"""Possible copies compared with an article, those that share most keys first."""

HEADLINES = 12
"""Latest articles of one headline that are looked at."""

_HEADLINE_WORDS = 4
_HEADLINE_DAYS = timedelta(days=3)
"""Headlines of so many words are not found twice by chance within a few days; "Tesla data center" is."""

_OWN_COPY = 0.8
"""Jaccard index of two articles of one source that are one text: status pages repeat most of theirs."""

_CITED = 0.4
"""Likeness of a report to the one that it links to, of what one event needs: blogs link to their older pieces, too."""

_CENTRE = 0.5
_FAR = 0.3
"""Likeness to the nearest article of a story, of what one event needs, below which the story is not looked at."""

_MERGE_GATE = 0.7
"""Strength towards a second story from which merging it with the first is considered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    strength: float
    pair: Pair


class Grouper:
    """Groups articles as they come; keeps those of the window. For one thread."""

    def __init__(self, *, window: timedelta = WINDOW) -> None:
        self.window = window
        self._members = Members()
        self._weighed: tuple[Features, dict[str, float]] | None = None
        self._apart: set[frozenset[Ref]] = set()

    def __len__(self) -> int:
        return len(self._members.by_ref)

    def story_of(self, ref: Ref) -> Ref | None:
        """The story of an article; None where it is not within the window."""
        number = self._members.by_ref.get(ref)
        return None if number is None else self._members.by_number[number].story

    def signature_of(self, ref: Ref) -> Signature | None:
        """What an article is compared by; None where it is not within the window."""
        number = self._members.by_ref.get(ref)
        return None if number is None else self._members.by_number[number].signature

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, ref: Ref, story: Ref, signature: Signature) -> dict[str, float]:
        """Put an article into a story, a new one where there is none of that name; how much its features tell."""
        weighted = self._weigh(signature.features)
        self.restore(ref, story, signature, weighted)
        return weighted

    def restore(self, ref: Ref, story: Ref, signature: Signature, weighted: Mapping[str, float]) -> None:
        """Put an article back into its story, as it was added."""
        self._members.add(ref, story, signature, weighted)
        if len(self) > MOST:
            self._members.drop_oldest()

    def remove(self, ref: Ref) -> None:
        """Take an article out. Raises KeyError where it is not within the window."""
        self._members.remove(ref)

    def merge(self, story: Ref, into: Ref) -> None:
        """Put all articles of a story into another; nothing where one of them has none within the window."""
        stories = self._members.stories
        if story in stories and into in stories:
            self._members.move(story, into)

    def keep_apart(self, one: Ref, other: Ref) -> None:
        """A person said that these two stories are not one."""
        self._apart.add(frozenset((one, other)))

    def rename(self, entries: Mapping[Ref, Ref], stories: Mapping[Ref, Ref]) -> None:
        """Give articles and stories the ids that the archive gave them."""
        self._members.rename(entries, stories)

    def forget(self, now: datetime) -> None:
        """Let go of what is older than the window."""
        self._members.forget(now - self.window)

    # ── the decision ─────────────────────────────────────────────────────────────────────────────────────────────

    def place(self, signature: Signature) -> Placement:
        """Where an article belongs; nothing is changed. Without a window each article is a story of its own."""
        if not self.window:
            return Placement(story=None, reason=Reason(why=Why.FIRST))
        idf = self._members.frequencies.of(signature.features)
        weighted = self._weigh(signature.features, idf)
        same = self._same_text(signature)
        if same is not None:
            return same
        choices = self._choices(signature, weighted, idf)
        cited = self._cited(signature, choices)
        if cited is not None:
            return cited
        if not choices or choices[0].strength < 1.0:
            return Placement(story=None, reason=Reason(why=Why.FIRST))
        best = choices[0]
        return Placement(
            story=best.pair.member.story,
            reason=self._reason(signature, best, weighted),
            merges=tuple(self._merges(best, choices[1:])),
        )

    def _weigh(self, features: Features, idf: Mapping[str, float] | None = None) -> dict[str, float]:
        """The article's features times how much each tells; kept for `add`, which comes right after `place`."""
        if self._weighed is not None and self._weighed[0] is features and idf is None:
            return self._weighed[1]
        idf = idf or self._members.frequencies.of(features)
        weighted = {feature: weight * idf[feature] for feature, weight in features.weights.items()}
        self._weighed = (features, weighted)
        return weighted

    def _same_text(self, signature: Signature) -> Placement | None:
        members = self._members
        best: tuple[float, Member, Why] | None = None
        sharing = chain.from_iterable(members.sketched.get(key, ())[-LATEST:] for key in signature.sketch[:KEYS])
        for member in self._in_window(signature, most_counted(sharing, COPIES)):
            alike = resemblance(signature.sketch, member.signature.sketch)
            needed = _OWN_COPY if member.signature.source == signature.source else COPY
            if alike < needed or (best is not None and alike <= best[0]):
                continue
            if are_issues(signature, member.signature) or named_apart(signature, member.signature):
                continue  # wire services write by pattern
            best = (alike, member, Why.SAME_TEXT)
        if best is None and len(signature.heading) >= _HEADLINE_WORDS:
            for member in self._in_window(signature, members.headed.get(signature.heading, ())[-HEADLINES:]):
                other = member.signature
                if other.voice != signature.voice and gap(other.period, signature.period) <= _HEADLINE_DAYS:
                    best = (1.0, member, Why.SAME_HEADLINE)
                    break
        if best is None:
            return None
        _, member, why = best
        return Placement(
            story=member.story,
            copy_of=member.ref if why is Why.SAME_TEXT else None,
            reason=Reason(
                why=why, like=member.signature.publisher, apart=gap(member.signature.period, signature.period)
            ),
        )

    def _in_window(self, signature: Signature, numbers: Iterable[int]) -> Iterable[Member]:
        for number in numbers:
            member = self._members.by_number[number]
            if gap(member.signature.period, signature.period) <= self.window:
                yield member

    def _cited(self, signature: Signature, choices: list[_Choice]) -> Placement | None:
        """The story of the article that this one links to, or that links to this one, where they are alike at all."""
        members = self._members
        linked = [number for link in signature.links for number in members.at_url.get(link, ())]
        linked += members.linking.get(signature.url, ()) if signature.url else ()
        if not linked:
            return None
        stories = {members.by_number[number].story for number in linked}
        for choice in choices:
            member = choice.pair.member
            if member.story in stories and choice.pair.likeness >= _CITED:
                return Placement(story=member.story, reason=Reason(why=Why.CITES, like=member.signature.publisher))
        return None

    # ── likeness ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _choices(self, signature: Signature, weighted: dict[str, float], idf: Mapping[str, float]) -> list[_Choice]:
        """Stories in order of strength; 1 is the threshold."""
        article = Article(signature, weighted, idf, self._members)
        by_story: dict[Ref, Pair] = {}
        known: Pair | None
        for number in nearest(weighted, self._members.postings):
            member = self._members.by_number[number]
            known = by_story.get(member.story)
            pair = article.compare(member, more_than=known.likeness if known is not None else _FAR)
            if pair is not None:
                by_story[member.story] = pair
        choices = []
        for ref, pair in by_story.items():
            story = self._members.stories[ref]
            near = closeness(signature.period, story.span, story.width, window=self.window)
            if near:
                centre = article.to_centre(story, pair)
                strength = ((1 - _CENTRE) * pair.likeness + _CENTRE * centre) * near
                choices.append(_Choice(strength=strength, pair=pair))
        choices = [
            one
            for one in choices
            if one.strength < _MERGE_GATE or not self._has_other_issue(one.pair.member.story, signature)
        ]
        choices.sort(key=lambda choice: (-choice.strength, choice.pair.member.number))
        return choices

    def _has_other_issue(self, story: Ref, signature: Signature) -> bool:
        """Whether the story holds another day's issue of the same column."""
        members = self._members
        numbers = members.stories[story].members[-ISSUES:]
        return any(are_issues(signature, members.by_number[number].signature) for number in numbers)

    def _have_issues_of_one_column(self, story: Ref, other: Ref) -> bool:
        members = self._members
        numbers = members.stories[story].members[-ISSUES:]
        return any(self._has_other_issue(other, members.by_number[number].signature) for number in numbers)

    def _reason(self, signature: Signature, choice: _Choice, weighted: Mapping[str, float]) -> Reason:
        member, surfaces = choice.pair.member, signature.features.surfaces
        rarity = choice.pair.told.contexts.rarity
        shared = weighted.keys() & member.weights.keys()
        words = sorted(shared, key=lambda feature: (-weighted[feature] * rarity(feature), feature))
        shown = dict.fromkeys(surfaces[feature] for feature in words if feature in surfaces)
        return Reason(
            why=Why.SAME_EVENT_ABROAD if choice.pair.abroad else Why.SAME_EVENT,
            like=member.signature.publisher,
            words=tuple(shown)[:6],
            apart=gap(signature.period, member.signature.period),
            strength=choice.strength,
        )

    # ── merging ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _merges(self, best: _Choice, others: list[_Choice]) -> Iterable[Merge]:
        """Other stories that turn out to be the one that the article joins."""
        joined = best.pair.member.story
        for other in others[:3]:
            if other.strength < _MERGE_GATE:
                return
            story = other.pair.member.story
            if frozenset((joined, story)) in self._apart:
                continue
            if named_apart(best.pair.member.signature, other.pair.member.signature):
                continue
            strength = oneness(
                self._members.stories[joined],
                self._members.stories[story],
                other.pair.tie,
                self._members,
                window=self.window,
            )
            if strength >= 1.0 and not self._have_issues_of_one_column(joined, story):
                older = min(joined, story, key=lambda ref: self._members.stories[ref].members[0])
                newer = story if older == joined else joined
                reason = Reason(why=Why.SAME_EVENT, like=other.pair.member.signature.publisher, strength=strength)
                yield Merge(story=newer, into=older, reason=reason)
                return  # one at a time: the next article may bring the next
