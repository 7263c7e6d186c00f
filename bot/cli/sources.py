"""`sources`: what is watched and how it fares. YAML owns the sources; pause and resume edit it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bot.cli.context import state_of, zone_of
from bot.cli.output import ago, out, print_json, table, until, when
from bot.clock import utc_now
from bot.edit_config import set_paused
from bot.errors import Refused
from bot.settings import Settings, Source
from bot.units import format_duration
from rules.problems import nearest
from storage import open_store
from storage.records import SourceStatus

group = typer.Typer(help="What is watched and how it fares.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="SOURCE", help="Key of the source.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@group.command("list")
def list_sources(context: typer.Context, json: AsJson = False) -> None:
    """All sources of rackwatch.yaml with their last outcome."""
    settings = state_of(context).settings()
    states = _states(settings)
    rows = [(source, states.get(source.key)) for source in settings.config.sources]
    if json:
        print_json([_as_json(source, state) for source, state in rows])
        return
    now = utc_now()
    out.print(
        table(
            "source", "lang", "tags", ">entries", "last look", "outcome", "next check",
            rows=[
                (
                    source.key, source.language or "", ", ".join(source.tags), state.entries if state else 0,
                    ago(state.last_checked_at if state else None, now), _outcome(source, state),
                    "–" if source.paused or state is None else until(state.next_check_at, now),
                )
                for source, state in rows
            ],
        )
        if rows
        else "no sources yet; add some under 'sources:' in rackwatch.yaml"
    )  # fmt: skip


@group.command()
def show(context: typer.Context, key: Key, json: AsJson = False) -> None:
    """Everything about one source."""
    settings = state_of(context).settings()
    source = _named(settings, key)
    state = _states(settings).get(key)
    if json:
        print_json(_as_json(source, state))
        return
    zone, now = zone_of(settings), utc_now()
    interval = source.interval or settings.config.schedule.interval
    rows: list[tuple[str, object]] = [
        ("key", source.key),
        ("title", source.title or "–"),
        ("url", source.url),
        ("publisher", source.publisher or source.title or source.key),
        ("language", source.language or "–"),
        ("tags", ", ".join(source.tags) or "–"),
        ("interval", f"{format_duration(interval)} ({'its own' if source.interval else 'schedule.interval'})"),
        ("state", "paused" if source.paused else "active"),
    ]
    if state is not None:
        rows += [
            ("entries", state.entries),
            ("subscribed", when(state.subscribed_at, zone)),
            ("last look", f"{when(state.last_checked_at, zone)} ({ago(state.last_checked_at, now)})"),
            ("last success", f"{when(state.last_success_at, zone)} ({ago(state.last_success_at, now)})"),
            ("last outcome", _outcome(source, state)),
            ("failures", state.failures),
            ("next check", f"{when(state.next_check_at, zone)} ({until(state.next_check_at, now)})"),
        ]
        if state.not_before is not None and state.not_before > now:
            rows.append(("asked to wait", f"until {when(state.not_before, zone)}"))
    out.print(table("", "", rows=rows))


@group.command()
def pause(context: typer.Context, key: Key) -> None:
    """Stop polling a source: sets 'paused: true' in rackwatch.yaml."""
    _set(context, key, paused=True)


@group.command()
def resume(context: typer.Context, key: Key) -> None:
    """Poll a paused source again."""
    _set(context, key, paused=False)


def _set(context: typer.Context, key: str, *, paused: bool) -> None:
    settings = state_of(context).settings()
    _named(settings, key)
    changed = set_paused(settings.config_file, key, paused=paused)
    word = "paused" if paused else "active"
    out.print(f"{key} is {word}" if changed else f"{key} was {word} already", markup=False)


def _named(settings: Settings, key: str) -> Source:
    keys = [source.key for source in settings.config.sources]
    if key not in keys:
        near = nearest(key, keys)
        raise Refused(
            f"no source named {key}" + (f" (did you mean '{near}'?)" if near else "; see 'rackwatch sources list'")
        )
    return settings.config.sources[keys.index(key)]


def _states(settings: Settings) -> dict[str, SourceStatus]:
    """What the database knows; nothing before the first poll."""
    with open_store(settings.storage_url) as store:
        if not store.database.path.exists():
            return {}
        return {state.key: state for state in store.sources.status()}


def _outcome(source: Source, state: SourceStatus | None) -> str:
    if source.paused:
        return "paused"
    if state is None or state.last_outcome is None:
        return "never polled"
    reason = f" ({state.last_reason})" if state.last_reason else ""
    return f"{state.last_outcome}{reason}"


def _as_json(source: Source, state: SourceStatus | None) -> dict[str, Any]:
    values = {
        "key": source.key,
        "url": source.url,
        "title": source.title,
        "publisher": source.publisher,
        "language": source.language,
        "tags": source.tags,
        "interval_seconds": source.interval.total_seconds() if source.interval else None,
        "paused": source.paused,
    }
    return values | {"status": state}
