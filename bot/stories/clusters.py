"""Which story an article belongs to. Pure; the answer carries its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.stories.similarity import Likeness, Signature, likeness
from storage.records import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a story, as far as comparing needs it."""

    entry: Ref
    story: Ref
    publisher: str
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The story to join; `copy_of` is the article that this one repeats word for word."""

    story: Ref
    reason: str
    copy_of: Ref | None


def find_story(signature: Signature, members: Iterable[Member]) -> Joined | None:
    """The story of the most alike member, None where every member is about another event."""
    best: tuple[float, Member, Likeness] | None = None
    for member in members:
        why, strength = likeness(signature, member.signature)
        if why is not Likeness.DIFFERENT and (best is None or strength > best[0]):
            best = (strength, member, why)
    if best is None:
        return None
    _, member, why = best
    return Joined(
        story=member.story,
        reason=f"{why.value} ({member.publisher})",
        copy_of=member.entry if why is Likeness.SAME_TEXT else None,
    )
