"""Questions to the archive: search, counts, and the texts that a comparison of rules or a new index needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Database
from storage.fulltext import FTS_TABLE, match_expression, rebuild_index
from storage.records import Counts, FoundEntry, Words
from storage.tables import (
    UtcDateTime,
    alerts,
    entries,
    entry_tokens,
    matches,
    meta,
    outbox,
    polls_daily,
    sources,
    stories,
)

BATCH = 500


class Archive:
    def __init__(self, database: Database) -> None:
        self._db = database

    def search(self, query: tuple[Words, ...], *, limit: int, since: datetime | None = None) -> list[FoundEntry]:
        """Entries that contain all of these, newest first."""
        found: sa.Select[Any] = (
            sa.select(sa.literal_column("rowid"))
            .select_from(sa.table(FTS_TABLE))
            .where(sa.text(f"{FTS_TABLE} MATCH :expression").bindparams(expression=match_expression(query)))
        )
        return self._found(entries.c.id.in_(found), limit=limit, since=since)

    def latest(self, *, limit: int, since: datetime | None = None) -> list[FoundEntry]:
        """The newest entries, whatever they say."""
        return self._found(sa.true(), limit=limit, since=since)

    def matched(self, watches: Collection[str], *, limit: int) -> list[FoundEntry]:
        """The newest entries that a rule of these watches matched."""
        here = sa.select(matches.c.entry_id).where(matches.c.watch.in_(list(watches)))
        return self._found(entries.c.id.in_(here), limit=limit, since=None)

    def entry(self, entry_id: int) -> FoundEntry | None:
        """One entry by its number."""
        return next(iter(self._found(entries.c.id == entry_id, limit=1, since=None)), None)

    def entries(self, ids: Collection[int]) -> dict[int, FoundEntry]:
        """These entries by their numbers; what there is not is left out."""
        found: dict[int, FoundEntry] = {}
        wanted = sorted(set(ids))
        for start in range(0, len(wanted), BATCH):
            chunk = wanted[start : start + BATCH]
            found |= {one.id: one for one in self._found(entries.c.id.in_(chunk), limit=BATCH, since=None)}
        return found

    def entry_at(self, url: str) -> FoundEntry | None:
        """The newest entry with this address, as its feed gave it or as it is when stripped of tracking."""
        here = sa.or_(entries.c.url == url, entries.c.canonical_url == url)
        return next(iter(self._found(here, limit=1, since=None)), None)

    def _found(self, condition: sa.ColumnElement[bool], *, limit: int, since: datetime | None) -> list[FoundEntry]:
        query = (
            _entries_with_source()
            .where(condition)
            .order_by(entries.c.dated_at.desc(), entries.c.id.desc())
            .limit(limit)
        )
        if since is not None:
            query = query.where(entries.c.dated_at >= since)
        with self._db.read() as connection:
            rows = connection.execute(query).all()
            matched: dict[int, list[str]] = {}
            for row in connection.execute(
                sa.select(matches.c.entry_id, matches.c.watch, matches.c.rule)
                .where(matches.c.entry_id.in_([row.id for row in rows]))
                .order_by(matches.c.id)
            ):
                matched.setdefault(row.entry_id, []).append(f"{row.watch}/{row.rule}")
        return [_found(row, tuple(matched.get(row.id, ()))) for row in rows]

    def counts(self) -> Counts:
        with self._db.read() as connection:

            def count(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
                return connection.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar_one()

            here = sources.c.removed_at.is_(None)
            polls = connection.execute(
                sa.select(
                    sa.func.coalesce(sa.func.sum(polls_daily.c.polls), 0),
                    sa.func.coalesce(sa.func.sum(polls_daily.c.not_modified), 0),
                    sa.func.coalesce(sa.func.sum(polls_daily.c.failed), 0),
                )
            ).one()
            states: dict[str, int] = {
                row.state: row.n
                for row in connection.execute(
                    sa.select(outbox.c.state, sa.func.count().label("n")).group_by(outbox.c.state)
                )
            }
            waiting = connection.execute(
                sa.select(sa.func.min(outbox.c.created_at)).where(outbox.c.state.not_in(["sent", "dead"]))
            ).scalar()
            return Counts(
                sources=count(sources, here),
                sources_paused=count(sources, here, sources.c.paused),
                sources_failing=count(sources, here, sources.c.failures > 0),
                entries=count(entries),
                stories=count(stories),
                matches=count(matches),
                alerts=count(alerts),
                outbox=states,
                polls=polls[0],
                polls_not_modified=polls[1],
                polls_failed=polls[2],
                oldest_waiting_at=waiting,
                last_checked_at=connection.execute(sa.select(sa.func.max(sources.c.last_checked_at))).scalar(),
            )

    def texts(
        self, *, since: datetime | None = None, stories: Collection[int] | None = None
    ) -> Iterator[list[FoundEntry]]:
        """Entries dated since then (of these stories), in batches, oldest first; one short read transaction each."""
        condition = sa.true() if since is None else entries.c.dated_at >= since
        if stories is not None:
            condition = sa.and_(condition, entries.c.story_id.in_(stories))
        place = sa.tuple_(entries.c.dated_at, entries.c.id)
        base = _entries_with_source().where(condition).order_by(entries.c.dated_at, entries.c.id).limit(BATCH)
        query, rows = base, list[Any]()
        while True:
            if rows:  # a tuple's values do not learn their types from what they are compared with
                last = sa.tuple_(sa.literal(rows[-1].dated_at, UtcDateTime), sa.literal(rows[-1].id))
                query = base.where(place > last)
            with self._db.read() as connection:
                rows = list(connection.execute(query))
            if not rows:
                return
            yield [_found(row, ()) for row in rows]

    def count_since(self, since: datetime) -> int:
        """How many entries are dated since then."""
        query = sa.select(sa.func.count()).select_from(entries).where(entries.c.dated_at >= since)
        with self._db.read() as connection:
            return connection.execute(query).scalar_one()

    def date_of_newest(self, number: int) -> datetime | None:
        """The date of the newest entry but `number` - 1; None where there are fewer."""
        query = sa.select(entries.c.dated_at).order_by(entries.c.dated_at.desc()).offset(number - 1).limit(1)
        with self._db.read() as connection:
            return connection.execute(query).scalar()

    def replace_tokens(self, tokens: Mapping[int, tuple[str, str]]) -> None:
        """Replace the tokens (title, text) of these entries; `rebuild_index` must follow."""
        with self._db.write() as connection:
            for entry_id, (title, text) in tokens.items():
                connection.execute(entry_tokens.delete().where(entry_tokens.c.entry_id == entry_id))
                connection.execute(entry_tokens.insert().values(entry_id=entry_id, title=title, text=text))

    def rebuild_index(self) -> None:
        """Build the full-text index anew from the tokens."""
        with self._db.write() as connection:
            rebuild_index(connection)

    # ── facts about the database itself ──────────────────────────────────────────────────────────────────────────

    def fact(self, key: str) -> str | None:
        with self._db.read() as connection:
            return connection.execute(sa.select(meta.c.value).where(meta.c.key == key)).scalar()

    def remember(self, key: str, value: str | None) -> None:
        """Store a fact about the database; None forgets it."""
        with self._db.write() as connection:
            connection.execute(meta.delete().where(meta.c.key == key))
            if value is not None:
                connection.execute(meta.insert().values(key=key, value=value))


def _found(row: Any, rules: tuple[str, ...]) -> FoundEntry:
    return FoundEntry(
        id=row.id,
        source=row.key,
        publisher=row.publisher or row.source_title or row.key,
        title=row.title,
        url=row.url,
        language=row.language,
        author=row.author,
        text=row.text,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        dated_at=row.dated_at,
        story_id=row.story_id,
        rules=rules,
        tags=tuple(row.tags),
        baseline=row.baseline,
        copy_of=row.copy_of,
        publisher_stated=bool(row.publisher),
    )


def _entries_with_source() -> sa.Select[Any]:
    return sa.select(
        entries, sources.c.key, sources.c.publisher, sources.c.tags, sources.c.title.label("source_title")
    ).join(sources, sources.c.id == entries.c.source_id)
