"""What an alert says, as values: written into the outbox by the plan, read by the renderer. Pure.

It is kept as JSON in the database, so every field has a default for what an older version did not write.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
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
    """One publisher's article of the story. `at` is ISO 8601 UTC; `words` are that article's own matched words."""

    publisher: str
    title: str
    url: str
    at: str
    language: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContent:
    """An alert. `priority` is high, normal or low; `watches` maps keys to titles."""

    priority: str
    watches: dict[str, str]
    title: Marked
    excerpt: Marked
    url: str
    reasons: tuple[Reason, ...]
    reports: tuple[Report, ...] = field(default_factory=tuple)

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
        )


def _marked(values: Any) -> Marked:
    values = values or {}
    return Marked(
        text=values.get("text", ""), spans=tuple((int(start), int(end)) for start, end in values.get("spans", ()))
    )


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
