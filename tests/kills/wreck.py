"""What the database says: of a running service through a read-only connection, of a killed one from a copy.

The wreck itself is not opened: a connection would rebuild the index of the write-ahead log, and that is the next
start's business.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.kills.judge import DatabaseFacts

PATIENCE = 5.0
"""Seconds that a reader waits for a lock; readers of a write-ahead log do not wait at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRow:
    """A delivery that has not ended."""

    kind: str
    state: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the service came: `baselines` of sources, `entries` stored, deliveries under way, `sound` by SQLite."""

    baselines: int
    entries: int
    open_rows: tuple[OpenRow, ...]
    sound: bool

    @property
    def sending(self) -> int:
        return sum(row.state == "sending" for row in self.open_rows)

    @property
    def most_attempts(self) -> int:
        return max((row.attempts for row in self.open_rows), default=0)


NOTHING = Standing(baselines=0, entries=0, open_rows=(), sound=True)


def of_running(database: Path) -> Standing:
    """The committed state beside a running service."""
    with _reading(database) as connection:
        return _standing(connection, check=False)


def of_killed(database: Path) -> Standing:
    """What a start after a kill will find; SQLite's quick check included."""
    if not database.exists():
        return NOTHING
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("", "-wal", "-journal"):
            part = database.with_name(database.name + suffix)
            if part.exists():
                shutil.copy(part, folder)
        with _reading(Path(folder) / database.name) as connection:
            return _standing(connection, check=True)


def at_the_end(database: Path) -> DatabaseFacts:
    """The database of a service that has stopped, read-only."""
    with _reading(database) as connection:
        rows = connection.execute("SELECT chat, kind, alert_id, state, last_error FROM outbox WHERE state != 'sent'")
        left = [(row["state"], f"{row['kind']} A{row['alert_id']} in {row['chat']}: {row['state']}") for row in rows]
        return DatabaseFacts(
            integrity="; ".join(row[0] for row in connection.execute("PRAGMA integrity_check")),
            unsettled=[text for state, text in left if state != "dead"],
            dead=[text for state, text in left if state == "dead"],
            alerts=connection.execute("SELECT count(*) FROM alerts").fetchone()[0],
        )


@contextmanager
def _reading(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def _standing(connection: sqlite3.Connection, *, check: bool) -> Standing:
    sound = not check or connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    if connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'outbox'").fetchone()[0] == 0:
        return Standing(baselines=0, entries=0, open_rows=(), sound=sound)
    rows = connection.execute("SELECT kind, state, attempts FROM outbox WHERE state NOT IN ('sent', 'dead')")
    return Standing(
        baselines=connection.execute("SELECT count(*) FROM sources WHERE baseline_at IS NOT NULL").fetchone()[0],
        entries=connection.execute("SELECT count(*) FROM entries").fetchone()[0],
        open_rows=tuple(OpenRow(kind=row["kind"], state=row["state"], attempts=row["attempts"]) for row in rows),
        sound=sound,
    )
