"""Sources: kept in step with the YAML that owns them, and picked when due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Database
from storage.errors import NotFound
from storage.records import SourceDefinition, SourceForPoll, SourceStatus
from storage.tables import entries, sources


class Sources:
    def __init__(self, database: Database) -> None:
        self._db = database

    def sync(self, definitions: Iterable[SourceDefinition], *, now: datetime) -> None:
        """Make the table say what the YAML says: new keys are due at once, missing ones are marked removed.

        A source whose URL changed starts over: validators are dropped and its next fetch is a baseline.
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
                if row.url != definition.url or row.removed_at is not None:
                    values |= _start_over(now)
                if any(getattr(row, name) != value for name, value in values.items()):
                    connection.execute(sources.update().where(sources.c.id == row.id).values(**values))
            gone = [row.id for key, row in known.items() if key not in wanted and row.removed_at is None]
            if gone:
                connection.execute(sources.update().where(sources.c.id.in_(gone)).values(removed_at=now))

    def due(self, *, now: datetime, limit: int = 500) -> list[SourceForPoll]:
        """Sources whose time has come, longest overdue first."""
        ready = sa.and_(
            sources.c.next_check_at <= now,
            sa.or_(sources.c.not_before.is_(None), sources.c.not_before <= now),
        )
        return self._for_poll(ready, limit=limit)

    def named(self, keys: Sequence[str] | None = None) -> list[SourceForPoll]:
        """These sources (all where None) that are neither paused nor removed, due or not.

        Raises NotFound for a key that no active source has.
        """
        found = self._for_poll(sa.true() if keys is None else sources.c.key.in_(keys), limit=100_000)
        missing = set(keys or ()) - {source.key for source in found}
        if missing:
            raise NotFound(f"no active source named {', '.join(sorted(missing))}; see 'rackwatch sources list'")
        return found

    def _for_poll(self, condition: Any, *, limit: int) -> list[SourceForPoll]:
        query = (
            sa.select(sources)
            .where(condition, sources.c.removed_at.is_(None), sources.c.paused.is_(sa.false()))
            .order_by(sources.c.next_check_at, sources.c.id)
            .limit(limit)
        )
        with self._db.read() as connection:
            return [
                SourceForPoll(
                    id=row.id,
                    key=row.key,
                    url=row.url,
                    title=row.title,
                    language=row.language,
                    publisher=row.publisher,
                    tags=tuple(row.tags),
                    subscribed_at=row.subscribed_at,
                    baseline_at=row.baseline_at,
                    etag=row.etag,
                    last_modified=row.last_modified,
                    body_hash=row.body_hash,
                    failures=row.failures,
                    next_check_at=row.next_check_at,
                    not_before=row.not_before,
                )
                for row in connection.execute(query)
            ]

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
            sa.select(sources, sa.func.coalesce(counted.c.entries, 0).label("entries"))
            .outerjoin(counted, counted.c.source_id == sources.c.id)
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
        return [
            SourceStatus(
                key=row.key,
                url=row.url,
                title=row.title,
                language=row.language,
                publisher=row.publisher,
                tags=tuple(row.tags),
                paused=row.paused,
                subscribed_at=row.subscribed_at,
                baseline_at=row.baseline_at,
                next_check_at=row.next_check_at,
                not_before=row.not_before,
                last_checked_at=row.last_checked_at,
                last_success_at=row.last_success_at,
                last_outcome=row.last_outcome,
                last_reason=row.last_reason,
                last_new=row.last_new,
                last_known=row.last_known,
                failures=row.failures,
                entries=row.entries,
            )
            for row in rows
        ]


def _values(definition: SourceDefinition) -> dict[str, Any]:
    return {
        "url": definition.url,
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
    }
