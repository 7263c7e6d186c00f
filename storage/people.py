"""Pairings of chats, and what chats set for themselves.

Every change has a number, so that a service sees at once what a command changed beside it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.database import Database
from storage.errors import NotFound
from storage.outbox import enqueue
from storage.records import KnownPeople, OutboxKind, Override, PairedChat, Request, Stranger
from storage.records.stored_json import Json
from storage.requests import note, outcome_of
from storage.tables import chat_overrides, chat_states, kept_queries, meta, paired_chats, pairings

CODE_LIFE = timedelta(minutes=10)
ANSWER_GAP = timedelta(minutes=1)
OPEN_AT_MOST = 50
"""Codes that wait at a time: strangers can fill no disk, and a guess among them stays hopeless."""

KEPT_QUERIES = 1000
"""Searches of a chat whose pages can still be turned."""

_CHANGE = "people_change"
_OPERATOR = "operator_chat"


class People:
    def __init__(self, database: Database) -> None:
        self._db = database

    def known(self) -> KnownPeople:
        """All paired chats and overrides."""
        with self._db.read() as connection:
            return KnownPeople(
                change=_change(connection),
                operator=connection.execute(sa.select(meta.c.value).where(meta.c.key == _OPERATOR)).scalar(),
                paired=tuple(
                    PairedChat(**row._mapping)  # noqa: SLF001 - the documented way to a row's names
                    for row in connection.execute(sa.select(paired_chats).order_by(paired_chats.c.paired_at))
                ),
                overrides=tuple(
                    Override(**row._mapping)  # noqa: SLF001 - the same
                    for row in connection.execute(
                        sa.select(chat_overrides).order_by(chat_overrides.c.chat, chat_overrides.c.name)
                    )
                ),
            )

    def change(self) -> int:
        """The number of the last change; 0 before the first."""
        with self._db.read() as connection:
            return _change(connection)

    # ── pairing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, stranger: Stranger, *, code: str, now: datetime, update: int | None = None) -> str | None:
        """Note that a stranger asks to be let in; the code to tell, or None where no answer is due.

        A chat keeps its code until that expires, hears it once a minute at most (unless the same update comes again:
        nobody knows whether it was answered), and at most 50 codes are open.
        """
        with self._db.read() as connection:  # most who are refused cost no write
            if not _may_ask(connection, stranger.chat_id, update, now):
                return None
        with self._db.write() as connection:
            connection.execute(pairings.delete().where(pairings.c.expires_at <= now - ANSWER_GAP))
            if not _may_ask(connection, stranger.chat_id, update, now):
                return None
            mine = pairings.c.chat_id == stranger.chat_id
            known: str | None = connection.execute(
                sa.select(pairings.c.code).where(mine, pairings.c.expires_at > now)
            ).scalar()
            if known is not None:
                connection.execute(pairings.update().where(mine).values(answered_at=now, update_id=update))
                return known
            if connection.execute(sa.select(pairings.c.code).where(pairings.c.code == code)).scalar() is not None:
                return None  # one in a billion: the next /start draws another
            connection.execute(pairings.delete().where(mine))
            connection.execute(
                pairings.insert().values(
                    chat_id=stranger.chat_id,
                    code=code,
                    name=stranger.name,
                    language=stranger.language,
                    expires_at=now + CODE_LIFE,
                    answered_at=now,
                    update_id=update,
                )
            )
            return code

    def waiting(self, code: str, *, now: datetime) -> Stranger:
        """Who was told this code. Raises NotFound where it is unknown or has expired."""
        query = sa.select(pairings).where(pairings.c.code == code.strip().upper(), pairings.c.expires_at > now)
        with self._db.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFound(f"no chat waits with the code {code.strip()[:20]!r}; a code is good for ten minutes")
        return Stranger(chat_id=row.chat_id, name=row.name, language=row.language)

    def paired_by(self, request: Request) -> PairedChat | None:
        """The chat that this request let in already; None where it has not, or the chat is out again."""
        with self._db.read() as connection:
            key = outcome_of(connection, request)
            row = connection.execute(sa.select(paired_chats).where(paired_chats.c.chat == key)).first()
        return PairedChat(**row._mapping) if row is not None else None  # noqa: SLF001 - as in `known`

    def pair(self, made: PairedChat, *, operator: bool, welcome: Json, request: Request | None = None) -> None:
        """Let a chat in, as the operator's where that is asked for, and greet it."""
        with self._db.write() as connection:
            note(connection, request, made.chat)
            connection.execute(pairings.delete().where(pairings.c.chat_id == made.chat_id))
            connection.execute(paired_chats.delete().where(paired_chats.c.chat_id == made.chat_id))
            connection.execute(paired_chats.insert().values(**asdict(made)))
            if operator:
                _name_operator(connection, made.chat)
            enqueue(connection, chat=made.chat, kind=OutboxKind.NOTICE, content=welcome, now=made.paired_at)
            _count(connection)

    def remove(self, chat: str) -> bool:
        """Let a paired chat out again, with what it set; False where no paired chat has this key."""
        with self._db.write() as connection:
            gone = connection.execute(paired_chats.delete().where(paired_chats.c.chat == chat)).rowcount
            if gone:
                connection.execute(chat_overrides.delete().where(chat_overrides.c.chat == chat))
                connection.execute(chat_states.update().where(chat_states.c.chat == chat).values(muted_until=None))
                connection.execute(meta.delete().where(meta.c.key == _OPERATOR, meta.c.value == chat))
                _count(connection)
            return bool(gone)

    def make_operator(self, chat: str) -> None:
        """This chat is the operator's from now on."""
        with self._db.write() as connection:
            _name_operator(connection, chat)
            _count(connection)

    # ── what chats set ───────────────────────────────────────────────────────────────────────────────────────────

    def set_override(self, chat: str, name: str, value: Any, *, by: str, now: datetime) -> None:
        """Set one setting of a chat; it stands before what the YAML says."""
        with self._db.write() as connection:
            connection.execute(
                chat_overrides.delete().where(chat_overrides.c.chat == chat, chat_overrides.c.name == name)
            )
            connection.execute(chat_overrides.insert().values(chat=chat, name=name, value=value, set_at=now, set_by=by))
            _count(connection)

    def drop_overrides(self, chat: str, names: Collection[str] | None = None) -> int:
        """Forget what a chat set (these settings, or all); how many there were."""
        condition = chat_overrides.c.chat == chat
        if names is not None:
            condition = sa.and_(condition, chat_overrides.c.name.in_(list(names)))
        with self._db.write() as connection:
            gone = connection.execute(chat_overrides.delete().where(condition)).rowcount
            if gone:
                _count(connection)
            return gone

    # ── searches with pages ──────────────────────────────────────────────────────────────────────────────────────

    def keep_query(self, chat: str, text: str) -> int:
        """A number for these words of a chat, the same each time; the chat's latest `KEPT_QUERIES` are kept."""
        mine = kept_queries.c.chat == chat
        with self._db.write() as connection:
            known = connection.execute(sa.select(kept_queries.c.id).where(mine, kept_queries.c.text == text)).scalar()
            if known is not None:
                return int(known)
            key = connection.execute(kept_queries.insert().values(chat=chat, text=text)).inserted_primary_key
            assert key is not None  # noqa: S101 - an insert of one row has a key
            latest = sa.select(kept_queries.c.id).where(mine).order_by(kept_queries.c.id.desc()).limit(KEPT_QUERIES)
            connection.execute(kept_queries.delete().where(mine, kept_queries.c.id.not_in(latest)))
            return int(key[0])

    def kept_query(self, chat: str, number: int) -> str | None:
        """The words of a number; another chat's are not known."""
        mine = sa.and_(kept_queries.c.chat == chat, kept_queries.c.id == number)
        with self._db.read() as connection:
            return connection.execute(sa.select(kept_queries.c.text).where(mine)).scalar()


def _may_ask(connection: sa.Connection, chat_id: str, update: int | None, now: datetime) -> bool:
    """Not within a minute of the last answer; and not as one more where enough codes are open."""
    own = pairings.c.chat_id == chat_id
    answered = connection.execute(sa.select(pairings.c.answered_at, pairings.c.update_id).where(own)).first()
    if answered is not None and answered.answered_at > now - ANSWER_GAP:
        return update is not None and answered.update_id == update
    others = sa.select(sa.func.count()).select_from(pairings).where(~own, pairings.c.expires_at > now)
    return connection.execute(others).scalar_one() < OPEN_AT_MOST


def _name_operator(connection: sa.Connection, chat: str) -> None:
    connection.execute(meta.delete().where(meta.c.key == _OPERATOR))
    connection.execute(meta.insert().values(key=_OPERATOR, value=chat))


def _change(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(meta.c.value).where(meta.c.key == _CHANGE)).scalar() or 0)


def _count(connection: sa.Connection) -> None:
    number = _change(connection) + 1
    connection.execute(meta.delete().where(meta.c.key == _CHANGE))
    connection.execute(meta.insert().values(key=_CHANGE, value=str(number)))
