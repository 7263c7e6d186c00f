"""Articles' pages that wait to be read (DESIGN.md, "Full text comes later")."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Database
from storage.records import PageForRead, PassedBy
from storage.sources import for_poll
from storage.tables import entries, pages, places, sources


class Pages:
    def __init__(self, database: Database) -> None:
        self._db = database

    def due(self, *, now: datetime, busy: Collection[int] = (), limit: int = 100) -> list[PageForRead]:
        """Pages whose time has come, longest waiting first; `busy` (ids of entries) are being read already."""
        query = (
            sa.select(pages)
            .where(pages.c.due_at <= now)
            .where(pages.c.place.not_in(sa.select(places.c.place).where(places.c.not_before > now)))
            .order_by(pages.c.due_at, pages.c.entry_id)
            .limit(limit + len(busy))
        )
        with self._db.read() as connection:
            rows = [row for row in connection.execute(query) if row.entry_id not in busy][:limit]
            if not rows:
                return []
            ids = [row.entry_id for row in rows]
            found = {row.id: row for row in connection.execute(sa.select(entries).where(entries.c.id.in_(ids)))}
            wanted = {row.source_id for row in found.values()}
            origins = {row.id: row for row in connection.execute(sa.select(sources).where(sources.c.id.in_(wanted)))}
        return [_page(row, found[row.entry_id], origins[found[row.entry_id].source_id]) for row in rows]

    def tally(self, key: str) -> dict[str, int]:
        """How many article pages of this source ended how; "" are those that nobody has asked for yet."""
        query = (
            sa.select(pages.c.outcome, sa.func.count())
            .join(entries, entries.c.id == pages.c.entry_id)
            .join(sources, sources.c.id == entries.c.source_id)
            .where(sources.c.key == key)
            .group_by(pages.c.outcome)
        )
        with self._db.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _page(row: Any, entry: Any, source: Any) -> PageForRead:
    return PageForRead(
        entry_id=row.entry_id,
        url=row.url,
        place=row.place,
        attempts=row.attempts,
        guid=entry.guid,
        entry_url=entry.url,
        title=entry.title,
        author=entry.author,
        summary=entry.text if entry.summary is None else entry.summary,
        language=entry.language,
        published_at=entry.published_at,
        source=for_poll(source),
        passed=PassedBy(row.passed) if row.passed is not None else None,
    )
