"""The outbox: what is to be delivered, in the same database and the same transactions as what it is about.

    pending ─▶ sending ─▶ sent
                 │  ├───▶ retry_at   nothing was sent, or Telegram asked to wait
                 │  ├───▶ uncertain  it may have arrived: sent again, marked as a possible repeat
                 │  └───▶ dead       refused for a reason that another try would not change
                 └ a crash: recover() makes it uncertain

A message may be gathered onto a page of a digest before it is sent (storage/digests.py, storage/digest_pages.py).

`sending` is committed before the request leaves, so no crash can hide an attempt.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Database
from storage.digest_pages import bury_gathered, settle_page, take_off_pages
from storage.errors import NotFound
from storage.records import (
    OPEN_STATES,
    AlertStanding,
    AlertView,
    ChatState,
    Json,
    OutboxItem,
    OutboxKind,
    OutboxState,
    Request,
    Settlement,
)
from storage.requests import note, outcome_of
from storage.tables import alerts, chat_states, muted_stories, outbox, stories, votes

DROPPED = "dropped by hand"
"""Reason of what a person gave up: it is settled, and neither shown as trouble nor sent with 'retry' for all."""

UNCONFIGURED = "the chat is no longer configured"

_OPEN = [state.value for state in OPEN_STATES]


def enqueue(
    connection: sa.Connection,
    *,
    chat: str,
    kind: OutboxKind,
    now: datetime,
    alert_id: int | None = None,
    content: Json | None = None,
    not_before: datetime | None = None,
) -> int:
    """Add a row inside the caller's transaction; its id."""
    key = connection.execute(
        outbox.insert().values(
            chat=chat,
            kind=kind.value,
            alert_id=alert_id,
            content=dict(content or {}),
            state=OutboxState.PENDING.value,
            not_before=not_before or now,
            created_at=now,
        )
    ).inserted_primary_key
    assert key is not None  # noqa: S101 - the table has a generated key
    return int(key[0])


