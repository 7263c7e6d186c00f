"""Which of a chat's waiting rows leave later, and which are told together in a digest.

The decision is the caller's and pure. It is made twice: over a snapshot, to know whether there is anything to write,
and again inside the transaction that writes. The rows of a page are marked with it in the transaction that makes it,
so a kill anywhere finds each alert either waiting by itself or on exactly one page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from storage.database import Database
from storage.outbox import enqueue, first_item
from storage.records import Arrangement, Json, OutboxItem, OutboxKind, OutboxState, Request, Waiting
from storage.requests import note, outcome_of
from storage.tables import alerts, chat_states, outbox

Arrange = Callable[[Sequence[Waiting], str], Arrangement]
"""Decides for waiting rows, the oldest first, of a chat."""

AT_ONCE = 1000
"""Rows of a chat that are looked at together: a flood of 50,000 alerts must neither fill the memory nor hold up the
writer for long (a transaction of 1,000 takes about half a second)."""

CHUNK = 500
"""Rows handled by one statement (storage/lookup.py)."""

_NEVER_SENT = [OutboxState.PENDING.value, OutboxState.RETRY_AT.value]
"""What may have arrived is sent again as it was; what Telegram did not take is as good as new."""

_ANSWER = sa.and_(outbox.c.kind == OutboxKind.NOTICE.value, outbox.c.alert_id.is_not(None))
_message = outbox.alias("message")


class Digests:
    def __init__(self, database: Database) -> None:
        self._db = database

    def unarranged(
        self, arrange: Arrange, *, now: datetime, only: Collection[str], quiet: Collection[str]
    ) -> list[str]:
        """Those of the chats that have rows to put in order; in `quiet` ones, in their quiet hours, pages wait too."""
        with self._db.read() as connection:
            return [
                chat
                for chat in _chats(connection, now, only)
                if arrange(_waiting(connection, chat, _due(now, pages=chat in quiet), now), chat)
            ]

    def arrange(self, chat: str, arrange: Arrange, *, now: datetime, quiet: Collection[str]) -> None:
        """Put the chat's waiting rows in order, at most `AT_ONCE` of them."""
        with self._db.write() as connection:
            waiting = _waiting(connection, chat, _due(now, pages=chat in quiet), now)
            _write(connection, chat, arrange(waiting, chat), now)

    def messages(self, chat: str, *, now: datetime) -> list[Waiting]:
        """The chat's alerts that are held back or might leave now, oldest first; at most `AT_ONCE` of them."""
        with self._db.read() as connection:
            return _waiting(connection, chat, _unsent(now), now)

    def tell_now(self, request: Request, arrange: Arrange, *, now: datetime) -> int:
        """Put the chat's alerts in order, those that are held back as well; how many of them a digest tells now."""
        with self._db.write() as connection:
            decided = arrange(_waiting(connection, request.chat, _unsent(now), now), request.chat)
            _write(connection, request.chat, decided, now)
            if decided.pages:
                note(connection, request, "told")
        return sum(len(page.rows) for page in decided.pages)

    def told_by(self, request: Request) -> bool:
        """Whether this request has told something already."""
        with self._db.read() as connection:
            return outcome_of(connection, request) is not None

    def release(self, chats: Collection[str], *, now: datetime) -> None:
        """The times of these chats are others: whether what they held back waits is decided anew."""
        with self._db.write() as connection:
            connection.execute(
                outbox.update()
                .where(
                    outbox.c.chat.in_(list(chats)),
                    outbox.c.state == OutboxState.PENDING.value,
                    outbox.c.not_before > now,
                    sa.or_(outbox.c.held, outbox.c.kind == OutboxKind.DIGEST.value, _ANSWER),
                )
                .values(not_before=now)
            )

    def digest(self, chat: str, row: int) -> OutboxItem | None:
        """A digest of this chat by its row; None where there is none."""
        mine = sa.and_(outbox.c.id == row, outbox.c.chat == chat, outbox.c.kind == OutboxKind.DIGEST.value)
        with self._db.read() as connection:
            return first_item(connection, mine)


def _chats(connection: sa.Connection, now: datetime, only: Collection[str]) -> list[str]:
    """Those of the chats that have something and may be sent to: until then, more may come for the same page."""
    shut = sa.select(chat_states.c.chat).where(
        sa.or_(chat_states.c.paused_at.is_not(None), chat_states.c.not_before > now)
    )
    query = (
        sa.select(outbox.c.chat)
        .where(
            outbox.c.state.in_(_NEVER_SENT),
            outbox.c.chat.in_(list(only)),
            outbox.c.chat.not_in(shut),
            outbox.c.not_before <= now,
        )
        .distinct()
    )
    return sorted(connection.execute(query).scalars())


