"""How a source fares, in a word and a reason: what `list` and `show` have in common."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.settings import Settings, Source
from bot.sources.cadence import silence_limit, usual_gap
from bot.sources.origins import origin_of
from storage.records import SourceStatus


def standing(source: Source, state: SourceStatus | None, now: datetime) -> tuple[str, str]:
    """The state in a word or two, and what there is to say of it; the reason may be empty."""
    if source.paused:
        return "paused", ""
    if state is None:
        return "never polled", ""
    health, reason = state.health, state.last_reason or ""
    if health.disabled_at is not None:
        return "disabled", health.disabled_reason or ""
    if state.last_outcome is None:
        return "never polled", ""
    if state.not_before is not None and state.not_before > now:
        return "asked to wait", reason
    if state.failures:
        return f"failing ×{state.failures}", reason
    if health.told_silent_at is not None:
        last = state.document.arrivals[-1:]
        return "silent", f"nothing new since {last[0]:%Y-%m-%d}" if last else ""
    return state.last_outcome, reason


def needs_a_look(source: Source, state: SourceStatus | None) -> bool:
    """Whether it fails, is gone, or has gone silent or empty."""
    if source.paused or state is None:
        return False
    health = state.health
    told = (health.disabled_at, health.told_silent_at, health.told_empty_at)
    return state.failures > 0 or any(moment is not None for moment in told)


def kind_of(source: Source, settings: Settings) -> str:
    """The template that made the address, else the kind of document."""
    origin = origin_of(source, settings.config.services)
    return origin.via or origin.kind.value


def as_json(source: Source, state: SourceStatus | None, settings: Settings, now: datetime) -> dict[str, Any]:
    """Everything that is known of a source. Times in seconds end in `_seconds`."""
    origin = origin_of(source, settings.config.services)
    values = {
        "key": source.key,
        "kind": origin.kind,
        "template": origin.via or None,
        "url": origin.url,
        "options": dict(origin.options),
        "title": source.title,
        "publisher": source.publisher,
        "language": source.language,
        "tags": source.tags,
        "interval_seconds": source.interval.total_seconds() if source.interval else None,
        "full_text": source.full_text,
        "paused": source.paused,
        "state": standing(source, state, now)[0],
        "status": None,
    }
    if state is None:
        return values
    status = asdict(state)
    del status["document"]  # marks and arrivals are the program's own notes
    gap, limit = usual_gap(state.document.arrivals, now=now), silence_limit(state.document.arrivals)
    status |= {
        "items_at_last_look": state.document.found,
        "usual_gap_seconds": round(gap.total_seconds()) if gap is not None else None,
        "silence_limit_seconds": round(limit.total_seconds()) if limit is not None else None,
        "unreadable": state.document.unreadable or None,
    }
    return values | {"status": status}
