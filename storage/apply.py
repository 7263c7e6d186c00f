"""Writing a plan inside the caller's transaction: entries, stories, matches, alerts, outbox rows, pages, the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.fulltext import index_entries, reindex_entry
from storage.outbox import enqueue
from storage.records import (
    AlertWrite,
    EntryEdit,
    MatchRow,
    NewEntry,
    OutboxKind,
    OutboxState,
    PageUpdate,
    PollPlan,
)
from storage.source_updates import hold_place, update_source
from storage.tables import alerts, entries, entry_versions, matches, outbox, pages, stories, story_features


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a poll changed."""

    entries_new: int = 0
    entries_edited: int = 0
    entries_known: int = 0
    matches: int = 0
    alerts_new: int = 0
    alerts_grown: int = 0


def apply_plan(connection: sa.Connection, source_id: int, plan: PollPlan) -> Applied:
    """Write all of a plan."""
    now = plan.at
    story_ids = {
        story.ref: _insert(connection, stories, title=story.title, created_at=now, last_entry_at=now)
        for story in plan.stories
    }
    _insert_entries(connection, source_id, plan.entries_new, story_ids, now)
    for edit in plan.entries_edited:
        _edit_entry(connection, edit, story_ids, now)
    for page in plan.pages:
        _write_page(connection, page)
    if plan.hold is not None:
        hold_place(connection, *plan.hold)
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
    if plan.source is not None:
        update_source(connection, source_id, plan.source, new=len(plan.entries_new), known=plan.entries_known)
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


def _insert_entries(
    connection: sa.Connection, source_id: int, new: Sequence[NewEntry], story_ids: Mapping[int, int], now: datetime
) -> None:
    """Insert all entries of a plan, a table at a time: a feed's first look brings dozens."""
    if not new:
        return
    stories_of = [None if entry.story is None else story_ids.get(entry.story, entry.story) for entry in new]
    rows = [
        {
            "source_id": source_id,
            "guid": entry.guid,
            "url": entry.url,
            "canonical_url": entry.canonical_url,
            "title": entry.title,
            "author": entry.author,
            "text": entry.text,
            "language": entry.language,
            "published_at": entry.published_at,
            "first_seen_at": now,
            "updated_at": now,
            "dated_at": entry.dated_at,
            "content_hash": entry.content_hash,
            "baseline": entry.baseline,
            "story_id": story_id,
            "story_reason": entry.story_reason,
            "copy_of": entry.copy_of if entry.copy_of is not None and entry.copy_of > 0 else None,
        }
        for entry, story_id in zip(new, stories_of, strict=True)
    ]
    inserted = connection.execute(entries.insert().returning(entries.c.id, sort_by_parameter_order=True), rows)
    ids = list(inserted.scalars())
    by_ref = {entry.ref: entry_id for entry, entry_id in zip(new, ids, strict=True)}
    index_entries(
        connection, [(entry_id, one.title_tokens, one.text_tokens) for one, entry_id in zip(new, ids, strict=True)]
    )
    for entry, entry_id, story_id in zip(new, ids, stories_of, strict=True):
        if entry.copy_of is not None and entry.copy_of < 0:
            original = by_ref[entry.copy_of]
            connection.execute(entries.update().where(entries.c.id == entry_id).values(copy_of=original))
        _write_matches(connection, entry_id, entry.matches, now)
        _write_features(connection, entry_id, story_id, entry.features, now)
    wanted = [
        {"entry_id": by_ref[entry.ref], "url": entry.page.url, "place": entry.page.place, "due_at": entry.page.due_at}
        for entry in new
        if entry.page is not None
    ]
    if wanted:
        connection.execute(pages.insert(), wanted)


def _edit_entry(connection: sa.Connection, edit: EntryEdit, story_ids: dict[int, int], now: datetime) -> None:
    old = connection.execute(sa.select(entries).where(entries.c.id == edit.id)).one()
    if edit.keeps_version:
        own_text = old.text if old.summary is None else old.summary
        connection.execute(
            entry_versions.insert().values(entry_id=edit.id, title=old.title, text=own_text, replaced_at=now)
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
            summary=edit.summary,
            language=edit.language,
            content_hash=edit.content_hash,
            updated_at=now,
            story_id=story_id,
            # Why it joined its story stays what it was.
            story_reason=edit.story_reason if story_id != old.story_id else old.story_reason,
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


def _write_page(connection: sa.Connection, page: PageUpdate) -> None:
    values: dict[str, Any] = {
        "due_at": page.due_at,
        "attempts": page.attempts,
        "outcome": page.outcome,
        "reason": page.reason,
        "read_at": page.read_at,
    }
    if page.facts is not None:
        values["facts"] = page.facts
    connection.execute(pages.update().where(pages.c.entry_id == page.entry_id).values(**values))
