"""Why articles belong together: values that are stored and shown. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from storage.records import Ref


class Why(Enum):
    """Why an article is where it is; the text is shown to people."""

    FIRST = "first article of the story"
    SAME_ADDRESS = "the same address"
    SAME_TEXT = "the same text"
    SAME_HEADLINE = "the same headline"
    CITES = "one links to the other"
    SAME_EVENT = "the same event"
    SAME_EVENT_ABROAD = "the same event in another language"
    BY_HAND = "put there by a person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A decision with its evidence: `words` both articles have, rarest first; `strength` is 1 at the threshold."""

    why: Why
    like: str = ""
    words: tuple[str, ...] = ()
    apart: timedelta | None = None
    strength: float | None = None

    def __str__(self) -> str:
        like = f" ({self.like})" if self.why is Why.CITES else f" as {self.like}"
        parts = [self.why.value + (like if self.like else "")]
        if self.words:
            parts.append(", ".join(self.words))
        if self.apart is not None and self.apart:
            parts.append(f"{_span(self.apart)} apart")
        if self.strength is not None:
            parts.append(f"{self.strength:.1f} of 1.0 needed")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two stories turn out to be one: `story` goes into `into`, the older."""

    story: Ref
    into: Ref
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where an article belongs: a story, or none yet. `copy_of` is the article that it repeats."""

    story: Ref | None
    reason: Reason
    copy_of: Ref | None = None
    merges: tuple[Merge, ...] = ()


def _span(time: timedelta) -> str:
    hours = time / timedelta(hours=1)
    if hours < 1:
        return f"{max(1, round(hours * 60))} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"
