"""The rules in force: the last good set of files, kept so that a bad edit or a restart never leaves us without."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from storage.database import Database
from storage.records import RulesInForce
from storage.tables import rule_sets


class RuleSets:
    def __init__(self, database: Database) -> None:
        self._db = database

    def in_force(self) -> RulesInForce | None:
        """The set that judges now, None in a new database."""
        query = sa.select(rule_sets).order_by(rule_sets.c.in_force_at.desc()).limit(1)
        with self._db.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else RulesInForce(version=row.version, files=row.files, in_force_at=row.in_force_at)

    def put_in_force(self, version: str, files: Mapping[str, str], *, now: datetime) -> None:
        """Make this set the one in force; a set that was in force before comes back under its old version."""
        with self._db.write() as connection:
            changed = connection.execute(
                rule_sets.update().where(rule_sets.c.version == version).values(in_force_at=now)
            ).rowcount
            if not changed:
                connection.execute(rule_sets.insert().values(version=version, files=dict(files), in_force_at=now))
