"""Sources: kept in step with the YAML that owns them, and picked when due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from storage.database import Database
from storage.errors import NotFound
from storage.records import (
    DocumentState,
    FirstLook,
    SourceDefinition,
    SourceForPoll,
    SourceHealth,
    SourceStatus,
)
from storage.source_updates import HEALTH_COLUMNS
from storage.tables import documents, entries, first_looks, places, sources

FIRST_LOOK_LIFE = timedelta(hours=1)
"""How long a document that `sources add` or `sources try` fetched stands in for a source's first request."""

_LOOKED_AT = (
    sa.exists().where(first_looks.c.url == sa.func.coalesce(sources.c.effective_url, sources.c.url)).label("looked_at")
)


class Sources:
    def __init__(self, database: Database) -> None:
        self._db = database

    def sync(self, definitions: Iterable[SourceDefinition], *, now: datetime) -> None:
        """Make the table say what the YAML says: new keys are due at once, missing ones are marked removed.

        A source whose address or way of reading changed starts over: validators are dropped and its next fetch is a
        baseline. One that is no longer paused is tried again, also where it had been disabled as gone.
        """
        with self._db.write() as connection:
            known = {row.key: row for row in connection.execute(sa.select(sources))}
            wanted = {definition.key: definition for definition in definitions}
            for key, definition in wanted.items():
                values = _values(definition)
                row = known.get(key)
                if row is None:
                    connection.execute(sources.insert().values(key=key, subscribed_at=now, next_check_at=now, **values))
                    continue
                if row.removed_at is not None or (row.url, row.kind, row.options) != (
                    definition.url, definition.kind, dict(definition.options)
                ):  # fmt: skip
                    values |= _start_over(now)
                    connection.execute(documents.delete().where(documents.c.source_id == row.id))
                elif row.paused and not definition.paused:
                    values |= _enabled() | {"resumed_at": now}
                if any(getattr(row, name) != value for name, value in values.items()):
                    connection.execute(sources.update().where(sources.c.id == row.id).values(**values))
            gone = [row.id for key, row in known.items() if key not in wanted and row.removed_at is None]
            if gone:
                connection.execute(sources.update().where(sources.c.id.in_(gone)).values(removed_at=now))

    def due(self, *, now: datetime, busy: Collection[int] = (), limit: int = 500) -> list[SourceForPoll]:
        """Sources whose time has come, longest overdue first; `busy` are being polled already."""
        ready = sa.and_(
            sources.c.next_check_at <= now,
            sa.or_(sources.c.not_before.is_(None), sources.c.not_before <= now),
            sources.c.disabled_at.is_(None),
            sources.c.place.not_in(sa.select(places.c.place).where(places.c.not_before > now)),
        )
        found = self._for_poll(ready, limit=limit + len(busy))
        return [source for source in found if source.id not in busy][:limit]

    def held_places(self, *, now: datetime) -> dict[str, datetime]:
        """Places whose server asked everybody to wait, and until when."""
        with self._db.read() as connection:
            rows = connection.execute(sa.select(places).where(places.c.not_before > now))
            return {row.place: row.not_before for row in rows}

    def named(self, keys: Sequence[str] | None = None) -> list[SourceForPoll]:
        """These sources (all where None) that are neither paused, removed nor disabled as gone, due or not.

        Raises NotFound for a key that no active source has.
        """
        wanted = sa.true() if keys is None else sources.c.key.in_(keys)
        found = self._for_poll(sa.and_(wanted, sources.c.disabled_at.is_(None)), limit=100_000)
        missing = set(keys or ()) - {source.key for source in found}
        if missing:
            raise NotFound(f"no active source named {', '.join(sorted(missing))}; see 'rackwatch sources list'")
        return found

    def _for_poll(self, condition: Any, *, limit: int) -> list[SourceForPoll]:
        query = (
            sa.select(sources, documents, _LOOKED_AT, places.c.not_before.label("place_not_before"))
            .outerjoin(documents, documents.c.source_id == sources.c.id)
            .outerjoin(places, places.c.place == sources.c.place)
            .where(condition, sources.c.removed_at.is_(None), sources.c.paused.is_(sa.false()))
            .order_by(sources.c.next_check_at, sources.c.id)
            .limit(limit)
        )
        with self._db.read() as connection:
            return [for_poll(row) for row in connection.execute(query)]

    def enable(self, key: str, *, now: datetime) -> bool:
        """Try a source again that had been disabled as gone. False where it was not."""
        with self._db.write() as connection:
            done = connection.execute(
                sources.update()
                .where(sources.c.key == key, sources.c.disabled_at.is_not(None))
                .values(next_check_at=now, resumed_at=now, **_enabled())
            )
            return done.rowcount > 0

    # ── a person's own look ──────────────────────────────────────────────────────────────────────────────────────

    def keep_first_look(self, look: FirstLook, *, now: datetime) -> None:
        """Keep a document for the first poll of a source at this address."""
        with self._db.write() as connection:
            connection.execute(
                first_looks.delete().where(
                    sa.or_(first_looks.c.url == look.url, first_looks.c.fetched_at < now - FIRST_LOOK_LIFE)
                )
            )
            connection.execute(
                first_looks.insert().values(
                    url=look.url,
                    fetched_at=now,
                    final_url=look.final_url,
                    content_type=look.content_type,
                    etag=look.etag,
                    last_modified=look.last_modified,
                    body=look.body,
                )
            )

    def first_look(self, url: str, *, now: datetime) -> FirstLook | None:
        """The document that a person's command fetched from this address within the last hour."""
        query = sa.select(first_looks).where(first_looks.c.url == url, first_looks.c.fetched_at > now - FIRST_LOOK_LIFE)
        with self._db.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return FirstLook(
            url=row.url,
            final_url=row.final_url,
            body=row.body,
            content_type=row.content_type,
            etag=row.etag,
            last_modified=row.last_modified,
        )

    def request_now(self, keys: Sequence[str], *, now: datetime) -> None:
        """Ask a running service to poll these sources at once; what a server asked for (`not_before`) still holds."""
        with self._db.write() as connection:
            connection.execute(sources.update().where(sources.c.key.in_(keys)).values(next_check_at=now))

    def status(self, keys: Sequence[str] | None = None) -> list[SourceStatus]:
        """Every source in the YAML, by key, with how it fares."""
        counted = (
            sa.select(entries.c.source_id, sa.func.count().label("entries")).group_by(entries.c.source_id).subquery()
        )
        query = (
            sa.select(
                sources,
                documents,
                sa.func.coalesce(counted.c.entries, 0).label("entries"),
                places.c.not_before.label("place_not_before"),
            )
            .outerjoin(counted, counted.c.source_id == sources.c.id)
            .outerjoin(documents, documents.c.source_id == sources.c.id)
            .outerjoin(places, places.c.place == sources.c.place)
            .where(sources.c.removed_at.is_(None))
            .order_by(sources.c.key)
        )
        if keys is not None:
            query = query.where(sources.c.key.in_(keys))
        with self._db.read() as connection:
            rows = connection.execute(query).all()
        missing = set(keys or ()) - {row.key for row in rows}
        if missing:
            raise NotFound(f"no source named {', '.join(sorted(missing))}; see 'rackwatch sources list'")
        return [_status(row) for row in rows]