class Outbox:
    def __init__(self, database: Database) -> None:
        self._db = database

    def recover(self, *, now: datetime) -> int:
        """After a crash: what was being sent may have arrived. Edits are idempotent and simply wait again.

        Returns the number of messages that are now uncertain.
        """
        with self._db.write() as connection:
            sending = outbox.c.state == OutboxState.SENDING.value
            connection.execute(
                outbox.update()
                .where(sending, outbox.c.kind == OutboxKind.EDIT.value)
                .values(state=OutboxState.PENDING.value, not_before=now)
            )
            return connection.execute(
                outbox.update()
                .where(sending)
                .values(
                    state=OutboxState.UNCERTAIN.value,
                    possible_repeat=True,
                    not_before=now,
                    last_error="the program stopped before the answer was seen",
                )
            ).rowcount

    def ready(
        self, *, now: datetime, busy: Collection[str] = (), only: Collection[str] | None = None
    ) -> list[OutboxItem]:
        """The next item of every chat that may be sent to: the order within a chat is kept.

        An edit that waits for its time, and a message that its rules hold back, let others pass; a message that waits
        after an attempt holds back what stands behind it.
        """
        head = (
            sa.select(sa.func.min(outbox.c.id))
            .where(
                outbox.c.state.in_(_OPEN),
                sa.or_(
                    outbox.c.not_before <= now,
                    sa.and_(outbox.c.kind != OutboxKind.EDIT.value, outbox.c.state != OutboxState.PENDING.value),
                ),
            )
            .group_by(outbox.c.chat)
        )
        query = (
            _items()
            .outerjoin(chat_states, chat_states.c.chat == outbox.c.chat)
            .where(
                outbox.c.id.in_(head),
                outbox.c.state != OutboxState.SENDING.value,
                outbox.c.not_before <= now,
                chat_states.c.paused_at.is_(None),
                sa.or_(chat_states.c.not_before.is_(None), chat_states.c.not_before <= now),
                sa.or_(chat_states.c.muted_until.is_(None), chat_states.c.muted_until <= now),
            )
            .order_by(outbox.c.id)
        )
        with self._db.read() as connection:
            items = [_item(row) for row in connection.execute(query)]
        return [item for item in items if item.chat not in busy and (only is None or item.chat in only)]

    def mark_sending(self, item: OutboxItem, *, now: datetime) -> OutboxItem | None:
        """Commit the intention to send; returns the item as it stands now, None if it is no longer open."""
        with self._db.write() as connection:
            changed = connection.execute(
                outbox.update()
                .where(
                    outbox.c.id == item.id,
                    outbox.c.state.in_(_OPEN),
                    outbox.c.state != OutboxState.SENDING.value,
                )
                .values(state=OutboxState.SENDING.value, sending_at=now, attempts=outbox.c.attempts + 1)
            ).rowcount
            row = connection.execute(_items().where(outbox.c.id == item.id)).first()
        return _item(row) if changed and row is not None else None

    def settle(self, item: OutboxItem, result: Settlement) -> None:
        """Write down how an attempt ended, with all its consequences, in one transaction."""
        values: dict[str, Any] = {"state": result.state.value, "last_error": result.error}
        if result.not_before is not None:
            values["not_before"] = result.not_before
        if result.possible_repeat is not None:
            values["possible_repeat"] = result.possible_repeat
        if result.plain is not None:
            values["plain"] = result.plain
        if result.state in {OutboxState.SENT, OutboxState.DEAD}:
            values["settled_at"] = result.at
        with self._db.write() as connection:
            connection.execute(outbox.update().where(outbox.c.id == item.id).values(**values))
            told = item.kind is not OutboxKind.NOTICE  # an answer to a message is not the message
            if item.alert_id is not None and told and result.state is OutboxState.SENT:
                shown: dict[str, Any] = {"edited_at": result.at}
                if result.message_id is not None:
                    shown["message_id"] = result.message_id
                connection.execute(alerts.update().where(alerts.c.id == item.alert_id).values(**shown))
                if item.kind in {OutboxKind.MESSAGE, OutboxKind.EDIT}:
                    self._send_what_changed_meanwhile(connection, item, result.at)
            if item.kind is OutboxKind.DIGEST:
                settle_page(connection, item, result)
            self._settle_chat(connection, item.chat, result)
            if result.notice is not None:
                enqueue(
                    connection,
                    chat=result.notice.chat,
                    kind=OutboxKind.NOTICE,
                    content=result.notice.content,
                    now=result.at,
                )

    @staticmethod
    def _settle_chat(connection: sa.Connection, chat: str, result: Settlement) -> None:
        values: dict[str, Any] = {}
        if result.chat_not_before is not None:
            values["not_before"] = result.chat_not_before
        if result.chat_paused is not None:
            values |= {"paused_at": result.at, "paused_reason": result.chat_paused}
        if result.migrated_id is not None:
            values["migrated_id"] = result.migrated_id
            # Numbers of messages begin anew in the new group: an edit would change another message.
            connection.execute(alerts.update().where(alerts.c.chat == chat).values(message_id=None))
        if values:
            connection.execute(chat_states.update().where(chat_states.c.chat == chat).values(**values))

    @staticmethod
    def _send_what_changed_meanwhile(connection: sa.Connection, item: OutboxItem, now: datetime) -> None:
        """The alert grew, or was voted on, while its message was on the way, which shows what was before: edit it."""
        query = sa.select(alerts.c.content, *standing_columns()).where(alerts.c.id == item.alert_id)
        row = connection.execute(query).one()
        standing = AlertStanding(up=row.up, down=row.down, muted=bool(row.muted))
        waiting = connection.execute(
            sa.select(outbox.c.id).where(
                outbox.c.alert_id == item.alert_id,
                outbox.c.kind == OutboxKind.EDIT.value,
                outbox.c.state.in_(_OPEN),
            )
        ).first()
        if (row.content, standing) != (item.content, item.standing) and waiting is None:
            enqueue(connection, chat=item.chat, kind=OutboxKind.EDIT, alert_id=item.alert_id, now=now)

    def show_anew(self, alert: int, *, now: datetime) -> None:
        """Queue an edit of the alert's message, where it has one and none waits."""
        waiting = sa.select(outbox.c.id).where(
            outbox.c.alert_id == alert, outbox.c.kind == OutboxKind.EDIT.value, outbox.c.state.in_(_OPEN)
        )
        with self._db.write() as connection:
            row = connection.execute(sa.select(alerts.c.chat, alerts.c.message_id).where(alerts.c.id == alert)).first()
            if row is not None and row.message_id is not None and connection.execute(waiting).first() is None:
                enqueue(connection, chat=row.chat, kind=OutboxKind.EDIT, alert_id=alert, now=now)

    def notify(self, chat: str, content: Json, *, now: datetime) -> None:
        """Queue a message that belongs to no story."""
        with self._db.write() as connection:
            enqueue(connection, chat=chat, kind=OutboxKind.NOTICE, content=content, now=now)

    # ── chats ────────────────────────────────────────────────────────────────────────────────────────────────────

    def sync_chats(self, configured: Mapping[str, str], *, now: datetime) -> None:
        """Remember the chats of the YAML (key → Telegram id); an id that changed there drops what we learnt of it.

        What waits for a chat that is no longer there is dead, with that reason; `alerts retry` sends it if it is back.
        """
        with self._db.write() as connection:
            connection.execute(
                outbox.update()
                .where(
                    outbox.c.chat.not_in(list(configured)),
                    outbox.c.state.in_(_OPEN),
                    outbox.c.state != OutboxState.SENDING.value,
                )
                .values(
                    state=OutboxState.DEAD.value,
                    settled_at=now,
                    last_error=UNCONFIGURED,
                )
            )
            bury_gathered(connection, now=now, reason=UNCONFIGURED)
            known = {row.chat: row for row in connection.execute(sa.select(chat_states))}
            for chat, configured_id in configured.items():
                row = known.get(chat)
                if row is None:
                    connection.execute(chat_states.insert().values(chat=chat, configured_id=configured_id))
                elif row.configured_id != configured_id:
                    connection.execute(
                        chat_states.update()
                        .where(chat_states.c.chat == chat)
                        .values(
                            configured_id=configured_id,
                            migrated_id=None,
                            not_before=None,
                            paused_at=None,
                            paused_reason=None,
                        )
                    )

    def chats(self) -> dict[str, ChatState]:
        with self._db.read() as connection:
            return {
                row.chat: ChatState(
                    chat=row.chat,
                    configured_id=row.configured_id,
                    migrated_id=row.migrated_id,
                    not_before=row.not_before,
                    paused_at=row.paused_at,
                    paused_reason=row.paused_reason,
                    muted_until=row.muted_until,
                )
                for row in connection.execute(sa.select(chat_states))
            }

    def unpause(self, chat: str) -> None:
        """A message got through again: what was held back may leave."""
        with self._db.write() as connection:
            connection.execute(
                chat_states.update()
                .where(chat_states.c.chat == chat)
                .values(paused_at=None, paused_reason=None, not_before=None)
            )

    def mute(self, request: Request, until: datetime | None) -> datetime | None:
        """Let everything for the request's chat wait until then; None: no longer. Nothing that waits is lost.

        Until when it waits: the same request again, later, does not make that later.
        """
        chat = request.chat
        with self._db.write() as connection:
            done = outcome_of(connection, request)
            if done is not None and until is not None:
                return datetime.fromisoformat(done)
            if until is not None:
                note(connection, request, until.isoformat())
            connection.execute(chat_states.update().where(chat_states.c.chat == chat).values(muted_until=until))
            return until

    def alert_of_message(self, chat: str, message_id: int) -> int | None:
        """The alert that a chat's message tells of; None for a digest's page, which tells of many."""
        query = sa.select(alerts.c.id).where(
            alerts.c.chat == chat, alerts.c.message_id == message_id, alerts.c.paged.is_(False)
        )
        with self._db.read() as connection:
            return connection.execute(query).scalar()

    def chat_of_message(self, chats: Collection[str], message_id: int) -> str | None:
        """Which of these chats at one number of Telegram's was sent this message; None where it is no alert."""
        query = sa.select(alerts.c.chat).where(alerts.c.chat.in_(list(chats)), alerts.c.message_id == message_id)
        with self._db.read() as connection:
            return connection.execute(query.order_by(alerts.c.id.desc())).scalar()

    # ── what a person asks ───────────────────────────────────────────────────────────────────────────────────────

    def alerts(self, *, state: str | None = None, limit: int = 50) -> list[AlertView]:
        """Alerts newest first, with every delivery of each; `state` keeps those with a delivery in that state."""
        query = sa.select(alerts.c.id).order_by(alerts.c.id.desc()).limit(limit)
        if state is not None:
            query = query.where(alerts.c.id.in_(sa.select(outbox.c.alert_id).where(outbox.c.state == state)))
        with self._db.read() as connection:
            return _alert_views(connection, [row.id for row in connection.execute(query)])

    def undelivered(self, *, limit: int) -> list[AlertView]:
        """Alerts with a dead delivery that nobody has given up, newest first."""
        dead = sa.select(outbox.c.alert_id).where(
            outbox.c.state == OutboxState.DEAD.value, sa.func.coalesce(outbox.c.last_error, "") != DROPPED
        )
        query = sa.select(alerts.c.id).where(alerts.c.id.in_(dead)).order_by(alerts.c.id.desc()).limit(limit)
        with self._db.read() as connection:
            return _alert_views(connection, [row.id for row in connection.execute(query)])

    def alert(self, alert_id: int) -> AlertView:
        """Raises NotFound where no alert has this id."""
        with self._db.read() as connection:
            found = _alert_views(connection, [alert_id])
        if not found:
            raise NotFound(f"no alert A{alert_id}; see 'rackwatch alerts list'")
        return found[0]

    def notices(self, *, limit: int = 20) -> list[OutboxItem]:
        """Messages to a person that belong to no story, newest first."""
        own = sa.and_(outbox.c.kind == OutboxKind.NOTICE.value, outbox.c.alert_id.is_(None))
        query = _items().where(own).order_by(outbox.c.id.desc()).limit(limit)
        with self._db.read() as connection:
            return [_item(row) for row in connection.execute(query)]

    def retry(self, alert_id: int | None, *, now: datetime) -> int:
        """Send dead or waiting items again now: of one alert, or of all. Returns how many.

        Of a dead page the alerts are sent again, not the page.
        """
        condition = sa.and_(
            outbox.c.state.in_([OutboxState.DEAD.value, OutboxState.RETRY_AT.value, OutboxState.UNCERTAIN.value]),
            sa.or_(outbox.c.kind != OutboxKind.DIGEST.value, outbox.c.state != OutboxState.DEAD.value),
        )
        if alert_id is not None:
            gathered = outbox.alias("gathered")
            its_page = sa.select(gathered.c.page_id).where(
                gathered.c.alert_id == alert_id, gathered.c.state == OutboxState.GATHERED.value
            )
            condition = sa.and_(condition, sa.or_(outbox.c.alert_id == alert_id, outbox.c.id.in_(its_page)))
        else:
            condition = sa.and_(condition, sa.func.coalesce(outbox.c.last_error, "") != DROPPED)
        with self._db.write() as connection:
            rows = connection.execute(sa.select(outbox.c.id, outbox.c.state).where(condition)).all()
            take_off_pages(connection, [row.id for row in rows if row.state == OutboxState.DEAD.value])
            for row in rows:
                values: dict[str, Any] = {"not_before": now, "settled_at": None}
                if row.state == OutboxState.DEAD.value:
                    values |= {"state": OutboxState.PENDING.value, "attempts": 0, "plain": False}
                connection.execute(outbox.update().where(outbox.c.id == row.id).values(**values))
            return len(rows)

    def drop(self, alert_id: int, *, now: datetime) -> int:
        """Give up what waits or is dead of an alert. Returns how many deliveries were given up.

        What stands on a page of a digest goes with the page.
        """
        with self._db.write() as connection:
            return connection.execute(
                outbox.update()
                .where(
                    outbox.c.alert_id == alert_id,
                    outbox.c.state.not_in(
                        [OutboxState.SENDING.value, OutboxState.SENT.value, OutboxState.GATHERED.value]
                    ),
                    sa.func.coalesce(outbox.c.last_error, "") != DROPPED,
                )
                .values(state=OutboxState.DEAD.value, settled_at=now, last_error=DROPPED)
            ).rowcount


