"""Which story each article of a plan belongs to; the stories in memory change as it goes. Then: who must hear of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Protocol

from bot.judge import Judged, names_an_article
from bot.stories.grouper import Grouper
from bot.stories.reasons import Merge, Reason, Why
from bot.stories.sketch import COPY
from bot.stories.stored import pack
from storage.records import Known, KnownEntry, MatchRow, NewStory, Ref, StoryMerge


class References(Protocol):
    """Where names for new entries and stories come from (`StoryKeeper`)."""

    def reference(self) -> Ref: ...

    def grouper(self) -> Grouper: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An article that was judged and its place; `old` where the archive has it already.

    `matches` are those that nobody has heard of yet. `retracts`: an edit made a denial of the headline of an article
    that matched before.
    """

    one: Judged
    ref: Ref
    old: KnownEntry | None
    story: Ref | None
    reason: str | None
    copy_of: Ref | None
    matches: tuple[MatchRow, ...]
    signature: bytes | None
    retracts: bool = False

    @property
    def is_news(self) -> bool:
        """Whether somebody may hear of it."""
        return self.story is not None and (bool(self.matches) or self.retracts)


class Placing:
    """Puts the articles of one plan into stories."""

    def __init__(self, known: Known, *, source_id: int, references: References) -> None:
        self._known = known
        self._source_id = source_id
        self._references = references
        self._grouper = references.grouper()
        self._by_url: dict[str, KnownEntry | Placed] = dict(known.by_url)
        self.placed: list[Placed] = []
        self.stories: list[NewStory] = []
        self.merges: list[StoryMerge] = []
        self._went: dict[Ref, Ref] = {}

    def add(self, one: Judged) -> None:
        """An article that is new."""
        ref = self._references.reference()
        story, reason, copy = self._place(one, self._twin(one))
        self._take(one, ref, None, story, reason, copy, one.matches)
        if names_an_article(one.canonical):
            self._by_url.setdefault(one.canonical, self.placed[-1])

    def change(self, one: Judged, old: KnownEntry) -> None:
        """An article whose wording is another now, by its publisher or its page: it stays in its story."""
        told = {match.watch for match in old.matches}
        fresh = tuple(match for match in one.matches if match.watch not in told)
        story: Ref | None = old.story_id
        reason: str | None = None
        if self._grouper.signature_of(old.id) is not None:
            self._grouper.remove(old.id)
        if story is None and one.signature is not None:
            story, reason, _ = self._place(one, None)
        self._take(one, old.id, old, story, reason, old.copy_of, fresh)
        if one.denies and old.matches and one.entry.title != old.title:
            self.placed[-1] = replace(self.placed[-1], retracts=True)

    def told(self) -> Collection[int]:
        """Known stories whose articles and alerts decide who hears of what."""
        wanted = {placed.story for placed in self.placed if placed.story is not None and placed.is_news}
        wanted |= {story for merge in self.merges for story in (merge.story, merge.into)}
        return sorted(story for story in wanted if story > 0)

    def voice_of(self, ref: Ref) -> str | None:
        """Who speaks in an article of the window."""
        signature = self._grouper.signature_of(ref)
        return signature.voice if signature is not None else None

    def _take(
        self,
        one: Judged,
        ref: Ref,
        old: KnownEntry | None,
        story: Ref | None,
        reason: str | None,
        copy_of: Ref | None,
        matches: tuple[MatchRow, ...],
    ) -> None:
        packed = None
        if story is not None:
            story = self._now(story)
        if story is not None and one.signature is not None:
            # A copy speaks with the voice of who wrote it, and so does a copy of the copy.
            original = self._grouper.signature_of(copy_of) if copy_of is not None else None
            signature = replace(one.signature, voice=original.voice) if original is not None else one.signature
            weighted = self._grouper.add(ref, story, signature)
            packed = pack(signature, weighted, citations=one.citations, denies=one.denies)
        self.placed.append(
            Placed(
                one=one,
                ref=ref,
                old=old,
                story=story,
                reason=reason,
                copy_of=copy_of,
                matches=matches,
                signature=packed,
            )
        )

    def _now(self, story: Ref) -> Ref:
        """The story that this one is by now: it may have gone into another within this plan."""
        while story in self._went:
            story = self._went[story]
        return story

    def _twin(self, one: Judged) -> KnownEntry | Placed | None:
        """The same article under the same address, seen before.

        Within one source an address alone is not enough: status pages give all their items one link.
        """
        twin = self._by_url.get(one.canonical) if names_an_article(one.canonical) else None
        if twin is None:
            return None
        if isinstance(twin, Placed):
            entry = twin.one.entry
            return twin if _alike(f"{entry.title} {entry.text}", f"{one.entry.title} {one.entry.text}") else None
        same_source = twin.source_id == self._source_id
        if same_source and not _alike(f"{twin.title} {twin.text}", f"{one.entry.title} {one.entry.text}"):
            return None
        return twin

    def _place(self, one: Judged, twin: KnownEntry | Placed | None) -> tuple[Ref | None, str | None, Ref | None]:
        """The story, why, and the article that this one repeats."""
        if twin is not None:
            story = twin.story if isinstance(twin, Placed) else twin.story_id
            if story is not None:
                copy = twin.ref if isinstance(twin, Placed) else twin.id
                return story, str(Reason(why=Why.SAME_ADDRESS)), copy
        if one.signature is None:
            return None, None, None
        placement = self._grouper.place(one.signature)
        if placement.story is not None:
            for merge in placement.merges:
                self._merge(merge)
            story = placement.merges[-1].into if placement.merges else placement.story
            return story, str(placement.reason), placement.copy_of
        ref = self._references.reference()
        self.stories.append(NewStory(ref=ref, title=one.entry.title or one.entry.text[:200]))
        return ref, str(placement.reason), None

    def _merge(self, merge: Merge) -> None:
        self._grouper.merge(merge.story, merge.into)
        self._went[merge.story] = merge.into
        self.placed = [
            replace(placed, story=merge.into) if placed.story == merge.story else placed for placed in self.placed
        ]
        self.merges.append(StoryMerge(story=merge.story, into=merge.into, reason=str(merge.reason)))


def _alike(a: str, b: str) -> bool:
    first, second = set(a.casefold().split()), set(b.casefold().split())
    return bool(first | second) and len(first & second) / len(first | second) >= COPY
