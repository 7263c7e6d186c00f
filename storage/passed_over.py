"""What chats were not alerted of because it was old news: kept until a digest tells it, and shown when asked for.

A row is written in the transaction of the poll that passed the article over, and marked in the transaction that makes
the digest's outbox row: a crash anywhere neither loses nor doubles anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.database import Database
from storage.outbox import enqueue
from storage.records import Json, OutboxKind, PassedBy, PassedCount, PassedOver, PassedStory, Untold
from storage.tables import alerts, entries, meta, muted_stories, outbox, passed_over, sources

CHUNK = 500
"""Rows handled by one statement (storage/lookup.py)."""

_STORY = sa.func.coalesce(entries.c.story_id, -entries.c.id)
"""What one alert is about: the story, or the article itself where it belongs to none."""

_PUBLISHER = sa.func.coalesce(sources.c.publisher, sa.func.nullif(sources.c.title, ""), sources.c.key)
_UNTOLD = passed_over.c.outbox_id.is_(None)
_ALERTED = sa.exists().where(alerts.c.story_id == entries.c.story_id, alerts.c.chat == passed_over.c.chat)


def pass_over(connection: sa.Connection, passed: Sequence[PassedOver], now: datetime) -> None:
    """Note them inside the caller's transaction; a story of which the chat knows already is left out."""
    for start in range(0, len(passed), CHUNK):
        _pass_over(connection, passed[start : start + CHUNK], now)


def _pass_over(connection: sa.Connection, passed: Sequence[PassedOver], now: datetime) -> None:
    ids = [one.entry for one in passed]
    query = sa.select(entries.c.id, _STORY.label("story")).where(entries.c.id.in_(ids))
    story_of = {row.id: row.story for row in connection.execute(query)}
    known = set(_known(connection, set(story_of.values())))
    rows = []
    for one in passed:
        told = (one.chat, story_of[one.entry])
        if told not in known:
            known.add(told)
            rows.append({"entry_id": one.entry, "chat": one.chat, "reason": one.reason.value, "at": now})
    if rows:
        connection.execute(passed_over.insert(), rows)


def _known(connection: sa.Connection, told: Collection[int]) -> Iterable[tuple[str, int]]:
    """Chats and the stories of these that they were alerted of, that they muted, or that were passed over for them."""
    in_stories = entries.c.story_id.in_([number for number in told if number > 0])
    alone = entries.c.id.in_([-number for number in told if number < 0])
    for query in (
        sa.select(alerts.c.chat, alerts.c.story_id).where(alerts.c.story_id.in_(told)),
        sa.select(muted_stories.c.chat, muted_stories.c.story_id).where(muted_stories.c.story_id.in_(told)),
        sa.select(passed_over.c.chat, _STORY)
        .join(entries, entries.c.id == passed_over.c.entry_id)
        .where(sa.or_(in_stories, alone)),
    ):
        for row in connection.execute(query):
            yield row[0], row[1]


