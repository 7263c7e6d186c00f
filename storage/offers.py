"""Rule files that the operator sent in a chat and may apply with a button.

The text is kept here, not fetched again when the button is pressed: what comes into force is then what was checked, to
the last character, whatever Telegram still has by then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Database
from storage.records import OfferedRules
from storage.tables import offered_rules

OFFER_LIFE = timedelta(days=1)
OPEN_AT_MOST = 20
"""Offers that are kept at a time, the newest: 500 KB each."""


class Offers:
    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, offered: OfferedRules, *, now: datetime) -> int:
        """Keep a file; the number for its button. The same message, handled again after a crash, keeps its number."""
        mine = sa.and_(offered_rules.c.chat == offered.chat, offered_rules.c.message_id == offered.message_id)
        values = {
            "file": offered.file,
            "text": offered.text,
            "compared_with": offered.compared_with,
            "offered_at": now,
        }
        with self._db.write() as connection:
            connection.execute(offered_rules.delete().where(offered_rules.c.offered_at <= now - OFFER_LIFE))
            known: int | None = connection.execute(sa.select(offered_rules.c.id).where(mine)).scalar()
            if known is not None:
                connection.execute(offered_rules.update().where(mine).values(**values))
                return known
            newest = sa.select(offered_rules.c.id).order_by(offered_rules.c.id.desc()).limit(OPEN_AT_MOST - 1)
            connection.execute(offered_rules.delete().where(offered_rules.c.id.not_in(newest)))
            key = connection.execute(
                offered_rules.insert().values(chat=offered.chat, message_id=offered.message_id, **values)
            ).inserted_primary_key
            assert key is not None  # noqa: S101 - an insert of one row has a key
            return int(key[0])

    def find(self, number: int, *, chat: str, now: datetime) -> OfferedRules | None:
        """The file of a button; None where this chat was offered none under this number, or it has expired."""
        query = sa.select(offered_rules).where(
            offered_rules.c.id == number,
            offered_rules.c.chat == chat,
            offered_rules.c.offered_at > now - OFFER_LIFE,
        )
        with self._db.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return OfferedRules(
            chat=row.chat,
            message_id=row.message_id,
            file=row.file,
            text=row.text,
            compared_with=row.compared_with,
        )
