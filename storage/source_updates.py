"""What a poll changes on its source: one at a time, or thousands of quiet looks in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.records import DocumentState, SourceUpdate
from storage.tables import documents, first_looks, places, sources

# The same words on SQLite and PostgreSQL; the counters of a day are added to, whoever comes first.
_COUNT = sa.text(
    "INSERT INTO polls_daily (source_id, day, polls, not_modified, failed, entries_new) "
    "VALUES (:source_id, :day, 1, :not_modified, :failed, :entries_new) "
    "ON CONFLICT (source_id, day) DO UPDATE SET polls = polls_daily.polls + 1, "
    "not_modified = polls_daily.not_modified + excluded.not_modified, "
    "failed = polls_daily.failed + excluded.failed, entries_new = polls_daily.entries_new + excluded.entries_new"
)

_QUIET = (
    sources.update()
    .where(sources.c.id == sa.bindparam("source"))
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in (
                "last_checked_at", "last_success_at", "next_check_at", "next_reason", "last_outcome", "last_reason",
                "etag", "last_modified", "body_hash",
            )
        }
        | {"not_before": None, "last_new": 0, "last_known": 0, "failures": 0}
    )
)  # fmt: skip


def is_quiet(update: SourceUpdate) -> bool:
    """A look that brought nothing and changes nothing but times and validators."""
    return (
        update.success
        and update.failures == 0
        and update.validators is not None
        and update.body_hash is not None
        and update.document is None
        and update.health is None
        and update.baseline_at is None
    )


def update_quietly(connection: sa.Connection, updates: Sequence[tuple[int, SourceUpdate]]) -> None:
    """Write quiet looks (source's id, update) all at once."""
    rows = []
    for source_id, update in updates:
        etag, last_modified = update.validators or (None, None)
        rows.append(
            {
                "source": source_id,
                "new_last_checked_at": update.checked_at,
                "new_last_success_at": update.checked_at,
                "new_next_check_at": update.next_check_at,
                "new_next_reason": update.next_reason,
                "new_last_outcome": update.outcome,
                "new_last_reason": update.reason,
                "new_etag": etag,
                "new_last_modified": last_modified,
                "new_body_hash": update.body_hash,
            }
        )
    connection.execute(_QUIET, rows)
    connection.execute(_COUNT, [_counted(source_id, update, 0) for source_id, update in updates])


def update_source(connection: sa.Connection, source_id: int, update: SourceUpdate, *, new: int, known: int) -> None:
    values: dict[str, Any] = {
        "last_checked_at": update.checked_at,
        "next_check_at": update.next_check_at,
        "next_reason": update.next_reason,
        "not_before": update.not_before,
        "last_outcome": update.outcome,
        "last_reason": update.reason,
        "last_new": new,
        "last_known": known,
        "failures": update.failures,
    }
    if update.success:
        values["last_success_at"] = update.checked_at
    if update.validators is not None:
        values["etag"], values["last_modified"] = update.validators
    if update.body_hash is not None:
        values["body_hash"] = update.body_hash
    if update.baseline_at is not None:
        values["baseline_at"] = update.baseline_at
        here = sa.select(sa.func.coalesce(sources.c.effective_url, sources.c.url)).where(sources.c.id == source_id)
        connection.execute(first_looks.delete().where(first_looks.c.url == here.scalar_subquery()))  # it has served
    if update.health is not None:
        values |= {name: getattr(update.health, name) for name in HEALTH_COLUMNS}
    connection.execute(sources.update().where(sources.c.id == source_id).values(**values))
    if update.document is not None:
        _keep_document(connection, source_id, update.document)
    connection.execute(_COUNT, [_counted(source_id, update, new)])
    if update.place is not None and update.not_before is not None:
        hold_place(connection, update.place, update.not_before)


def _keep_document(connection: sa.Connection, source_id: int, document: DocumentState) -> None:
    values = {
        "marks": document.marks,
        "parts": dict(document.parts),
        "arrivals": [round(moment.timestamp()) for moment in document.arrivals],
        "pace": document.pace,
        "found": document.found,
        "unreadable": document.unreadable,
    }
    changed = connection.execute(documents.update().where(documents.c.source_id == source_id).values(**values))
    if not changed.rowcount:
        connection.execute(documents.insert().values(source_id=source_id, **values))


HEALTH_COLUMNS = (
    "effective_url",
    "moved_to",
    "moved_times",
    "moved_since",
    "gone_since",
    "disabled_at",
    "disabled_reason",
    "told_failing_at",
    "told_silent_at",
    "told_empty_at",
)
"""The columns of `SourceHealth`, by the same names."""


def _counted(source_id: int, update: SourceUpdate, new: int) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "day": update.checked_at.date().isoformat(),
        "not_modified": int(update.outcome == "not modified"),
        "failed": int(not update.success),
        "entries_new": new,
    }


def hold_place(connection: sa.Connection, place: str, until: datetime) -> None:
    """Nobody at this place is asked before then; a later time that stands there already stays."""
    here = places.c.place == place
    found = connection.execute(sa.select(places.c.not_before).where(here)).scalar_one_or_none()
    if found is None:
        connection.execute(places.insert().values(place=place, not_before=until))
    elif found < until:
        connection.execute(places.update().where(here).values(not_before=until))
