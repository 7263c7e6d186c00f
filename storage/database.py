"""The connection to the database: pragmas, transactions, locks, and the translation of driver errors.

One writer at a time: `write()` takes the writer's file lock and opens `BEGIN IMMEDIATE`, so that what is read inside
stays true until the commit. Only the service checkpoints the write-ahead log (DESIGN.md, "Storage").
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy import event, exc

from storage.errors import (
    DatabaseDamaged,
    DatabaseFull,
    DatabaseLocked,
    DatabaseMissing,
    DatabaseNotWritable,
    ServiceRunning,
    StorageError,
)
from storage.locks import FileLock

BUSY_TIMEOUT = 10.0
"""Seconds that a writer waits for another one before it gives up with DatabaseLocked."""

CHECKPOINT_PAGES = 1000
"""Pages of write-ahead log after which the service checkpoints; SQLite's own default."""


def explain(error: BaseException, where: str) -> StorageError | None:
    """The error in the reader's words, or None for what is a bug and must not be wrapped."""
    original = getattr(error, "orig", None) or error
    text = str(original).lower()
    if "locked" in text or "busy" in text:
        return DatabaseLocked(f"{where}: the database is locked by another process; try again in a moment")
    if "disk is full" in text or "no space left" in text or "file too large" in text:
        return DatabaseFull(f"{where}: the disk is full; nothing was lost, free some space and start again")
    if "disk i/o error" in text:
        return DatabaseFull(
            f"{where}: the disk refused a write or a read (full, over a size limit, or failing); "
            "nothing that was committed is lost"
        )
    if "readonly" in text or "read-only" in text or "permission denied" in text:
        return DatabaseNotWritable(f"{where}: no permission to write; check the owner of the file and its folder")
    if "unable to open database file" in text:
        return DatabaseNotWritable(f"{where}: cannot be opened; does the folder exist, and may you write to it?")
    if "not a database" in text or "malformed" in text:
        return DatabaseDamaged(
            f"{where}: not a whole SQLite database; restore a backup (see docs/operations.md), keep this file aside"
        )
    return None


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn driver errors inside the block into StorageError; let everything else through untouched."""
    try:
        yield
    except (exc.DBAPIError, sqlite3.Error, OSError) as error:
        known = explain(error, where)
        if known is None:
            raise
        raise known from error


def read_json(text: str) -> Any:
    """A value of a JSON column; most are empty lists and objects."""
    return [] if text == "[]" else {} if text == "{}" else json.loads(text)


CLAIM_PATIENCE = 0.5
"""Seconds that a claim is tried: a command that only looks who holds the database has the lock for an instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The process that works on a database, and as what: `run`, or a command such as `poll`."""

    process: int
    role: str


class Database:
    """One SQLite database file and its locks.

    `service=True` makes this process the one that checkpoints; every other process writes without checkpointing and
    closes under the writer's lock, because closing the last connection checkpoints too.
    """

    def __init__(self, url: str, *, service: bool = False) -> None:
        self.url = sa.make_url(url)
        if self.url.get_backend_name() != "sqlite" or not self.url.database:
            raise StorageError(f"storage.url: {url!r} is not a SQLite file; write sqlite:///rackwatch.db")
        self.path = Path(self.url.database)
        self.service_lock = FileLock(self.path.with_name(self.path.name + ".service.lock"))
        self.writer_lock = FileLock(self.path.with_name(self.path.name + ".writer.lock"))
        self._service = service
        self.engine = sa.create_engine(
            self.url, poolclass=sa.QueuePool, pool_size=3, max_overflow=5, json_deserializer=read_json
        )
        event.listen(self.engine, "connect", self._on_connect)
        event.listen(self.engine, "begin", self._on_begin)

    def _on_connect(self, connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own transaction handling starts transactions late and commits before DDL; we say BEGIN ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT * 1000)}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES if self._service else 0}")
        cursor.close()

    @staticmethod
    def _on_begin(connection: sa.Connection) -> None:
        mode = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")

    def become_service(self, role: str) -> None:
        """Claim the database for this process's life; `role` is what others are told of us ("run", "poll").

        Raises ServiceRunning when another process has claimed it.
        """
        deadline = time.monotonic() + CLAIM_PATIENCE
        while not self.service_lock.try_acquire():
            if time.monotonic() > deadline:
                owner = self.holder()
                who = f"'rackwatch {owner.role}' (process {owner.process})" if owner else "another rackwatch"
                raise ServiceRunning(
                    f"{who} is already working on {self.path}; stop it first, or give this one its own folder"
                )
            time.sleep(0.05)
        self.service_lock.write_owner(role)
        self._service = True

    def holder(self) -> Holder | None:
        """Who holds this database, None when nobody does."""
        if not self.service_lock.path.exists():
            return None
        if self.service_lock.try_acquire():
            self.service_lock.release()
            return None
        process, _, role = (self.service_lock.owner() or "0 run").partition(" ")
        return Holder(process=int(process) if process.isdigit() else 0, role=role)

    def require(self) -> None:
        """Raises DatabaseMissing when there is no database file yet."""
        if not self.path.exists():
            raise DatabaseMissing(f"{self.path}: no database yet; 'rackwatch poll' or 'rackwatch run' creates it")

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent snapshot; nothing inside may write."""
        with translated(str(self.path)), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One write transaction, committed when the block ends well and rolled back otherwise."""
        with translated(str(self.path)), self.writer_lock.held(timeout=BUSY_TIMEOUT):
            connection = self.engine.connect().execution_options(begin="IMMEDIATE")
            with connection, connection.begin():
                yield connection

    def close(self) -> None:
        """Close all connections; under the writer's lock, since the last one to close checkpoints."""
        try:
            with self.writer_lock.held(timeout=BUSY_TIMEOUT):
                self.engine.dispose()
        except StorageError:
            self.engine.dispose()
        self.service_lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
