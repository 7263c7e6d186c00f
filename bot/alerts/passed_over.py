"""Which articles are old news when they come, and what a chat is told of them all together. Pure.

Old news alerts nobody at once, or the first look at a source, and the first after a long stop, would be a flood. It is
told in one digest instead.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.alerts.content import DigestContent, DigestLine
from bot.judge import FUTURE, is_baseline
from storage.records import Json, PassedBy, SourceForPoll, Untold

LINES = 50
"""Stories that a digest's outbox row holds: a message of 4096 signs has room for some thirty."""

NAMED = 4
"""Publishers that a digest names with their numbers; the rest are counted together."""

LOOKS_MISSED = 2
"""A source whose own interval is long has stopped when so many looks were missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LongStop:
    """A source was not read for longer than `gap`: of what is new there, what came out within `fresh` is news."""

    gap: timedelta
    fresh: timedelta

    @classmethod
    def of(cls, long_stop: timedelta, interval: timedelta) -> LongStop:
        """`interval` is the longest time between two looks that the source's rhythm allows."""
        return cls(gap=max(long_stop, LOOKS_MISSED * interval), fresh=max(long_stop, interval))


def why_passed(
    published: datetime | None, source: SourceForPoll, stop: LongStop | None, *, now: datetime
) -> PassedBy | None:
    """Why an article that is new to us is old news; None where it is news.

    `stop` is None where none counts. After a stop an article without a date may be of any day in between: it goes into
    the digest too.
    """
    if source.baseline_at is None:
        return PassedBy.FIRST_SIGHT if is_baseline(published, source, now) else None
    read = source.last_success_at
    if stop is None or read is None or now - read <= stop.gap:
        return None
    if published is not None and now - stop.fresh < published <= now + FUTURE:
        return None
    if source.resumed_at is not None and source.resumed_at > read:
        return PassedBy.RESUMED
    return PassedBy.UNREACHABLE if source.failures else PassedBy.LONG_STOP


def digest_of(untold: Untold) -> Json:
    """The message that tells of all of it: how much for which reason, and the latest stories."""
    lines = tuple(
        DigestLine(title=story.title, url=story.url, publisher=story.publisher, at=story.dated_at.isoformat())
        for story in untold.latest
    )
    return DigestContent(total=sum(count.stories for count in untold.counts), why=_why(untold), lines=lines).to_json()


_PLACES = {
    PassedBy.FIRST_SIGHT: "first sight of",
    PassedBy.RESUMED: "resumed",
    PassedBy.UNREACHABLE: "not reachable for long",
}
"""Reasons that lie with one source, which is named."""


def _why(untold: Untold) -> tuple[str, ...]:
    """Each reason with its number of stories, those of single sources by name."""
    said: list[str] = []
    for reason, words in _PLACES.items():
        here = [count for count in untold.counts if count.reason is reason]
        said += [f"{words} {count.publisher}: {count.stories}" for count in here[:NAMED]]
        if rest := here[NAMED:]:
            said.append(f"{words} {len(rest)} more: {sum(count.stories for count in rest)}")
    others: Counter[PassedBy] = Counter()
    for count in untold.counts:
        if count.reason not in _PLACES:
            others[count.reason] += count.stories
    return (*said, *(f"{reason.value}: {stories}" for reason, stories in others.items()))
