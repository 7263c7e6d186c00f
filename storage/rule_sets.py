"""The rules in force: every set of files that judged, and when; a bad edit or a restart never leaves us without.

A change is one row, committed before any file is touched. Where the rules folder must follow (`rules apply --rules`,
`rules restore`), the row says so until the files are written: whoever finds it so finishes the work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.database import Database
from storage.errors import DatabaseLocked, NotFound
from storage.locks import FileLock
from storage.records import RulesCause, RulesChange, RulesInForce, RulesMark, RulesTally
from storage.tables import rule_changes, rule_sets

FOLDER_PATIENCE = 10.0
"""Seconds to wait for another command that is changing the rules folder; writing the files takes milliseconds."""


class RuleSets:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._folder_lock = FileLock(database.path.with_name(database.path.name + ".rules.lock"))

    # ── what is in force ─────────────────────────────────────────────────────────────────────────────────────────

    def mark(self) -> RulesMark | None:
        """Which rules are in force, without their files: one row by its key. None in a new database."""
        with self._db.read() as connection:
            return _mark(connection)

    def in_force(self) -> RulesInForce | None:
        """The set that judges now, None in a new database."""
        query = (
            sa.select(rule_changes, rule_sets.c.files)
            .join(rule_sets, rule_sets.c.version == rule_changes.c.version)
            .order_by(rule_changes.c.id.desc())
            .limit(1)
        )
        with self._db.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        mark = RulesMark(id=row.id, version=row.version, in_folder=row.in_folder)
        return RulesInForce(
            mark=mark,
            version=row.version,
            files=row.files,
            in_force_at=row.in_force_at,
            cause=RulesCause(row.cause),
        )

    def history(self, *, limit: int) -> list[RulesChange]:
        """Changes of the rules in force, newest first; a version that came back stands there twice."""
        query = sa.select(rule_changes).order_by(rule_changes.c.id.desc()).limit(limit)
        with self._db.read() as connection:
            return [
                RulesChange(
                    version=row.version,
                    in_force_at=row.in_force_at,
                    cause=RulesCause(row.cause),
                    tally=_tally(row.tally),
                )
                for row in connection.execute(query)
            ]

    def files(self, beginning: str) -> tuple[str, Mapping[str, str]]:
        """The one version that begins so, and its files.

        Raises NotFound where no version, or more than one, begins so.
        """
        query = sa.select(rule_sets).where(rule_sets.c.version.startswith(beginning, autoescape=True)).limit(3)
        with self._db.read() as connection:
            rows = connection.execute(query).all()
        if not rows or not beginning:
            raise NotFound(f"no version '{beginning}'; see 'rackwatch rules history'")
        if len(rows) > 1:
            raise NotFound(f"several versions begin with '{beginning}'; write more of it ('rackwatch rules history')")
        return rows[0].version, rows[0].files

    # ── change ───────────────────────────────────────────────────────────────────────────────────────────────────

    def put_in_force(
        self,
        version: str,
        files: Mapping[str, str],
        *,
        now: datetime,
        cause: RulesCause,
        tally: RulesTally | None,
        after: RulesMark | None,
        in_folder: bool = True,
    ) -> RulesMark | None:
        """Make this set the one in force, if the rules in force are still those of `after`, or these already.

        Returns None where somebody else has changed them meanwhile: then nothing was written. With `in_folder` False
        the files are yet to be written into the rules folder; `note_folder` says when they are.
        """
        with self._db.write() as connection:
            current = _mark(connection)
            if current is not None and current.version == version:
                connection.execute(
                    rule_changes.update().where(rule_changes.c.id == current.id).values(in_folder=in_folder)
                )
                return RulesMark(id=current.id, version=version, in_folder=in_folder)
            if (current and current.id) != (after and after.id):
                return None
            if not connection.execute(sa.select(rule_sets.c.version).where(rule_sets.c.version == version)).first():
                connection.execute(rule_sets.insert().values(version=version, files=dict(files)))
            key = connection.execute(
                rule_changes.insert().values(
                    version=version,
                    in_force_at=now,
                    cause=cause.value,
                    in_folder=in_folder,
                    tally=None if tally is None else asdict(tally),
                )
            ).inserted_primary_key
            assert key is not None  # noqa: S101 - the table has a generated key
            return RulesMark(id=int(key[0]), version=version, in_folder=in_folder)

    def note_folder(self, mark: RulesMark) -> None:
        """The rules folder holds the files of this change now."""
        with self._db.write() as connection:
            connection.execute(rule_changes.update().where(rule_changes.c.id == mark.id).values(in_folder=True))

    def take_back(self, mark: RulesMark, *, before: RulesMark | None) -> None:
        """Undo a change whose files could not be written: `before` is in force again, as if nothing had been."""
        with self._db.write() as connection:
            if before is not None and before.id == mark.id:
                values = {"in_folder": before.in_folder}
                connection.execute(rule_changes.update().where(rule_changes.c.id == mark.id).values(values))
            else:
                connection.execute(rule_changes.delete().where(rule_changes.c.id == mark.id))

    # ── the rules folder ─────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def changing_folder(self) -> Iterator[None]:
        """Hold the rules folder: nobody else of ours writes there, and a service does not read it half-written.

        Raises DatabaseLocked where another command keeps it.
        """
        with ExitStack() as held:
            try:
                held.enter_context(self._folder_lock.held(timeout=FOLDER_PATIENCE))
            except DatabaseLocked as error:
                raise DatabaseLocked("another rackwatch is changing the rules folder; try again in a moment") from error
            yield

    def folder_is_changing(self) -> bool:
        """Whether a command is writing into the rules folder right now."""
        # A lock of its own to look with: a thread of ours may be taking the other one this moment.
        looking = FileLock(self._folder_lock.path)
        if not looking.path.exists():
            return False
        if looking.try_acquire():
            looking.release()
            return False
        return True


def _mark(connection: sa.Connection) -> RulesMark | None:
    query = sa.select(rule_changes.c.id, rule_changes.c.version, rule_changes.c.in_folder)
    row = connection.execute(query.order_by(rule_changes.c.id.desc()).limit(1)).first()
    return None if row is None else RulesMark(id=row.id, version=row.version, in_folder=row.in_folder)


def _tally(values: Any) -> RulesTally | None:
    return None if values is None else RulesTally(**values | {"names": tuple(values["names"])})
