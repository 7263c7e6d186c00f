"""Writing a plan inside the caller's transaction: entries, stories, matches, alerts, outbox rows, pages, the source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.fulltext import index_entries, reindex_entry
from storage.outbox import enqueue
from storage.passed_over import pass_over
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
from storage.source_updates import SourceWrites, hold_place
from storage.tables import (
    alerts,
    entries,
    entry_versions,
    matches,
    muted_stories,
    outbox,
    pages,
    signatures,
    stories,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a poll changed; which ids the plan's new entries and stories got, by their references."""

    entries_new: int = 0
    entries_edited: int = 0
    entries_known: int = 0
    matches: int = 0
    alerts_new: int = 0
    alerts_grown: int = 0
    entry_ids: Mapping[int, int] = field(default_factory=dict)
    story_ids: Mapping[int, int] = field(default_factory=dict)


class Group:
    """A transaction that plans are written in, one after the other.

    What no later look-up of the transaction reads (tokens, sources) waits until its end and is written at once.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.sources = SourceWrites(connection)
        self._tokens: list[tuple[int, str, str]] = []
        self._free_ids: dict[str, int] = {}

    def new_ids(self, table: sa.Table, count: int) -> range:
        """Ids for so many new rows, the ones that SQLite would give.

        Asking for each row's id back costs a statement a row. Nobody else can take these: there is one writer at a
        time (`Database.write`). Only for tables without AUTOINCREMENT, into which rows come through here alone.
        """
        first = self._free_ids.get(table.name)
        if first is None:
            first = (self.connection.execute(_HIGHEST[table.name]).scalar_one_or_none() or 0) + 1
        self._free_ids[table.name] = first + count
        return range(first, first + count)

    def index(self, tokens: Iterable[tuple[int, str, str]]) -> None:
        """Index new entries, at the end."""
        self._tokens += tokens

    def reindex(self, edit: EntryEdit) -> None:
        """Replace a known entry's tokens."""
        self._write_tokens()  # should it be an entry of this transaction
        reindex_entry(self.connection, edit.id, edit.title_tokens, edit.text_tokens)

    def finish(self) -> None:
        """Write what waits; call it before the commit."""
        self._write_tokens()
        self.sources.write()

    def _write_tokens(self) -> None:
        if self._tokens:
            index_entries(self.connection, self._tokens)
            self._tokens.clear()


_HIGHEST = {table.name: sa.select(sa.func.max(table.c.id)) for table in (entries, stories)}
_NEW_STORY = stories.insert()
_NEW_ENTRY = entries.insert()
_NEW_MATCH = matches.insert()
_NEW_SIGNATURE = signatures.insert()
_NEW_PAGE = pages.insert()
_STORY_TOUCHED = (
    stories.update().where(stories.c.id == sa.bindparam("story")).values(last_entry_at=sa.bindparam("last_entry_at"))
)
_COPY_OF = entries.update().where(entries.c.id == sa.bindparam("entry")).values(copy_of=sa.bindparam("copy_of"))


def apply_plan(group: Group, source_id: int, plan: PollPlan) -> Applied:
    """Write all of a plan."""
    connection, now = group.connection, plan.at
    story_ids = dict(zip((story.ref for story in plan.stories), group.new_ids(stories, len(plan.stories)), strict=True))
    if plan.stories:
        connection.execute(
            _NEW_STORY,
            [
                {"id": story_ids[story.ref], "title": story.title, "created_at": now, "last_entry_at": now}
                for story in plan.stories
            ],
        )
    entry_ids = _insert_entries(group, source_id, plan.entries_new, story_ids, now)
    for edit in plan.entries_edited:
        _edit_entry(group, edit, story_ids, now)
    for merge in plan.merges:
        merge_stories(
            connection, story_ids.get(merge.story, merge.story), story_ids.get(merge.into, merge.into), merge.reason
        )
    for page in plan.pages:
        _write_page(connection, page)
    if plan.hold is not None:
        hold_place(connection, *plan.hold)
    new_here = set(story_ids.values())
    touched = {story_ids.get(entry.story, entry.story) for entry in plan.entries_new if entry.story is not None}
    if grown_stories := sorted(touched - new_here):
        connection.execute(_STORY_TOUCHED, [{"story": story_id, "last_entry_at": now} for story_id in grown_stories])
    grown = _write_alerts(connection, plan, story_ids)
    pass_over(connection, [replace(one, entry=entry_ids.get(one.entry, one.entry)) for one in plan.passed], now)
    for notice in plan.notices:
        enqueue(connection, chat=notice.chat, kind=OutboxKind.NOTICE, content=notice.content, now=now)
    if plan.source is not None:
        group.sources.add(source_id, plan.source, new=len(plan.entries_new), known=plan.entries_known)
    return Applied(
        entries_new=len(plan.entries_new),
        entries_edited=len(plan.entries_edited),
        entries_known=plan.entries_known,
        matches=sum(len(new.matches) for new in plan.entries_new)
        + sum(len(edit.matches) for edit in plan.entries_edited),
        alerts_new=len(plan.alerts) - grown,
        alerts_grown=grown,
        entry_ids=entry_ids,
        story_ids=story_ids,
    )


