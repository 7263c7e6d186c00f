"""`poll`: one cycle now; beside a running service it asks the service and follows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.cli.context import existing_store, state_of
from bot.cli.output import err, out, print_json, table, until
from bot.clock import utc_now
from bot.errors import Refused
from bot.event_loop import complete
from bot.poll_report import Outcome, PollReport
from bot.settings import Settings
from storage import open_store
from storage.records import SourceForPoll, SourceStatus

DELIVERY_PATIENCE = 60.0
"""Seconds that `poll` waits for its alerts to leave; what does not leaves with the next run."""

PAGES_PATIENCE = 60.0
"""Seconds that `poll` spends on articles' pages; what is left is read with the next run."""

FOLLOW_PATIENCE = 300.0
"""Seconds that `poll` follows a service; the service goes on without it."""

NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What happened to one source; None where a service did it and only the outcome is known."""

    source: str
    outcome: str
    reason: str
    parsed: int | None
    new: int
    edited: int | None
    known: int
    matches: int | None
    alerts: int | None
    next_check_at: datetime | None


def register(app: typer.Typer) -> None:
    app.command()(poll)


def poll(
    context: typer.Context,
    keys: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Keys; default: all sources.")] = None,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Look at every source (or the named ones) once, now, and deliver the alerts."""
    settings = state_of(context).settings()
    wanted = list(dict.fromkeys(keys or [])) or None
    store = open_store(settings.storage_url)
    holder = store.database.holder()
    store.close()
    if holder is not None and holder.role == "run":
        rows = _follow(settings, wanted, holder.process)
    else:  # beside another command it is refused, with that command's name
        rows = complete(_poll_here(settings, wanted, json=json))
    rows.sort(key=lambda row: row.source)
    failed = sum(row.outcome == Outcome.FAILED.value for row in rows)
    if json:
        print_json(rows)
    else:
        now = utc_now()
        out.print(
            table(
                "source", "outcome", ">new", ">known", ">alerts", "next check", "remarks",
                rows=[
                    (
                        row.source, row.outcome, row.new, row.known, "–" if row.alerts is None else row.alerts,
                        until(row.next_check_at, now), row.reason,
                    )
                    for row in rows
                ],
            )
        )  # fmt: skip
        out.print(f"\n{len(rows)} sources, {failed} failed, {sum(row.new for row in rows)} new entries")
    if rows and failed == len(rows):
        raise typer.Exit(1)


async def _poll_here(settings: Settings, keys: list[str] | None, *, json: bool) -> list[Row]:
    from bot.app import App  # noqa: PLC0415 - other commands start without it, half a second sooner

    async with App(settings, console=err if json else out, role="poll") as app:
        sources = app.store.sources.named(keys)
        if not sources:
            raise Refused("there is nothing to poll: every source in rackwatch.yaml is paused, or there is none")
        now = app.now()
        held = [source for source in sources if source.not_before is not None and source.not_before > now]
        ready = [source for source in sources if source not in held]
        with _progress() as progress:
            task = progress.add_task("polling", total=len(ready))
            reports = await app.poll_many(ready, on_report=lambda _: progress.advance(task))
        await app.read_due_pages(patience=PAGES_PATIENCE)
        await app.old_news.catch_up()
        await app.old_news.tell(at_once=True)
        await app.deliverer.settle_all(patience=DELIVERY_PATIENCE)
        return [_row(report) for report in reports] + [_held_row(source) for source in held]


def _row(report: PollReport) -> Row:
    return Row(
        source=report.source,
        outcome=report.outcome.value,
        reason=report.reason,
        parsed=report.parsed,
        new=report.new,
        edited=report.edited,
        known=report.known,
        matches=report.matches,
        alerts=report.alerts,
        next_check_at=report.next_check_at,
    )


def _held_row(source: SourceForPoll | SourceStatus) -> Row:
    return Row(
        source=source.key,
        outcome=NOT_ASKED,
        reason="the server asked to wait",
        parsed=0,
        new=0,
        edited=0,
        known=0,
        matches=0,
        alerts=0,
        next_check_at=source.not_before,
    )


def _follow(settings: Settings, keys: list[str] | None, service: int) -> list[Row]:
    """Mark the sources due in the database, and watch the running service work through them."""
    err.print(f"a service is running (process {service}); it polls, this command follows", markup=False)
    with existing_store(settings) as store:
        sources = [
            source
            for source in store.sources.status(keys)
            if not source.paused and source.health.disabled_at is None  # the service does not ask those that are gone
        ]
        if not sources:
            raise Refused("there is nothing to poll: every source in rackwatch.yaml is paused, or there is none")
        asked = utc_now()
        held = [source for source in sources if source.not_before is not None and source.not_before > asked]
        pending = [source.key for source in sources if source not in held]
        names = list(pending)
        store.sources.request_now(pending, now=asked)
        deadline = time.monotonic() + FOLLOW_PATIENCE
        with _progress() as progress:
            task = progress.add_task("polling", total=len(pending))
            while pending and time.monotonic() < deadline:
                time.sleep(0.3)
                if store.database.holder() is None:
                    raise Refused("the service has stopped meanwhile; run 'rackwatch poll' again")
                states = {source.key: source for source in store.sources.status(names)}
                pending = [key for key in names if not _checked_since(states[key], asked)]
                progress.update(task, completed=len(names) - len(pending))
        states = {source.key: source for source in store.sources.status(names)}
    if pending:
        raise Refused(
            f"the service has not polled {', '.join(pending[:5])} within {FOLLOW_PATIENCE:g} s; see 'rackwatch status'"
        )
    return [_followed_row(source) for source in states.values()] + [_held_row(source) for source in held]


def _checked_since(source: SourceStatus, asked: datetime) -> bool:
    return source.last_checked_at is not None and source.last_checked_at >= asked


def _followed_row(source: SourceStatus) -> Row:
    return Row(
        source=source.key,
        outcome=source.last_outcome or "",
        reason=source.last_reason or "",
        parsed=None,
        new=source.last_new,
        edited=None,
        known=source.last_known,
        matches=None,
        alerts=None,
        next_check_at=source.next_check_at,
    )


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )
