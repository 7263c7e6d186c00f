"""`sources show`: everything about one source, and why its next look is when it is."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import typer

from bot.cli.context import existing_store, state_of, zone_of
from bot.cli.output import ago, out, print_json, table, until, when
from bot.cli.sources.configured import AsJson, Key, named, origin_in, states_of
from bot.cli.sources.standing import as_json, standing
from bot.clock import utc_now
from bot.settings import Settings, Source
from bot.sources.cadence import ARRIVALS_NEEDED, silence_limit, usual_gap
from bot.sources.opml import one_line
from bot.units import format_duration
from storage.records import SourceStatus

Rows = list[tuple[str, object]]


def register(group: typer.Typer) -> None:
    group.command()(show)


def show(context: typer.Context, key: Key, json: AsJson = False) -> None:
    """Everything about one source, and why its next look is when it is."""
    settings = state_of(context).settings()
    source = named(settings, key)
    state = states_of(settings).get(key)
    pages = _pages(settings, key) if state is not None else {}
    zone, now = zone_of(settings), utc_now()
    if json:
        print_json(as_json(source, state, settings, now) | {"pages": pages})
        return
    rows = _written(settings, source)
    word, reason = standing(source, state, now)
    rows.append(("state", f"{word} ({reason})" if reason else word))
    if state is not None:
        rows += _times(source, state, zone, now)
        rows += _rhythm(state, zone, now)
        rows += _trouble(state, zone)
        rows.append(("validators", ", ".join(_validators(state)) or "none: every look loads the whole document"))
        rows.append(
            ("article pages", ", ".join(f"{count} {what or 'waiting'}" for what, count in pages.items()) or "–")
        )
    out.print(table("", "", rows=rows))


def _written(settings: Settings, source: Source) -> Rows:
    """What rackwatch.yaml says, and what it comes to."""
    origin = origin_in(settings, source)
    interval = f"{format_duration(source.interval)} (its own)" if source.interval else "follows its rhythm"
    return [
        ("key", source.key),
        ("title", source.title or "–"),
        ("kind", f"{origin.kind.value}, made by {origin.via}" if origin.via else origin.kind.value),
        ("address", origin.url),
        *((f"  {name}", value) for name, value in origin.options.items() if not origin.via),
        ("publisher", source.publisher or source.title or source.key),
        ("language", source.language or "–"),
        ("tags", ", ".join(source.tags) or "–"),
        ("interval", interval),
        ("full text", source.full_text),
    ]


def _times(source: Source, state: SourceStatus, zone: ZoneInfo, now: datetime) -> Rows:
    rows: Rows = [
        ("entries", state.entries),
        ("subscribed", when(state.subscribed_at, zone)),
        ("last look", f"{when(state.last_checked_at, zone)} ({ago(state.last_checked_at, now)})"),
        ("last success", f"{when(state.last_success_at, zone)} ({ago(state.last_success_at, now)})"),
        ("last outcome", f"{state.last_outcome or '–'}{f' ({state.last_reason})' if state.last_reason else ''}"),
    ]
    if source.paused or state.health.disabled_at is not None:
        return [*rows, ("next check", "none")]
    because = f", because of {state.next_reason}" if state.next_reason else ""
    rows.append(("next check", f"{when(state.next_check_at, zone)} ({until(state.next_check_at, now)}){because}"))
    if state.not_before is not None and state.not_before > now:
        rows.append(("asked to wait", f"until {when(state.not_before, zone)}, by the server"))
    return rows


def _rhythm(state: SourceStatus, zone: ZoneInfo, now: datetime) -> Rows:
    arrivals = state.document.arrivals
    gap, limit = usual_gap(arrivals, now=now), silence_limit(arrivals)
    if gap is None or limit is None:
        return [("rhythm", f"not known yet: {len(arrivals)} of the {ARRIVALS_NEEDED} entries that it takes")]
    return [
        ("rhythm", f"an entry about every {format_duration(gap)}, by the last {len(arrivals)}"),
        ("newest entry", when(arrivals[-1], zone)),
        ("silent after", f"{format_duration(limit)} without a new entry"),
    ]


def _trouble(state: SourceStatus, zone: ZoneInfo) -> Rows:
    """What is not as it should be; nothing where all is well."""
    health = state.health
    rows: list[tuple[str, object]] = []
    if health.effective_url is not None:
        rows.append(("has moved to", f"{health.effective_url}; it is asked there"))
    elif health.moved_to is not None:
        since = when(health.moved_since, zone)
        rows.append(("redirects to", f"{health.moved_to}, for good, {health.moved_times} times since {since}"))
    if state.failures:
        rows.append(("failures", f"{state.failures} in a row"))
    if state.document.unreadable:
        rows.append(("unreadable", state.document.unreadable))
    for name, moment, remark in (
        ("gone since", health.gone_since, "HTTP 410"),
        ("disabled", health.disabled_at, f"try it again: rackwatch sources resume {state.key}"),
        ("told failing", health.told_failing_at, "the operator chat knows"),
        ("told silent", health.told_silent_at, "the operator chat knows"),
        ("told empty", health.told_empty_at, "the operator chat knows"),
    ):
        if moment is not None:
            rows.append((name, f"{when(moment, zone)}; {remark}"))
    return rows


def _validators(state: SourceStatus) -> list[str]:
    pair = (("ETag", state.etag), ("Last-Modified", state.last_modified))
    return [f"{name} {one_line(value)}" for name, value in pair if value]


def _pages(settings: Settings, key: str) -> dict[str, int]:
    with existing_store(settings) as store:
        return store.pages.tally(key)
