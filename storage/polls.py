"""One poll's way into the database: look up, plan and apply inside one write transaction.

The planner is a pure function of the caller; it runs between the look-up and the writes, so that two polls cannot
both believe that a story is new (DESIGN.md, "The way of an article").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from storage.database import Database
from storage.fulltext import index_entry, reindex_entry
from storage.outbox import enqueue
from storage.records import (
    AlertWrite,
    EntryEdit,
    Known,
    KnownAlert,
    KnownEntry,
    KnownStory,
    LookupKeys,
    MatchRow,
    NewEntry,
    OutboxKind,
    OutboxState,
    PollPlan,
    SourceForPoll,
)
from storage.tables import (
    alerts,
    entries,
    entry_versions,
    matches,
    outbox,
    polls_daily,
    sources,
    stories,
    story_features,
)

STORY_CANDIDATES = 50
"""Stories looked at for one poll's entries at most, most shared features first; bounds the work of a huge feed."""

CHUNK = 500
"""Values in one IN (…): SQLite before 3.32 allowed 999 parameters, and small statements are planned faster."""

Planner = Callable[[Known], PollPlan]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a poll changed."""

    entries_new: int
    entries_edited: int
    entries_known: int
    matches: int
    alerts_new: int
    alerts_grown: int


class Polls:
    def __init__(self, database: Database) -> None:
        self._db = database

    def apply(self, source: SourceForPoll, keys: LookupKeys, planner: Planner) -> Applied:
        """Look up, plan and write; either all of it happens or nothing."""
        with self._db.write() as connection:
            plan = planner(_look_up(connection, source.id, keys))
            return _apply(connection, source.id, plan)


# ── look up ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _look_up(connection: sa.Connection, source_id: int, keys: LookupKeys) -> Known:
    by_guid = {
        entry.guid: entry
        for chunk in _chunks(keys.guids)
        for entry in _entries(connection, sa.and_(entries.c.source_id == source_id, entries.c.guid.in_(chunk)))
    }
    by_url: dict[str, KnownEntry] = {}
    for chunk in _chunks(keys.urls):
        for entry in _entries(connection, entries.c.canonical_url.in_(chunk)):
            by_url.setdefault(entry.canonical_url, entry)
    wanted: dict[int, int] = {}
    for chunk in _chunks(keys.features):
        shared = (
            sa.select(story_features.c.story_id, sa.func.count())
            .where(story_features.c.feature.in_(chunk), story_features.c.seen_at >= keys.since)
            .group_by(story_features.c.story_id)
        )
        for story_id, count in connection.execute(shared):
            wanted[story_id] = wanted.get(story_id, 0) + count
    ranked = sorted(wanted, key=lambda story_id: (-wanted[story_id], -story_id))[:STORY_CANDIDATES]
    for entry in (*by_guid.values(), *by_url.values()):
        if entry.story_id is not None and entry.story_id not in ranked:
            ranked.append(entry.story_id)
    return Known(by_guid=by_guid, by_url=by_url, stories=tuple(_stories(connection, ranked)))


def _entries(connection: sa.Connection, condition: Any) -> list[KnownEntry]:
    query = (
        sa.select(
            entries,
            sources.c.key.label("source_key"),
            sources.c.publisher,
            sources.c.title.label("st"),
            sources.c.tags,
        )
        .join(sources, sources.c.id == entries.c.source_id)
        .where(condition)
        .order_by(entries.c.first_seen_at, entries.c.id)
    )
    rows = connection.execute(query).all()
    ids = [row.id for row in rows]
    matched: dict[int, list[MatchRow]] = {}
    featured: dict[int, set[str]] = {}
    for chunk in _chunks(ids):
        for row in connection.execute(sa.select(matches).where(matches.c.entry_id.in_(chunk)).order_by(matches.c.id)):
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
        for feature, entry_id in connection.execute(
            sa.select(story_features.c.feature, story_features.c.entry_id).where(story_features.c.entry_id.in_(chunk))
        ):
            featured.setdefault(entry_id, set()).add(feature)
    return [
        KnownEntry(
            id=row.id,
            source_id=row.source_id,
            source_key=row.source_key,
            publisher=row.publisher or row.st or row.source_key,
            guid=row.guid,
            url=row.url,
            canonical_url=row.canonical_url,
            title=row.title,
            text=row.text,
            language=row.language,
            content_hash=row.content_hash,
            baseline=row.baseline,
            published_at=row.published_at,
            first_seen_at=row.first_seen_at,
            story_id=row.story_id,
            copy_of=row.copy_of,
            tags=tuple(row.tags),
            matches=tuple(matched.get(row.id, ())),
            features=frozenset(featured.get(row.id, ())),
        )
        for row in rows
    ]


def _stories(connection: sa.Connection, ids: Sequence[int]) -> list[KnownStory]:
    if not ids:
        return []
    members: dict[int, list[KnownEntry]] = {}
    for entry in _entries(connection, entries.c.story_id.in_(ids)):
        if entry.story_id is not None:
            members.setdefault(entry.story_id, []).append(entry)
    alerted: dict[int, list[KnownAlert]] = {}
    for row in connection.execute(sa.select(alerts).where(alerts.c.story_id.in_(ids)).order_by(alerts.c.id)):
        alerted.setdefault(row.story_id, []).append(KnownAlert(id=row.id, chat=row.chat, content=row.content))
    by_id = {
        row.id: KnownStory(
            id=row.id,
            title=row.title,
            created_at=row.created_at,
            last_entry_at=row.last_entry_at,
            members=tuple(members.get(row.id, ())),
            alerts=tuple(alerted.get(row.id, ())),
        )
        for row in connection.execute(sa.select(stories).where(stories.c.id.in_(ids)))
    }
    return [by_id[story_id] for story_id in ids if story_id in by_id]


_Key = TypeVar("_Key", int, str)


def _chunks(values: Iterable[_Key]) -> Iterable[list[_Key]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


# ── apply ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _apply(connection: sa.Connection, source_id: int, plan: PollPlan) -> Applied:
    now = plan.source.checked_at
    story_ids = {
        story.ref: _insert(connection, stories, title=story.title, created_at=now, last_entry_at=now)
        for story in plan.stories
    }
    entry_ids: dict[int, int] = {}
    for entry in plan.entries_new:
        entry_ids[entry.ref] = _insert_entry(connection, source_id, entry, story_ids, entry_ids, now)
    for edit in plan.entries_edited:
        _edit_entry(connection, edit, story_ids, now)
    touched = {story_ids.get(entry.story, entry.story) for entry in plan.entries_new if entry.story is not None}
    if touched:
        connection.execute(stories.update().where(stories.c.id.in_(touched)).values(last_entry_at=now))
    grown = 0
    for alert in plan.alerts:
        if alert.id is None:
            alert_id = _insert(
                connection,
                alerts,
                story_id=story_ids.get(alert.story, alert.story),
                chat=alert.chat,
                content=alert.content,
                created_at=now,
            )
            enqueue(
                connection,
                chat=alert.chat,
                kind=OutboxKind.MESSAGE,
                alert_id=alert_id,
                now=now,
                not_before=alert.not_before,
            )
        else:
            grown += 1
            _grow_alert(connection, alert.id, alert, now, plan.edit_gap)
    for notice in plan.notices:
        enqueue(connection, chat=notice.chat, kind=OutboxKind.NOTICE, content=notice.content, now=now)
    _update_source(connection, source_id, plan)
    return Applied(
        entries_new=len(plan.entries_new),
        entries_edited=len(plan.entries_edited),
        entries_known=plan.entries_known,
        matches=sum(len(new.matches) for new in plan.entries_new)
        + sum(len(edit.matches) for edit in plan.entries_edited),
        alerts_new=len(plan.alerts) - grown,
        alerts_grown=grown,
    )


def _insert(connection: sa.Connection, table: sa.Table, **values: Any) -> int:
    key = connection.execute(table.insert().values(**values)).inserted_primary_key
    assert key is not None  # noqa: S101 - every table here has a generated key
    return int(key[0])


def _insert_entry(
    connection: sa.Connection,
    source_id: int,
    entry: NewEntry,
    story_ids: dict[int, int],
    entry_ids: dict[int, int],
    now: datetime,
) -> int:
    story_id = None if entry.story is None else story_ids.get(entry.story, entry.story)
    entry_id = _insert(
        connection,
        entries,
        source_id=source_id,
        guid=entry.guid,
        url=entry.url,
        canonical_url=entry.canonical_url,
        title=entry.title,
        author=entry.author,
        text=entry.text,
        language=entry.language,
        published_at=entry.published_at,
        first_seen_at=now,
        updated_at=now,
        dated_at=entry.dated_at,
        content_hash=entry.content_hash,
        baseline=entry.baseline,
        story_id=story_id,
        story_reason=entry.story_reason,
        copy_of=None if entry.copy_of is None else entry_ids.get(entry.copy_of, entry.copy_of),
    )
    index_entry(connection, entry_id, entry.title_tokens, entry.text_tokens)
    _write_matches(connection, entry_id, entry.matches, now)
    _write_features(connection, entry_id, story_id, entry.features, now)
    return entry_id


def _edit_entry(connection: sa.Connection, edit: EntryEdit, story_ids: dict[int, int], now: datetime) -> None:
    old = connection.execute(sa.select(entries).where(entries.c.id == edit.id)).one()
    connection.execute(
        entry_versions.insert().values(entry_id=edit.id, title=old.title, text=old.text, replaced_at=now)
    )
    story_id = None if edit.story is None else story_ids.get(edit.story, edit.story)
    connection.execute(
        entries.update()
        .where(entries.c.id == edit.id)
        .values(
            url=edit.url,
            canonical_url=edit.canonical_url,
            title=edit.title,
            author=edit.author,
            text=edit.text,
            language=edit.language,
            content_hash=edit.content_hash,
            updated_at=now,
            story_id=story_id,
            story_reason=edit.story_reason,
        )
    )
    reindex_entry(connection, edit.id, edit.title_tokens, edit.text_tokens)
    for row in edit.matches:  # what matched the old wording stays on record; what matches again is brought up to date
        connection.execute(
            matches.delete().where(
                matches.c.entry_id == edit.id, matches.c.watch == row.watch, matches.c.rule == row.rule
            )
        )
    _write_matches(connection, edit.id, edit.matches, now)
    connection.execute(story_features.delete().where(story_features.c.entry_id == edit.id))
    _write_features(connection, edit.id, story_id, edit.features, now)


def _write_matches(connection: sa.Connection, entry_id: int, rows: tuple[MatchRow, ...], now: datetime) -> None:
    if rows:
        connection.execute(
            matches.insert(),
            [
                {
                    "entry_id": entry_id,
                    "watch": row.watch,
                    "rule": row.rule,
                    "rule_version": row.rule_version,
                    "priority": row.priority,
                    "reason": row.reason,
                    "evidence": [dict(item) for item in row.evidence],
                    "matched_at": now,
                }
                for row in rows
            ],
        )


def _write_features(
    connection: sa.Connection, entry_id: int, story_id: int | None, features: frozenset[str], now: datetime
) -> None:
    if features and story_id is not None:
        connection.execute(
            story_features.insert(),
            [
                {"feature": feature, "entry_id": entry_id, "story_id": story_id, "seen_at": now}
                for feature in sorted(features)
            ],
        )


def _grow_alert(connection: sa.Connection, alert_id: int, alert: AlertWrite, now: datetime, edit_gap: float) -> None:
    """Replace what the alert says; the next edit of its message, one at most in waiting, will carry it."""
    row = connection.execute(sa.select(alerts).where(alerts.c.id == alert_id)).one()
    connection.execute(alerts.update().where(alerts.c.id == alert_id).values(content=alert.content))
    # A message that a rule's `mute` holds back leaves earlier when another rule may speak before.
    connection.execute(
        outbox.update()
        .where(
            outbox.c.alert_id == alert_id,
            outbox.c.kind == OutboxKind.MESSAGE.value,
            outbox.c.state == OutboxState.PENDING.value,
            outbox.c.not_before > (alert.not_before or now),
        )
        .values(not_before=alert.not_before or now)
    )
    waiting = connection.execute(
        sa.select(outbox.c.id).where(
            outbox.c.alert_id == alert_id,
            sa.or_(
                outbox.c.state == "pending",
                sa.and_(outbox.c.kind == "edit", outbox.c.state == "retry_at"),
                # A message that will never leave has nothing to edit; `alerts retry` sends what the alert says then.
                sa.and_(outbox.c.kind == "message", outbox.c.state == "dead"),
            ),
        )
    ).first()
    if waiting is not None:
        return  # it has not left yet, and renders what the alert says when it does
    earliest = now if row.edited_at is None else max(now, row.edited_at + timedelta(seconds=edit_gap))
    enqueue(connection, chat=alert.chat, kind=OutboxKind.EDIT, alert_id=alert_id, now=now, not_before=earliest)


def _update_source(connection: sa.Connection, source_id: int, plan: PollPlan) -> None:
    update = plan.source
    values: dict[str, Any] = {
        "last_checked_at": update.checked_at,
        "next_check_at": update.next_check_at,
        "not_before": update.not_before,
        "last_outcome": update.outcome,
        "last_reason": update.reason,
        "last_new": len(plan.entries_new),
        "last_known": plan.entries_known,
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
    connection.execute(sources.update().where(sources.c.id == source_id).values(**values))
    day = update.checked_at.date().isoformat()
    here = sa.and_(polls_daily.c.source_id == source_id, polls_daily.c.day == day)
    counted = {
        "polls": 1,
        "not_modified": int(update.outcome == "not modified"),
        "failed": int(not update.success),
        "entries_new": len(plan.entries_new),
    }
    changed = connection.execute(
        polls_daily.update().where(here).values({name: polls_daily.c[name] + n for name, n in counted.items()})
    )
    if not changed.rowcount:
        connection.execute(polls_daily.insert().values(source_id=source_id, day=day, **counted))
