"""Polls' way into the database: look up, plan and apply inside one write transaction.

The planner is a pure function of the caller; it runs between the look-up and the writes, so that two polls cannot
both believe that a story is new (DESIGN.md, "The way of an article").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from storage.apply import Applied, Group, apply_plan
from storage.database import Database
from storage.errors import StorageError
from storage.lookup import look_up
from storage.records import Known, LookupKeys, PollPlan, SourceUpdate

Planner = Callable[[Known], PollPlan]


@dataclass(frozen=True, slots=True, kw_only=True)
class PollWork:
    """One poll's work on the database: what to look up, and who plans with the answer.

    Without keys nothing is looked up and nothing but the source is touched.
    """

    source_id: int
    plan: Planner | SourceUpdate
    keys: LookupKeys | None = None


class Polls:
    def __init__(self, database: Database) -> None:
        self._db = database

    def apply(self, work: Sequence[PollWork]) -> list[Applied | Exception]:
        """Look up, plan and write, one after the other, in one transaction: either all of it happens or nothing.

        A work that fails by a bug of its planner fails alone; its error stands in its place. Raises StorageError where
        nothing could be written.
        """
        try:
            with self._db.write() as connection:
                return list(_apply_all(connection, work))
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - a planner's bug is that one work's answer
            if len(work) == 1:
                return [error]
        # One of them is to blame: each gets a transaction of its own.
        return [answer for one in work for answer in self.apply([one])]


def _apply_all(connection: sa.Connection, work: Sequence[PollWork]) -> Sequence[Applied]:
    group = Group(connection)
    answers = [_apply_one(group, one) for one in work]
    group.finish()
    return answers


def _apply_one(group: Group, work: PollWork) -> Applied:
    if isinstance(work.plan, SourceUpdate):
        group.sources.add(work.source_id, work.plan)
        return Applied()
    known = look_up(group.connection, work.source_id, work.keys) if work.keys is not None else Known()
    return apply_plan(group, work.source_id, work.plan(known))
