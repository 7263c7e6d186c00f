"""The database. The only package that knows SQLAlchemy; it speaks use cases and returns records.

from storage import open_store
with open_store("sqlite:///rackwatch.db") as store:
    store.sources.due(now=now)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from storage.archive import Archive
from storage.database import Database
from storage.digests import Digests
from storage.offers import Offers
from storage.outbox import Outbox
from storage.pages import Pages
from storage.passed_over import PassedOvers
from storage.people import People
from storage.polls import Polls
from storage.rule_sets import RuleSets
from storage.sources import Sources
from storage.stats import Stats
from storage.stories import Stories
from storage.votes import Votes


@dataclass(frozen=True, slots=True)
class Store:
    """All use cases of one database."""

    database: Database
    sources: Sources
    polls: Polls
    pages: Pages
    outbox: Outbox
    digests: Digests
    archive: Archive
    rule_sets: RuleSets
    offers: Offers
    stories: Stories
    passed_over: PassedOvers
    people: People
    votes: Votes
    stats: Stats

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(url: str) -> Store:
    """Open (not create, not upgrade) the database at `url`.

    Raises StorageError for an URL that is not a SQLite file.
    """
    database = Database(url)
    return Store(
        database=database,
        sources=Sources(database),
        polls=Polls(database),
        pages=Pages(database),
        outbox=Outbox(database),
        digests=Digests(database),
        archive=Archive(database),
        rule_sets=RuleSets(database),
        offers=Offers(database),
        stories=Stories(database),
        passed_over=PassedOvers(database),
        people=People(database),
        votes=Votes(database),
        stats=Stats(database),
    )


__all__ = ["Store", "open_store"]
