"""What an alert says, as values: written into the outbox by the plan, read by the renderer. Pure.

It is kept as JSON in the database, so every field has a default for what an older version did not write.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from storage.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A text and the spans (start, end) in it that the rules matched."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a rule matched, in one line."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One publisher's article of the story. `at` is ISO 8601 UTC; `words` are that article's own matched words.

    `denies`: its headline denies or corrects.
    """

    publisher: str
    title: str
    url: str
    at: str
    language: str | None = None
    words: tuple[str, ...] = ()
    voice: str = ""
    denies: bool = False

    @property
    def speaker(self) -> str:
        """The key of who speaks; an alert of an older version knows the name only."""
        return self.voice or self.publisher


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstReport:
    """Who was first with the story, how that is known, and how many minutes before all others; 0 where unknown."""

    publisher: str
    how: str
    lead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContent:
    """An alert. `priority` is high, normal or low; `watches` maps keys to titles.

    `voices` counts independent publishers. `told_in` is the alert that tells this story since both turned out to be
    one; `tells_of` are those that this one tells of for that reason. `denied`: an article that it tells of denies.
    `moved_to` are the alerts that have reports of this one since a person divided the story, `moved_from` is the other
    side of it. `quiet`: readers were told of all this, so its message rings no bell.
    """

    priority: str
    watches: dict[str, str]
    title: Marked
    excerpt: Marked
    url: str
    reasons: tuple[Reason, ...]
    reports: tuple[Report, ...] = field(default_factory=tuple)
    voices: int = 0
    first: FirstReport | None = None
    told_in: int | None = None
    tells_of: tuple[int, ...] = ()
    denied: bool = False
    moved_to: tuple[int, ...] = ()
    moved_from: int | None = None
    quiet: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Json) -> AlertContent:
        return cls(
            priority=values.get("priority", "normal"),
            watches=dict(values.get("watches", {})),
            title=_marked(values.get("title")),
            excerpt=_marked(values.get("excerpt")),
            url=values.get("url", ""),
            reasons=tuple(Reason(**reason) for reason in values.get("reasons", ())),
            reports=tuple(
                Report(**report | {"words": tuple(report.get("words", ()))}) for report in values.get("reports", ())
            ),
            voices=values.get("voices", 0),
            first=FirstReport(**values["first"]) if values.get("first") else None,
            told_in=values.get("told_in"),
            tells_of=tuple(values.get("tells_of", ())),
            denied=bool(values.get("denied")),
            moved_to=tuple(values.get("moved_to", ())),
            moved_from=values.get("moved_from"),
            quiet=bool(values.get("quiet")),
        )


def _marked(values: Any) -> Marked:
    values = values or {}
    return Marked(
        text=values.get("text", ""), spans=tuple((int(start), int(end)) for start, end in values.get("spans", ()))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyContent:
    """What is new about a story that was told: an answer to its message. `kind` is a `Material`'s name."""

    kind: str
    headline: str
    publisher: str
    title: str
    url: str

    def to_json(self) -> dict[str, Any]:
        return {"reply": asdict(self)}

    @classmethod
    def from_json(cls, values: Json) -> ReplyContent | None:
        """None where the values are a notice's."""
        reply = values.get("reply")
        return cls(**reply) if isinstance(reply, dict) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """A story that was passed over, by its first article. `at` is ISO 8601 UTC."""

    title: str
    url: str
    publisher: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContent:
    """What was passed over: `total` stories, for these reasons, and the latest of them. It comes without sound."""

    total: int
    why: tuple[str, ...]
    lines: tuple[DigestLine, ...]

    @property
    def headline(self) -> str:
        return f"Passed over: {self.total} earlier {'story' if self.total == 1 else 'stories'}"

    def to_json(self) -> dict[str, Any]:
        return {"headline": self.headline, "digest": asdict(self)}

    @classmethod
    def from_json(cls, values: Json) -> DigestContent | None:
        """None where the values are another message's."""
        digest = values.get("digest")
        if not isinstance(digest, dict):
            return None
        return cls(
            total=digest["total"],
            why=tuple(digest["why"]),
            lines=tuple(DigestLine(**line) for line in digest["lines"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """An alert on a page of a digest. `watch` is its title; `news` are the kinds of answers told with it."""

    alert: int
    watch: str
    priority: str
    title: str
    url: str
    publisher: str
    at: str
    voices: int
    news: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """Page `page` of `pages` of a digest, which tells `total` stories. `priority` is that of its gravest."""

    total: int
    page: int
    pages: int
    priority: str
    lines: tuple[PageLine, ...]

    @property
    def headline(self) -> str:
        return f"Digest: {self.total:,} {'story' if self.total == 1 else 'stories'}"

    @classmethod
    def from_json(cls, values: Json) -> PageContent:
        lines = tuple(PageLine(**line | {"news": tuple(line.get("news", ()))}) for line in values["lines"])
        return cls(**{**values, "lines": lines})


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedContent:
    """What one message of a digest tells: the only page of a flood's message, or all pages that readers turn.

    `asked`: somebody wants it now, so that quiet hours do not hold it back.
    """

    pages: tuple[PageContent, ...]
    asked: bool = False

    @property
    def whole(self) -> PageContent:
        """All of its pages as one, for who shows them without buttons."""
        if len(self.pages) == 1:
            return self.pages[0]
        lines = tuple(line for page in self.pages for line in page.lines)
        return replace(self.pages[0], page=1, pages=1, lines=lines)

    def to_json(self) -> dict[str, Any]:
        return {
            "headline": self.pages[0].headline,
            "priority": max((page.priority for page in self.pages), key=("low", "normal", "high").index),
            "pages": [asdict(page) for page in self.pages],
            "asked": self.asked,
        }

    @classmethod
    def from_json(cls, values: Json) -> PagedContent:
        """Also of a message that was made when each page had its own."""
        pages = values.get("pages") or [values["page"]]
        return cls(pages=tuple(map(PageContent.from_json, pages)), asked=values.get("asked", False))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeContent:
    """A message to a person about the program itself."""

    headline: str
    lines: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: Json) -> NoticeContent:
        return cls(headline=values.get("headline", ""), lines=tuple(values.get("lines", ())))
