"""Runs the migrations, after a backup; refuses a database that is newer than the program.

The scripts stand in `alembic/` of a checkout and in `storage/migrations` of a wheel. An editable install leaves a
stale copy in the second place, so the checkout wins wherever `pyproject.toml` stands beside the package.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.database import Database, translated
from storage.errors import DatabaseDamaged, DatabaseTooNew

if TYPE_CHECKING:
    from alembic.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """What an upgrade did; revisions are Alembic's ids, None for an empty database."""

    before: str | None
    after: str
    backup: Path | None


def scripts_folder() -> Path:
    package = Path(__file__).resolve().parent
    checkout = package.parent
    return checkout / "alembic" if (checkout / "pyproject.toml").exists() else package / "migrations"


def configuration() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - see known_revisions

    config = Config()
    config.set_main_option("script_location", str(scripts_folder()))
    return config


def known_revisions() -> list[str]:
    """Revisions of this program, oldest first: the numbers that the scripts' file names begin with.

    Read from the names so that ordinary commands need not load Alembic, which takes longer than they do.
    """
    revisions = sorted(path.name.partition("_")[0] for path in (scripts_folder() / "versions").glob("[0-9]*_*.py"))
    if not revisions:
        raise DatabaseDamaged(f"no migrations found in {scripts_folder()}; reinstall rackwatch")
    return revisions


def newest_revision() -> str:
    return known_revisions()[-1]


def revision(database: Database) -> str | None:
    """The revision of a database; None where there is no file or it is empty."""
    if not database.path.exists() or database.path.stat().st_size == 0:
        return None
    with database.read() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def refuse_newer(database: Database) -> str | None:
    """The revision of the database.

    Raises DatabaseTooNew when this program does not know it.
    """
    current = revision(database)
    if current is not None and current not in known_revisions():
        raise DatabaseTooNew(
            f"{database.path}: this database was written by a newer rackwatch (revision {current}, "
            f"this program knows up to {newest_revision()}). Upgrade rackwatch, or put back a backup from before "
            f"the upgrade ({database.path.name}.*.backup beside it). Nothing was changed."
        )
    return current


def upgrade(database: Database, *, now: datetime) -> Upgrade:
    """Bring the database to the newest revision; an existing one is backed up beside itself first.

    Raises DatabaseTooNew, and every StorageError that writing can raise; a failed migration leaves nothing half-done.
    """
    with translated(str(database.path)):
        database.path.parent.mkdir(parents=True, exist_ok=True)
    current = refuse_newer(database)
    newest = newest_revision()
    if current == newest:
        return Upgrade(before=current, after=newest, backup=None)
    copy = None
    if current is not None:
        copy = database.path.with_name(f"{database.path.name}.{now:%Y%m%dT%H%M%SZ}-{current}.backup")
        backup(database, copy)
    _run(database, newest)
    return Upgrade(before=current, after=newest, backup=copy)


def _run(database: Database, target: str) -> None:
    from alembic import command  # noqa: PLC0415 - see known_revisions

    with translated(str(database.path)), database.writer_lock.held(timeout=30):
        connection = database.engine.connect().execution_options(begin="EXCLUSIVE")
        with connection:
            raw = connection.connection.driver_connection
            assert raw is not None  # noqa: S101 - a connected connection has one
            # The journal mode lives in the file and can only change outside a transaction.
            raw.execute("PRAGMA journal_mode = WAL")
            # Recreating a parent table with foreign keys on would delete its children.
            raw.execute("PRAGMA foreign_keys = OFF")
            try:
                with connection.begin():
                    config = configuration()
                    config.attributes["connection"] = connection
                    command.upgrade(config, target)
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                    if broken:
                        raise DatabaseDamaged(
                            f"{database.path}: the upgrade would break {len(broken)} references; nothing was changed"
                        )
            finally:
                raw.execute("PRAGMA foreign_keys = ON")


def backup(database: Database, target: Path) -> None:
    """A whole, compact copy at `target` (`VACUUM INTO`), checked, and only then under its name.

    Raises StorageError when it cannot be written; nothing half-written is left behind.
    """
    partial = target.with_name(target.name + ".partial")
    with translated(str(target)):
        partial.unlink(missing_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source = sqlite3.connect(database.path)  # a connection of its own: VACUUM refuses a transaction
            try:
                source.execute("PRAGMA wal_autocheckpoint = 0")
                with database.writer_lock.held(timeout=30):
                    source.execute("VACUUM INTO ?", (str(partial),))
                    source.close()
            finally:
                source.close()
            copy = sqlite3.connect(partial)
            try:
                answer = copy.execute("PRAGMA quick_check").fetchone()[0]
            finally:
                copy.close()
            if answer != "ok":
                raise DatabaseDamaged(f"{target}: the copy does not pass SQLite's check: {answer}")
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)


def check(database: Database) -> Sequence[str]:
    """Everything that is wrong with the database, in sentences; empty when it is sound."""
    found: list[str] = []
    with database.read() as connection:
        for (answer,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if answer != "ok":
                found.append(f"integrity: {answer}")
        for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            found.append(f"foreign key: row {row} of {table} refers to a missing row of {parent}")
        entries = connection.exec_driver_sql("SELECT count(*) FROM entries").scalar_one()
        tokens = connection.exec_driver_sql("SELECT count(*) FROM entry_tokens").scalar_one()
        if entries != tokens:
            found.append(f"full-text index: {tokens} of {entries} entries are indexed; run 'rackwatch db reindex'")
    with database.write() as connection:
        try:
            connection.exec_driver_sql("INSERT INTO entries_fts(entries_fts, rank) VALUES('integrity-check', 1)")
        except sa.exc.DatabaseError as error:
            found.append(f"full-text index: out of step ({error.orig}); run 'rackwatch db reindex'")
    return found
