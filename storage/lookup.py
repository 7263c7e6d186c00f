"""What a plan must know: entries, stories and alerts that arriving entries may touch, as records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from storage.records import Known, KnownAlert, KnownEntry, KnownStory, LookupKeys, MatchRow
from storage.tables import alerts, entries, matches, muted_stories, signatures, sources, stories

CHUNK = 500
"""Values in one IN (…): SQLite before 3.32 allowed 999 parameters, and small statements are planned faster."""


# Made once: SQLAlchemy takes longer to build such a statement than SQLite to answer it.

_KNOWN = (
    sa.select(
        entries,
        sources.c.key.label("source_key"),
        sources.c.publisher,
        sources.c.title.label("st"),
        sources.c.tags,
    )
    .join(sources, sources.c.id == entries.c.source_id)
    .order_by(entries.c.first_seen_at, entries.c.id)
)
_UNSIGNED = _KNOWN.add_columns(sa.null().label("signature"))
_KNOWN_BY_GUID = _UNSIGNED.where(
    entries.c.source_id == sa.bindparam("source"), entries.c.guid.in_(sa.bindparam("values", expanding=True))
)
_KNOWN_BY_URL = _UNSIGNED.where(entries.c.canonical_url.in_(sa.bindparam("values", expanding=True)))
_MATCHED_BY_STORY = (
    _KNOWN.add_columns(signatures.c.data.label("signature"))
    .outerjoin(signatures, signatures.c.entry_id == entries.c.id)
    .where(
        entries.c.story_id.in_(sa.bindparam("values", expanding=True)),
        sa.exists().where(matches.c.entry_id == entries.c.id),
    )
)

_MATCHES = (
    sa.select(matches).where(matches.c.entry_id.in_(sa.bindparam("values", expanding=True))).order_by(matches.c.id)
)
_ALERTS = sa.select(alerts).where(alerts.c.story_id.in_(sa.bindparam("values", expanding=True))).order_by(alerts.c.id)
_MUTED = sa.select(muted_stories).where(muted_stories.c.story_id.in_(sa.bindparam("values", expanding=True)))
_STORIES = sa.select(stories).where(stories.c.id.in_(sa.bindparam("values", expanding=True)))


def look_up(connection: sa.Connection, source_id: int, keys: LookupKeys) -> Known:
    by_guid = {
        entry.guid: entry
        for chunk in _chunks(keys.guids)
        for entry in _entries(connection, _KNOWN_BY_GUID, chunk, source=source_id)
    }
    by_url: dict[str, KnownEntry] = {}
    for chunk in _chunks(keys.urls):
        for entry in _entries(connection, _KNOWN_BY_URL, chunk):
            by_url.setdefault(entry.canonical_url, entry)
    return Known(by_guid=by_guid, by_url=by_url)


def look_up_stories(connection: sa.Connection, ids: Collection[int]) -> tuple[KnownStory, ...]:
    """These stories with their matched articles and alerts, in the order of their ids."""
    return tuple(story for chunk in _chunks(ids) for story in _stories(connection, chunk))


def _entries(connection: sa.Connection, query: sa.Select[Any], values: Sequence[Any], **more: Any) -> list[KnownEntry]:
    rows = connection.execute(query, {"values": values, **more}).all()
    matched: dict[int, list[MatchRow]] = {}
    for chunk in _chunks([row.id for row in rows]):
        for row in connection.execute(_MATCHES, {"values": chunk}):
            matched.setdefault(row.entry_id, []).append(
                MatchRow(
                    watch=row.watch,
                    rule=row.rule,
                    rule_version=row.rule_version,
                    priority=row.priority,
                    reason=row.reason,
                    evidence=tuple(row.evidence),
                )
            )
    return [
        KnownEntry(
            id=row.id,
            source_id=row.source_id,
            source_key=row.source_key,
            publisher=row.publisher or row.st or row.source_key,
            publisher_stated=bool(row.publisher),
            guid=row.guid,
            url=row.url,
            canonical_url=row.canonical_url,
            title=row.title,
            author=row.author,
            text=row.text,
            summary=row.summary,
            language=row.language,
            content_hash=row.content_hash,
            baseline=row.baseline,
            published_at=row.published_at,
            first_seen_at=row.first_seen_at,
            story_id=row.story_id,
            copy_of=row.copy_of,
            tags=tuple(row.tags),
            matches=tuple(matched.get(row.id, ())),
            signature=row.signature,
        )
        for row in rows
    ]


def _stories(connection: sa.Connection, ids: Sequence[int]) -> list[KnownStory]:
    members: dict[int, list[KnownEntry]] = {}
    for entry in _entries(connection, _MATCHED_BY_STORY, ids):
        if entry.story_id is not None:
            members.setdefault(entry.story_id, []).append(entry)
    alerted: dict[int, list[KnownAlert]] = {}
    for row in connection.execute(_ALERTS, {"values": ids}):
        alerted.setdefault(row.story_id, []).append(_alert(row))
    muted: dict[int, set[str]] = {}
    for row in connection.execute(_MUTED, {"values": ids}):
        muted.setdefault(row.story_id, set()).add(row.chat)
    by_id = {
        row.id: KnownStory(
            id=row.id,
            title=row.title,
            created_at=row.created_at,
            last_entry_at=row.last_entry_at,
            members=tuple(members.get(row.id, ())),
            alerts=tuple(alerted.get(row.id, ())),
            muted=frozenset(muted.get(row.id, ())),
        )
        for row in connection.execute(_STORIES, {"values": ids})
    }
    return [by_id[story_id] for story_id in ids if story_id in by_id]


def look_up_alerts(connection: sa.Connection, query: sa.ColumnElement[bool]) -> tuple[KnownAlert, ...]:
    """The alerts of the stories for which this holds."""
    rows = connection.execute(sa.select(alerts).join(stories, stories.c.id == alerts.c.story_id).where(query))
    return tuple(_alert(row) for row in rows)


def _alert(row: sa.Row[Any]) -> KnownAlert:
    return KnownAlert(id=row.id, chat=row.chat, content=row.content, sent=row.message_id is not None)


_Key = TypeVar("_Key", int, str)


def _chunks(values: Iterable[_Key]) -> Iterable[list[_Key]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