class PassedOvers:
    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, passed: Sequence[PassedOver], *, now: datetime, facts: Mapping[str, str]) -> None:
        """Note what a change of rules passed over, and remember these facts, in one transaction."""
        with self._db.write() as connection:
            pass_over(connection, passed, now)
            for key, value in facts.items():
                connection.execute(meta.delete().where(meta.c.key == key))
                connection.execute(meta.insert().values(key=key, value=value))

    def chats_to_tell(
        self, *, now: datetime, quiet: timedelta, patience: timedelta, only: Collection[str]
    ) -> list[str]:
        """Chats of these for which nothing more was passed over for `quiet`, or something waits for `patience`."""
        query = (
            sa.select(passed_over.c.chat)
            .where(_UNTOLD)
            .group_by(passed_over.c.chat)
            .having(
                sa.or_(
                    sa.func.max(passed_over.c.at) <= now - quiet,
                    sa.func.min(passed_over.c.at) <= now - patience,
                )
            )
            .order_by(passed_over.c.chat)
        )
        with self._db.read() as connection:
            return [chat for chat in connection.execute(query).scalars() if chat in only]

    def tell(self, chat: str, *, now: datetime, limit: int, compose: Callable[[Untold], Json]) -> bool:
        """Queue one message about all that the chat was not told of, and mark it told; False where there is nothing.

        `compose` gets the counts and the `limit` latest stories, however many there are.
        """
        own = sa.and_(passed_over.c.chat == chat, _UNTOLD)
        alerted = sa.select(passed_over.c.id).join(entries, entries.c.id == passed_over.c.entry_id).where(own, _ALERTED)
        with self._db.write() as connection:
            # What the chat was alerted of since then is not passed over any more.
            connection.execute(passed_over.delete().where(passed_over.c.id.in_(alerted)))
            once = (
                sa.select(sa.func.min(passed_over.c.id))
                .join(entries, entries.c.id == passed_over.c.entry_id)
                .where(own)
                .group_by(_STORY)
            )
            counts = tuple(_counts(connection, once))
            if not counts:
                return False
            latest = connection.execute(_stories().where(passed_over.c.id.in_(once)).limit(limit))
            content = compose(Untold(counts=counts, latest=tuple(_story(row) for row in latest)))
            digest = enqueue(connection, chat=chat, kind=OutboxKind.NOTICE, content=content, now=now)
            connection.execute(passed_over.update().where(own).values(outbox_id=digest))
            return True

    def listed(self, *, since: datetime, limit: int) -> list[PassedStory]:
        """What was passed over since then and was not alerted of later, for every chat, the latest articles first."""
        query = _stories().where(passed_over.c.at >= since, sa.not_(_ALERTED)).limit(limit)
        with self._db.read() as connection:
            return [_story(row) for row in connection.execute(query)]

    def of_story(self, story: int) -> list[PassedStory]:
        """How this story was passed over, for every chat that was not alerted of it."""
        query = _stories().where(entries.c.story_id == story, sa.not_(_ALERTED))
        with self._db.read() as connection:
            return [_story(row) for row in connection.execute(query)]


def _counts(connection: sa.Connection, rows: sa.Select[Any]) -> Iterable[PassedCount]:
    query = (
        sa.select(passed_over.c.reason, _PUBLISHER.label("publisher"), sa.func.count().label("stories"))
        .join(entries, entries.c.id == passed_over.c.entry_id)
        .join(sources, sources.c.id == entries.c.source_id)
        .where(passed_over.c.id.in_(rows))
        .group_by(passed_over.c.reason, _PUBLISHER)
        .order_by(sa.func.count().desc(), _PUBLISHER)
    )
    for row in connection.execute(query):
        yield PassedCount(reason=PassedBy(row.reason), publisher=row.publisher, stories=row.stories)


def _stories() -> sa.Select[Any]:
    return (
        sa.select(
            passed_over,
            entries.c.story_id,
            sa.func.coalesce(sa.func.nullif(entries.c.title, ""), sa.func.substr(entries.c.text, 1, 120)).label("head"),
            entries.c.url,
            entries.c.dated_at,
            _PUBLISHER.label("publisher"),
            outbox.c.created_at.label("told_at"),
        )
        .join(entries, entries.c.id == passed_over.c.entry_id)
        .join(sources, sources.c.id == entries.c.source_id)
        .outerjoin(outbox, outbox.c.id == passed_over.c.outbox_id)
        .order_by(entries.c.dated_at.desc(), passed_over.c.id)
    )


def _story(row: Any) -> PassedStory:
    return PassedStory(
        chat=row.chat,
        story_id=row.story_id,
        entry_id=row.entry_id,
        title=row.head,
        url=row.url,
        publisher=row.publisher,
        dated_at=row.dated_at,
        reason=PassedBy(row.reason),
        at=row.at,
        told_at=row.told_at,
    )