def _due(now: datetime, *, pages: bool) -> sa.ColumnElement[bool]:
    """What might leave now."""
    kinds = [OutboxKind.MESSAGE.value, *([OutboxKind.DIGEST.value] if pages else [])]
    return sa.and_(outbox.c.not_before <= now, sa.or_(outbox.c.kind.in_(kinds), _ANSWER))


def _unsent(now: datetime) -> sa.ColumnElement[bool]:
    """Messages that the chat's times hold back, or might. What a rule's `mute` holds back is none of them."""
    return sa.and_(outbox.c.kind == OutboxKind.MESSAGE.value, sa.or_(outbox.c.held, outbox.c.not_before <= now))


def _waiting(connection: sa.Connection, chat: str, which: sa.ColumnElement[bool], now: datetime) -> list[Waiting]:
    """These rows of the chat, where they were never sent, oldest first."""
    query = (
        sa.select(outbox, alerts.c.content.label("alert_content"))
        .select_from(outbox.outerjoin(alerts, alerts.c.id == outbox.c.alert_id))
        .where(outbox.c.chat == chat, outbox.c.state.in_(_NEVER_SENT), which)
        .order_by(outbox.c.id)
        .limit(AT_ONCE)
    )
    answers: dict[int, list[Json]] = {}
    waiting_answers = sa.select(outbox.c.alert_id, outbox.c.content).where(
        outbox.c.chat == chat, outbox.c.state.in_(_NEVER_SENT), _ANSWER
    )
    for row in connection.execute(waiting_answers.order_by(outbox.c.id)):
        answers.setdefault(row.alert_id, []).append(row.content)
    follows = dict(_messages_that_wait(connection, list(answers), now)) if answers else {}
    return [
        Waiting(
            id=row.id,
            kind=OutboxKind(row.kind),
            alert_id=row.alert_id,
            content=row.content if row.alert_id is None else row.alert_content,
            created_at=row.created_at,
            held=row.held,
            follows=follows.get(row.alert_id) if row.kind == OutboxKind.NOTICE.value else None,
            answers=tuple(answers.get(row.alert_id, ())) if row.kind == OutboxKind.MESSAGE.value else (),
        )
        for row in connection.execute(query)
    ]


def _messages_that_wait(
    connection: sa.Connection, answered: Sequence[int], now: datetime
) -> Iterator[tuple[int, datetime]]:
    """Of these alerts, those whose message leaves later, and when."""
    for some in _chunks(answered):
        query = sa.select(outbox.c.alert_id, outbox.c.not_before).where(
            outbox.c.alert_id.in_(some),
            outbox.c.kind == OutboxKind.MESSAGE.value,
            outbox.c.state == OutboxState.PENDING.value,
            outbox.c.not_before > now,
        )
        for row in connection.execute(query):
            yield row.alert_id, row.not_before


def _write(connection: sa.Connection, chat: str, decided: Arrangement, now: datetime) -> None:
    for hold in decided.holds:
        for some in _chunks(hold.rows):
            connection.execute(
                outbox.update()
                .where(outbox.c.id.in_(some))
                .values(
                    # Nothing was sent of it: a row that is tried again would hold back what stands behind it.
                    state=OutboxState.PENDING.value,
                    not_before=hold.until,
                    held=outbox.c.kind == OutboxKind.MESSAGE.value,
                )
            )
    for page in decided.pages:
        page_id = enqueue(connection, chat=chat, kind=OutboxKind.DIGEST, content=page.content, now=now)
        gathered = {"state": OutboxState.GATHERED.value, "page_id": page_id}
        for some in _chunks(page.rows):
            connection.execute(outbox.update().where(outbox.c.id.in_(some)).values(**gathered))
            told = sa.select(_message.c.alert_id).where(_message.c.id.in_(some))
            connection.execute(
                outbox.update()
                .where(_ANSWER, outbox.c.state.in_(_NEVER_SENT), outbox.c.alert_id.in_(told))
                .values(**gathered)
            )
            connection.execute(alerts.update().where(alerts.c.id.in_(told)).values(paged=True))


def _chunks(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
