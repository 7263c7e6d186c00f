"""How a source fares over many looks, and what of it a person must be told, once. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from bot.alerts.content import NoticeContent
from bot.sources.cadence import SILENCE_FLOOR, silence_limit
from bot.units import format_duration
from storage.records import DocumentState, SourceForPoll, SourceHealth

MOVED_TIMES = 3
MOVED_OVER = timedelta(days=2)
"""A permanent redirect is believed when it was seen so often over so long: some are set by mistake for an hour."""

GONE_OVER = timedelta(days=1)
"""410 is believed when it is still there a day later."""

FAILURES_TOLD = 3
"""Failures in a row before the operator hears of it: one or two are the network's daily noise."""


class Event(Enum):
    """What a person is told of a source; the text stands in logs."""

    FAILING = "keeps failing"
    RECOVERED = "answers again"
    MOVED = "has moved for good"
    DISABLED = "is gone and not asked any more"
    SILENT = "has gone silent"
    EMPTY = "lists nothing any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The new state and what to tell; `health` is None where nothing changed."""

    health: SourceHealth | None
    told: tuple[tuple[Event, NoticeContent], ...] = ()


def after_document(
    source: SourceForPoll, document: DocumentState, *, now: datetime, moved_to: str | None, modified: bool
) -> Diagnosis:
    """After an answer that holds what it should: a document (`modified`), or a 304, which proves no recovery."""
    health, told = source.health, list[tuple[Event, NoticeContent]]()
    if health == _WELL and moved_to is None and document.found != 0 and not _is_silent(source, document, now):
        return Diagnosis(health=None)  # what nearly every look finds
    health = _moved(health, moved_to, now)
    if health.effective_url != source.health.effective_url:
        now_at = f"It is asked at {health.effective_url} from now on; write that address into rackwatch.yaml."
        told.append(_tell(source, Event.MOVED, now_at))
    health = replace(health, gone_since=None)
    if modified and health.told_failing_at is not None:
        health = replace(health, told_failing_at=None)
        told.append(_tell(source, Event.RECOVERED, "Entries that it still lists are taken in."))
    health = _emptied(source, health, document, now, told)
    health = _silenced(source, health, document, now, told)
    return Diagnosis(health=health if health != source.health else None, told=tuple(told))


def after_trouble(source: SourceForPoll, reason: str, *, now: datetime, gone: bool) -> Diagnosis:
    """After a failure; `gone` is the server's own word that there is nothing any more (410)."""
    health, told = source.health, list[tuple[Event, NoticeContent]]()
    if gone and health.gone_since is None:
        health = replace(health, gone_since=now)
    elif gone and health.gone_since is not None and now - health.gone_since >= GONE_OVER:
        health = replace(health, disabled_at=now, disabled_reason="gone (HTTP 410, twice a day apart)")
        again = f"Find its new address, or try the old one again: rackwatch sources resume {source.key}"
        told.append(_tell(source, Event.DISABLED, "The server says 410 (gone), today as yesterday.", again))
    elif health.told_failing_at is None and source.failures + 1 >= FAILURES_TOLD:
        health = replace(health, told_failing_at=now)
        since = f"Last success: {source.last_success_at:%Y-%m-%d %H:%M} UTC." if source.last_success_at else ""
        promise = "It is tried for ever, ever more rarely; you hear again when it answers."
        told.append(_tell(source, Event.FAILING, _blame(source, reason), since, promise))
    return Diagnosis(health=health if health != source.health else None, told=tuple(told))


def _blame(source: SourceForPoll, reason: str) -> str:
    """The reason; of a template the bridge is named, since it is what fails."""
    if not source.via:
        return f"{reason[:300]}."
    return f"The bridge {source.via} ({source.place}) does not give it: {reason[:300]}."


def _moved(health: SourceHealth, moved_to: str | None, now: datetime) -> SourceHealth:
    if moved_to is None:
        return replace(health, moved_to=None, moved_times=0, moved_since=None)
    if moved_to != health.moved_to or health.moved_since is None:
        return replace(health, moved_to=moved_to, moved_times=1, moved_since=now)
    times = health.moved_times + 1
    if times >= MOVED_TIMES and now - health.moved_since >= MOVED_OVER:
        return replace(health, effective_url=moved_to, moved_to=None, moved_times=0, moved_since=None)
    return replace(health, moved_times=times)


def _emptied(
    source: SourceForPoll,
    health: SourceHealth,
    document: DocumentState,
    now: datetime,
    told: list[tuple[Event, NoticeContent]],
) -> SourceHealth:
    if document.found:
        return replace(health, told_empty_at=None)
    if document.found == 0 and source.document.found and health.told_empty_at is None:
        hint = {
            "page": f"Has the page's layout changed? Look with: rackwatch sources try {source.key}",
            "json": f"Has the API's answer changed? Look with: rackwatch sources try {source.key}",
        }.get(source.kind, "An empty list is no failure; it is looked at as before.")
        told.append(_tell(source, Event.EMPTY, f"Its last look listed {source.document.found}, this one none.", hint))
        return replace(health, told_empty_at=now)
    return health


def _silenced(
    source: SourceForPoll,
    health: SourceHealth,
    document: DocumentState,
    now: datetime,
    told: list[tuple[Event, NoticeContent]],
) -> SourceHealth:
    if not _is_silent(source, document, now):
        return replace(health, told_silent_at=None)
    if health.told_silent_at is not None:
        return health
    last, limit = document.arrivals[-1], silence_limit(document.arrivals) or SILENCE_FLOOR
    nothing = f"Nothing new since {last:%Y-%m-%d %H:%M} UTC, although it answers."
    told.append(_tell(source, Event.SILENT, nothing, f"Its rhythm promised something within {format_duration(limit)}."))
    return replace(health, told_silent_at=now)


def _is_silent(source: SourceForPoll, document: DocumentState, now: datetime) -> bool:
    """Silence begins with the last entry, but not before we began to listen."""
    if not document.arrivals:
        return False
    since = now - max(document.arrivals[-1], source.subscribed_at)
    if since <= SILENCE_FLOOR:
        return False
    limit = silence_limit(document.arrivals)
    return limit is not None and since > limit


_WELL = SourceHealth()


def _tell(source: SourceForPoll, event: Event, *lines: str) -> tuple[Event, NoticeContent]:
    name = source.title or source.key
    headline = f"Source {name} ({source.key}) {event.value}" if name != source.key else f"Source {name} {event.value}"
    return event, NoticeContent(headline=headline, lines=tuple(line for line in lines if line))
