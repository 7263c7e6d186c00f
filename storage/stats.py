"""How many stories and alerts there were, for whoever counts them by days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from storage.database import Database
from storage.records import StoryOfWatch
from storage.tables import alerts, entries, matches


class Stats:
    def __init__(self, database: Database) -> None:
        self._db = database

    def stories(self, watches: Collection[str], *, since: datetime) -> list[StoryOfWatch]:
        """The stories of these watches that began since then: a story begins with its first matched article."""
        began = sa.func.min(entries.c.dated_at)
        query = (
            sa.select(matches.c.watch, entries.c.story_id, began.label("began_at"))
            .join(entries, entries.c.id == matches.c.entry_id)
            .where(matches.c.watch.in_(list(watches)), entries.c.story_id.is_not(None))
            .group_by(matches.c.watch, entries.c.story_id)
            .having(began >= since)
        )
        with self._db.read() as connection:
            return [
                StoryOfWatch(watch=row.watch, story_id=row.story_id, began_at=row.began_at)
                for row in connection.execute(query)
            ]

    def alerts(self, chat: str, *, since: datetime) -> list[datetime]:
        """When the chat's alerts since then were made."""
        query = sa.select(alerts.c.created_at).where(alerts.c.chat == chat, alerts.c.created_at >= since)
        with self._db.read() as connection:
            return list(connection.execute(query).scalars())
