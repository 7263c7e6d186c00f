"""What polls change on their sources: all polls of a transaction together, a statement for all that change alike."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from storage.records import DocumentState, SourceUpdate
from storage.tables import first_looks, places, sources

# The same words on SQLite and PostgreSQL; the counters of a day are added to, whoever comes first.
_COUNT = sa.text(
    "INSERT INTO polls_daily (source_id, day, polls, not_modified, failed, entries_new) "
    "VALUES (:source_id, :day, 1, :not_modified, :failed, :entries_new) "
    "ON CONFLICT (source_id, day) DO UPDATE SET polls = polls_daily.polls + 1, "
    "not_modified = polls_daily.not_modified + excluded.not_modified, "
    "failed = polls_daily.failed + excluded.failed, entries_new = polls_daily.entries_new + excluded.entries_new"
)

_KEEP_DOCUMENT = sa.text(
    "INSERT INTO documents (source_id, marks, parts, arrivals, pace, found, unreadable) "
    "VALUES (:source_id, :marks, :parts, :arrivals, :pace, :found, :unreadable) "
    "ON CONFLICT (source_id) DO UPDATE SET marks = excluded.marks, parts = excluded.parts, "
    "arrivals = excluded.arrivals, pace = excluded.pace, found = excluded.found, unreadable = excluded.unreadable"
).bindparams(sa.bindparam("parts", type_=sa.JSON()), sa.bindparam("arrivals", type_=sa.JSON()))

_FORGET_FIRST_LOOK = first_looks.delete().where(
    first_looks.c.url
    == sa.select(sa.func.coalesce(sources.c.effective_url, sources.c.url))
    .where(sources.c.id == sa.bindparam("source_id"))
    .scalar_subquery()
)

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


_ID = "of_source"
"""The parameter that names the row of an update; `id` would be taken for a new value of the column."""


class SourceWrites:
    """What the polls of one transaction change on their sources; nothing that a plan looks up reads it meanwhile.

    A transaction of 250 quiet looks is two statements, each compiled once: to build one for each source took several
    times as long as the database takes to do it.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._waiting: set[int] = set()
        self._values: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        self._documents: list[dict[str, Any]] = []
        self._counts: list[dict[str, Any]] = []
        self._read: list[dict[str, Any]] = []

    def add(self, source_id: int, update: SourceUpdate, *, new: int = 0, known: int = 0) -> None:
        """Change a source; `new` and `known` are the entries that the poll brought."""
        if source_id in self._waiting:
            self.write()  # one after the other: what the later one leaves as it is stays the earlier one's
        self._waiting.add(source_id)
        values = _values(source_id, update, new, known)
        self._values.setdefault(tuple(values), []).append(values)
        self._counts.append(_counted(source_id, update, new))
        if update.baseline_at is not None:
            self._read.append({"source_id": source_id})
        if update.document is not None:
            self._documents.append(_document(source_id, update.document))
        if update.place is not None and update.not_before is not None:
            hold_place(self._connection, update.place, update.not_before)

    def write(self) -> None:
        """Write what was added."""
        if not self._waiting:
            return
        if self._read:
            # The document has served. Before the source is written, whose address this look may change.
            self._connection.execute(_FORGET_FIRST_LOOK, self._read)
        for columns, rows in self._values.items():
            self._connection.execute(_update_of(columns), rows)
        if self._documents:
            self._connection.execute(_KEEP_DOCUMENT, self._documents)
        self._connection.execute(_COUNT, self._counts)
        for written in (self._waiting, self._values, self._documents, self._counts, self._read):
            written.clear()


def _values(source_id: int, update: SourceUpdate, new: int, known: int) -> dict[str, Any]:
    """The columns of its row that change; always in the same order, so that equal sets of columns are equal tuples."""
    values: dict[str, Any] = {
        _ID: source_id,
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
    if update.health is not None:
        values |= {name: getattr(update.health, name) for name in HEALTH_COLUMNS}
    return values


@lru_cache(maxsize=64)  # there are 32 sets of columns
def _update_of(columns: tuple[str, ...]) -> sa.Update:
    return (
        sources.update()
        .where(sources.c.id == sa.bindparam(_ID))
        .values({name: sa.bindparam(name) for name in columns if name != _ID})
    )


def _document(source_id: int, document: DocumentState) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "marks": document.marks,
        "parts": dict(document.parts),
        "arrivals": [round(moment.timestamp()) for moment in document.arrivals],
        "pace": document.pace,
        "found": document.found,
        "unreadable": document.unreadable,
    }


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