def for_poll(row: Any) -> SourceForPoll:
    """A row that begins with the columns of `sources` as the record of a poll."""
    return SourceForPoll(
        **dict(zip(_SAME_NAMES, _same(row), strict=True)),
        url=row.effective_url or row.url,
        tags=tuple(row.tags),
        not_before=_not_before(row),
        looked_at=bool(getattr(row, "looked_at", False)),
        document=_document(row),
        health=_health(row),
    )


_SAME_NAMES = (
    "id", "key", "kind", "options", "via", "place", "full_text", "title", "language", "publisher", "subscribed_at",
    "baseline_at", "etag", "last_modified", "body_hash", "failures", "next_check_at", "last_success_at",
    "resumed_at",
)  # fmt: skip
_same = itemgetter(*map(list(sources.c.keys()).index, _SAME_NAMES))
"""By place: a thousand rows' columns by name took longer than reading them from the database."""


def _not_before(row: Any) -> datetime | None:
    """The later of what the source's own server and its place asked for; no place where the row has none."""
    waits = (row.not_before, getattr(row, "place_not_before", None))
    return max((moment for moment in waits if moment is not None), default=None)


def _status(row: Any) -> SourceStatus:
    return SourceStatus(
        key=row.key,
        url=row.url,
        kind=row.kind,
        via=row.via,
        full_text=row.full_text,
        title=row.title,
        language=row.language,
        publisher=row.publisher,
        tags=tuple(row.tags),
        paused=row.paused,
        subscribed_at=row.subscribed_at,
        baseline_at=row.baseline_at,
        next_check_at=row.next_check_at,
        next_reason=row.next_reason,
        not_before=_not_before(row),
        last_checked_at=row.last_checked_at,
        last_success_at=row.last_success_at,
        last_outcome=row.last_outcome,
        last_reason=row.last_reason,
        last_new=row.last_new,
        last_known=row.last_known,
        failures=row.failures,
        entries=row.entries,
        etag=row.etag,
        last_modified=row.last_modified,
        document=_document(row),
        health=_health(row),
    )