def _write_alerts(connection: sa.Connection, plan: PollPlan, story_ids: Mapping[int, int]) -> int:
    """Write new alerts and what known ones say now; how many of them had been there."""
    now, grown = plan.at, 0
    for alert in plan.alerts:
        if alert.id is None:
            begin_alert(connection, story_ids.get(alert.story, alert.story), alert, now)
        else:
            grown += 1
            grow_alert(connection, alert.id, alert, now, plan.edit_gap)
            for reply in alert.replies:
                enqueue(
                    connection,
                    chat=alert.chat,
                    kind=OutboxKind.NOTICE,
                    alert_id=alert.id,
                    content=reply,
                    now=now,
                    not_before=alert.not_before,
                )
    return grown


def _insert_entries(
    group: Group, source_id: int, new: Sequence[NewEntry], story_ids: Mapping[int, int], now: datetime
) -> dict[int, int]:
    """Insert all entries of a plan, a table at a time: a feed's first look brings dozens. Their ids by reference."""
    if not new:
        return {}
    connection = group.connection
    stories_of = [None if entry.story is None else story_ids.get(entry.story, entry.story) for entry in new]
    ids = group.new_ids(entries, len(new))
    connection.execute(
        _NEW_ENTRY,
        [
            {
                "id": entry_id,
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
            for entry, entry_id, story_id in zip(new, ids, stories_of, strict=True)
        ],
    )
    by_ref = {entry.ref: entry_id for entry, entry_id in zip(new, ids, strict=True)}
    group.index((entry_id, one.title_tokens, one.text_tokens) for one, entry_id in zip(new, ids, strict=True))
    copies = [
        {"entry": entry_id, "copy_of": by_ref[entry.copy_of]}
        for entry, entry_id in zip(new, ids, strict=True)
        if entry.copy_of is not None and entry.copy_of < 0
    ]
    if copies:
        connection.execute(_COPY_OF, copies)
    _write_matches(connection, [(by_ref[entry.ref], entry.matches) for entry in new], now)
    _write_signatures(
        connection,
        [(by_ref[entry.ref], entry.dated_at, entry.signature) for entry in new if entry.signature is not None],
    )
    wanted = [
        {
            "entry_id": by_ref[entry.ref],
            "url": entry.page.url,
            "place": entry.page.place,
            "due_at": entry.page.due_at,
            "passed": entry.page.passed,
        }
        for entry in new
        if entry.page is not None
    ]
    if wanted:
        connection.execute(_NEW_PAGE, wanted)
    return by_ref


def _edit_entry(group: Group, edit: EntryEdit, story_ids: Mapping[int, int], now: datetime) -> None:
    connection = group.connection
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
    group.reindex(edit)
    for row in edit.matches:  # what matched the old wording stays on record; what matches again is brought up to date
        connection.execute(
            matches.delete().where(
                matches.c.entry_id == edit.id, matches.c.watch == row.watch, matches.c.rule == row.rule
            )
        )
    _write_matches(connection, [(edit.id, edit.matches)], now)
    if edit.signature is not None:
        connection.execute(signatures.delete().where(signatures.c.entry_id == edit.id))
        _write_signatures(connection, [(edit.id, old.dated_at, edit.signature)])


def _write_matches(connection: sa.Connection, matched: Iterable[tuple[int, Sequence[MatchRow]]], now: datetime) -> None:
    """Write entries' matches, by their ids."""
    rows = [
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
        for entry_id, found in matched
        for row in found
    ]
    if rows:
        connection.execute(_NEW_MATCH, rows)


def _write_signatures(connection: sa.Connection, signed: Iterable[tuple[int, datetime, bytes]]) -> None:
    """Write what articles are compared by: an entry's id, its date, its signature."""
    rows = [{"entry_id": entry_id, "seen_at": at, "data": data} for entry_id, at, data in signed]
    if rows:
        connection.execute(_NEW_SIGNATURE, rows)


def merge_stories(connection: sa.Connection, story: int, into: int, reason: str) -> None:
    """Two stories are one: entries go over, alerts of chats that have none of the other, and that a chat muted it."""
    connection.execute(entries.update().where(entries.c.story_id == story).values(story_id=into))
    connection.execute(
        stories.update().where(sa.or_(stories.c.id == story, stories.c.merged_into == story)).values(merged_into=into)
    )
    connection.execute(stories.update().where(stories.c.id == story).values(merged_reason=reason))
    told = sa.select(alerts.c.chat).where(alerts.c.story_id == into)
    connection.execute(
        alerts.update().where(alerts.c.story_id == story, alerts.c.chat.not_in(told)).values(story_id=into)
    )
    inherit_mutes(connection, story, into)
    connection.execute(muted_stories.delete().where(muted_stories.c.story_id == story))


def inherit_mutes(connection: sa.Connection, story: int, heir: int) -> None:
    """Chats that muted a story hear no more of another one either."""
    known = sa.select(muted_stories.c.chat).where(muted_stories.c.story_id == heir)
    muted = sa.select(sa.literal(heir), muted_stories.c.chat, muted_stories.c.at, muted_stories.c.by).where(
        muted_stories.c.story_id == story, muted_stories.c.chat.not_in(known)
    )
    connection.execute(muted_stories.insert().from_select(["story_id", "chat", "at", "by"], muted))


def begin_alert(connection: sa.Connection, story: int, alert: AlertWrite, now: datetime) -> int:
    """Write a new alert and queue its message; the alert's number."""
    key = connection.execute(
        alerts.insert().values(story_id=story, chat=alert.chat, content=alert.content, created_at=now)
    ).inserted_primary_key
    assert key is not None  # noqa: S101 - the table has a generated key
    enqueue(
        connection,
        chat=alert.chat,
        kind=OutboxKind.MESSAGE,
        alert_id=int(key[0]),
        now=now,
        not_before=alert.not_before,
    )
    return int(key[0])


def grow_alert(connection: sa.Connection, alert_id: int, alert: AlertWrite, now: datetime, edit_gap: float) -> None:
    """Replace what the alert says; the next edit of its message, one at most in waiting, will carry it."""
    row = connection.execute(sa.select(alerts).where(alerts.c.id == alert_id)).one()
    connection.execute(alerts.update().where(alerts.c.id == alert_id).values(content=alert.content))
    if alert.releases:
        # A message that a rule's `mute` holds back leaves earlier when another rule may speak before; whether it waits
        # for its chat is decided anew, by what the alert says now.
        connection.execute(
            outbox.update()
            .where(
                outbox.c.alert_id == alert_id,
                outbox.c.kind == OutboxKind.MESSAGE.value,
                outbox.c.state == OutboxState.PENDING.value,
                outbox.c.not_before > (alert.not_before or now),
            )
            .values(not_before=alert.not_before or now, held=False)
        )
    if row.paged:
        return  # a page is never edited; what is material answers it
    own = sa.and_(outbox.c.alert_id == alert_id, outbox.c.kind != OutboxKind.NOTICE.value)
    waiting = connection.execute(
        sa.select(outbox.c.id).where(
            own,
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
    leaving = connection.execute(sa.select(outbox.c.id).where(own, outbox.c.state == OutboxState.SENDING.value)).first()
    shown = now if leaving is not None else row.edited_at  # what is on its way arrives about now
    earliest = now if shown is None else max(now, shown + timedelta(seconds=edit_gap))
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
