"""The real service, in a process that kills itself at one point: `python -m tests.kills.service_under_test DIR`.

    --kill before:Outbox.settle:2   SIGKILL just before the 2nd COMMIT of what Outbox.settle wrote
    --kill after:any:5              SIGKILL just after the 5th COMMIT that wrote anything
    --evidence FILE                 where the last words before the kill are written
    --life SECONDS                  SIGALRM ends the process then, even if nobody is left to end it
    --sabotage mark|sending         break a promise of delivery, to see that the harness notices

How the moment is hit: SQLAlchemy commits by `Connection.commit()` of the driver and in no other way
(`DefaultDialect.do_commit`), and with an open transaction that method is one `sqlite3_step` of COMMIT
(CPython, Modules/_sqlite/connection.c). So the engine is given a subclass of the driver's connection, which dies in
`commit()`, before or after the inherited one. The evidence carries `in_transaction`, which is SQLite's own
`sqlite3_get_autocommit`: true says that the COMMIT has not run, false that it has, and the harness counts no kill
without it. (A trace callback would do for "before" only: SQLite calls it as a statement starts.) A commit counts
when `total_changes` moved since the last one, so the ends of read transactions are no kill points. `kill()` does not
return to a process that sends itself SIGKILL, so not one more instruction of the calling thread is run.
"""

import argparse
import json
import os
import signal
import sqlite3
import sys
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from unittest.mock import patch
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import event

from bot.alerts import deliver, render
from bot.alerts.words import Words
from bot.cli.main import main as rackwatch
from storage.outbox import Outbox
from storage.records import OutboxItem, OutboxState

ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class KillPoint:
    """`transaction` is the storage method whose commit is meant, or `any`; `number` counts from 1."""

    when: str
    transaction: str
    number: int

    @classmethod
    def read(cls, text: str) -> Self:
        """From `before:Polls.apply:1`. Raises ValueError."""
        when, transaction, number = text.split(":")
        if when not in {"before", "after"}:
            raise ValueError(f"{when!r} is neither 'before' nor 'after'")
        return cls(when=when, transaction=transaction, number=int(number))

    def __str__(self) -> str:
        return f"{self.when}:{self.transaction}:{self.number}"


def arm(point: KillPoint, evidence: Path) -> None:
    """From now on every new connection of every engine watches for the point."""
    met = 0

    class Watched(sqlite3.Connection):
        _settled = 0

        def commit(self) -> None:
            nonlocal met
            transaction = _transaction() if self._wrote() else None
            if transaction is not None and point.transaction in {ANY, transaction}:
                met += 1
            here = transaction is not None and point.transaction in {ANY, transaction} and met == point.number
            if here and point.when == "before":
                _die(evidence, transaction, in_transaction=self.in_transaction)
            super().commit()
            if here:
                _die(evidence, transaction, in_transaction=self.in_transaction)
            self._settled = self.total_changes

        def rollback(self) -> None:
            super().rollback()
            self._settled = self.total_changes

        def _wrote(self) -> bool:
            return self.in_transaction and self.total_changes != self._settled

    def use(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        options["factory"] = Watched

    event.listen(sa.Engine, "do_connect", use)


def _transaction() -> str:
    """Whose transaction ends here: the nearest caller in storage/ that is not the database's own machinery."""
    frame = sys._getframe(1)  # noqa: SLF001 - the documented way to look at one's callers
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("storage.") and module != "storage.database":
            return frame.f_code.co_qualname
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "unknown"


def _die(evidence: Path, transaction: str | None, *, in_transaction: bool) -> None:
    evidence.write_text(json.dumps({"transaction": transaction, "in_transaction": in_transaction}), encoding="utf-8")
    os.kill(os.getpid(), signal.SIGKILL)


def never_mark() -> None:
    """Sabotage: no attempt ever says that it may be a repeat."""

    def unmarked(item: OutboxItem, zone: ZoneInfo, words: Words) -> str:
        return render.message(replace(item, possible_repeat=False), zone, words)

    patch.object(deliver, "message", unmarked).start()


def never_commit_sending() -> None:
    """Sabotage: the request leaves although the database still says that the item waits."""

    def unwritten(_store: Outbox, item: OutboxItem, *, now: datetime) -> OutboxItem:  # noqa: ARG001 - the method's signature
        return replace(item, state=OutboxState.SENDING, attempts=item.attempts + 1)

    patch.object(Outbox, "mark_sending", unwritten).start()


SABOTAGE = {"mark": never_mark, "sending": never_commit_sending}


def main() -> None:
    parser = argparse.ArgumentParser(description="The service with one armed kill point.")
    parser.add_argument("folder")
    parser.add_argument("--kill", type=KillPoint.read)
    parser.add_argument("--evidence", type=Path)
    parser.add_argument("--life", type=int, required=True)
    parser.add_argument("--sabotage", choices=sorted(SABOTAGE))
    options = parser.parse_args()
    signal.alarm(options.life)
    if options.kill is not None:
        arm(options.kill, options.evidence)
    if options.sabotage is not None:
        SABOTAGE[options.sabotage]()
    sys.argv = ["rackwatch", "-C", options.folder, "run"]
    rackwatch()


if __name__ == "__main__":
    main()