def _document(row: Any) -> DocumentState:
    if len(row) <= _DOCUMENT_AT or row[_DOCUMENT_AT] is None:
        return DocumentState()  # not asked for, or never looked
    _, marks, parts, arrivals, pace, found, unreadable = row[_DOCUMENT_AT : _DOCUMENT_AT + len(documents.c)]
    return DocumentState(
        marks=marks,
        parts=parts,
        arrivals=tuple([datetime.fromtimestamp(moment, UTC) for moment in arrivals]),
        pace=pace,
        found=found,
        unreadable=unreadable,
    )


_DOCUMENT_AT = len(sources.c)
"""Where a query asks for `documents` too, its columns follow at once."""


def _health(row: Any) -> SourceHealth:
    if tuple(row[_HEALTH_AT : _HEALTH_AT + len(HEALTH_COLUMNS)]) == _WELL_ROW:
        return _WELL  # nearly every row
    return SourceHealth(**{name: getattr(row, name) for name in HEALTH_COLUMNS})


_WELL = SourceHealth()
_WELL_ROW = tuple(getattr(_WELL, name) for name in HEALTH_COLUMNS)
_HEALTH_AT = list(sources.c.keys()).index(HEALTH_COLUMNS[0])
"""Every query here begins with the columns of `sources`, and those of its health stand in a row."""


def _values(definition: SourceDefinition) -> dict[str, Any]:
    return {
        "url": definition.url,
        "kind": definition.kind,
        "options": dict(definition.options),
        "via": definition.via,
        "place": definition.place,
        "full_text": definition.full_text,
        "title": definition.title,
        "language": definition.language,
        "publisher": definition.publisher,
        "tags": list(definition.tags),
        "paused": definition.paused,
    }


def _start_over(now: datetime) -> dict[str, Any]:
    return {
        "removed_at": None,
        "subscribed_at": now,
        "baseline_at": None,
        "etag": None,
        "last_modified": None,
        "body_hash": None,
        "failures": 0,
        "next_check_at": now,
        "not_before": None,
        "effective_url": None,
        "moved_to": None,
        "moved_times": 0,
        "moved_since": None,
        "told_silent_at": None,
        "told_empty_at": None,
        "resumed_at": None,
        **_enabled(),
    }


def _enabled() -> dict[str, Any]:
    return {"gone_since": None, "disabled_at": None, "disabled_reason": None, "told_failing_at": None}
