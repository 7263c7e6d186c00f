"""Polls' way into the database: look up, plan and apply inside one write transaction.

The planner is a pure function of the caller; it runs between the look-up and the writes, so that two polls cannot
both believe that a story is new (DESIGN.md, "The way of an article").
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import sqlalchemy as sa

from storage.apply import Applied, Group, apply_plan
from storage.database import Database
from storage.errors import StorageError
from storage.lookup import look_up, look_up_stories
from storage.records import Known, LookupKeys, PollPlan, SourceUpdate
from storage.stories import latest_correction


class Planner(Protocol):
    """Decides what a work writes. All three are called inside the transaction, in this order."""

    def stories(self, known: Known) -> Collection[int]:
        """Ids of the stories that it must know to plan."""
        ...

    def plan(self, known: Known) -> PollPlan:
        """What to write."""
        ...

    def written(self, applied: Applied) -> None:
        """It is written, though not committed: these ids were given."""
        ...


class Memory(Protocol):
    """What planners remember from one transaction to the next."""

    def begun(self, correction: int) -> None:
        """A transaction begins; `correction` is the number of the latest thing that a person said of stories."""
        ...

    def undone(self) -> None:
        """A transaction that planners took part in was rolled back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PollWork:
    """One poll's work on the database: what to look up, and who plans with the answer; or the plan itself."""

    source_id: int
    plan: Planner | PollPlan | SourceUpdate
    keys: LookupKeys | None = None


class Polls:
    def __init__(self, database: Database) -> None:
        self._db = database

    def apply(self, work: Sequence[PollWork], *, memory: Memory) -> list[Applied | Exception]:
        """Look up, plan and write, one after the other, in one transaction: either all of it happens or nothing.

        A work that fails by a bug of its planner fails alone; its error stands in its place. Raises StorageError where
        nothing could be written. The planners' `memory` hears of each transaction's beginning, and of a rollback.
        """
        try:
            with self._db.write() as connection:
                memory.begun(latest_correction(connection))
                return list(_apply_all(connection, work))
        except StorageError:
            memory.undone()
            raise
        except Exception as error:  # noqa: BLE001 - a planner's bug is that one work's answer
            memory.undone()
            if len(work) == 1:
                return [error]
        # One of them is to blame: each gets a transaction of its own.
        return [answer for one in work for answer in self.apply([one], memory=memory)]


def _apply_all(connection: sa.Connection, work: Sequence[PollWork]) -> Sequence[Applied]:
    group = Group(connection)
    answers = [_apply_one(group, one) for one in work]
    group.finish()
    return answers


def _apply_one(group: Group, work: PollWork) -> Applied:
    if isinstance(work.plan, SourceUpdate):
        group.sources.add(work.source_id, work.plan)
        return Applied()
    if isinstance(work.plan, PollPlan):
        return apply_plan(group, work.source_id, work.plan)
    known = look_up(group.connection, work.source_id, work.keys) if work.keys is not None else Known()
    wanted = work.plan.stories(known)
    if wanted:
        known = replace(known, stories=look_up_stories(group.connection, wanted))
    applied = apply_plan(group, work.source_id, work.plan.plan(known))
    work.plan.written(applied)
    return applied