def _items() -> sa.Select[Any]:
    return sa.select(
        outbox,
        alerts.c.content.label("alert_content"),
        alerts.c.message_id.label("alert_message_id"),
        *standing_columns(),
    ).select_from(outbox.outerjoin(alerts, alerts.c.id == outbox.c.alert_id))


def first_item(connection: sa.Connection, which: sa.ColumnElement[bool]) -> OutboxItem | None:
    """The first row of these; None where there is none."""
    row = connection.execute(_items().where(which).order_by(outbox.c.id)).first()
    return None if row is None else _item(row)


def _item(row: Any) -> OutboxItem:
    return OutboxItem(
        id=row.id,
        chat=row.chat,
        kind=OutboxKind(row.kind),
        alert_id=row.alert_id,
        message_id=row.alert_message_id,
        content=row.content if row.alert_id is None or row.kind == OutboxKind.NOTICE.value else row.alert_content,
        state=OutboxState(row.state),
        attempts=row.attempts,
        possible_repeat=row.possible_repeat,
        plain=row.plain,
        not_before=row.not_before,
        created_at=row.created_at,
        settled_at=row.settled_at,
        last_error=row.last_error,
        standing=AlertStanding(up=row.up, down=row.down, muted=bool(row.muted)),
        alert=row.alert_content,
    )


def standing_columns() -> tuple[sa.ColumnElement[Any], ...]:
    """`up`, `down` and `muted` of the alert that a statement selects, for an `AlertStanding`."""
    counted = sa.select(sa.func.count()).where(votes.c.alert_id == alerts.c.id)
    story = sa.select(sa.func.coalesce(stories.c.merged_into, stories.c.id)).where(stories.c.id == alerts.c.story_id)
    silenced = sa.exists().where(
        muted_stories.c.story_id == story.correlate(alerts).scalar_subquery(), muted_stories.c.chat == alerts.c.chat
    )
    return (
        counted.where(votes.c.vote > 0).correlate(alerts).scalar_subquery().label("up"),
        counted.where(votes.c.vote < 0).correlate(alerts).scalar_subquery().label("down"),
        silenced.correlate(alerts).label("muted"),
    )


def _alert_views(connection: sa.Connection, ids: list[int]) -> list[AlertView]:
    if not ids:
        return []
    deliveries: dict[int, list[OutboxItem]] = {}
    for row in connection.execute(_items().where(outbox.c.alert_id.in_(ids)).order_by(outbox.c.id)):
        deliveries.setdefault(row.alert_id, []).append(_item(row))
    query = (
        sa.select(alerts, stories.c.title)
        .join(stories, stories.c.id == alerts.c.story_id)
        .where(alerts.c.id.in_(ids))
        .order_by(alerts.c.id.desc())
    )
    return [
        AlertView(
            id=row.id,
            chat=row.chat,
            story_id=row.story_id,
            story_title=row.title,
            created_at=row.created_at,
            content=row.content,
            message_id=row.message_id,
            deliveries=tuple(deliveries.get(row.id, ())),
        )
        for row in connection.execute(query)
    ]
