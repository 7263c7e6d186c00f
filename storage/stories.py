"""Stories: what grouping starts from, what a person asks about them, and what a person says of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from storage.apply import begin_alert, grow_alert, inherit_mutes, merge_stories
from storage.database import Database
from storage.lookup import look_up_alerts, look_up_stories
from storage.records import (
    AlertDivision,
    AlertWrite,
    KnownAlert,
    KnownStory,
    Request,
    StoredSignature,
    StoryArticle,
    StoryCorrection,
    StoryView,
    WholeStory,
)
from storage.requests import note, outcome_of
from storage.tables import alerts, entries, signatures, sources, stories, story_corrections

_READ_TOGETHER = 500

_PUBLISHER = sa.func.coalesce(sources.c.publisher, sa.func.nullif(sources.c.title, ""), sources.c.key)

_WINDOW = (
    sa.select(
        entries.c.id,
        entries.c.story_id,
        entries.c.dated_at,
        signatures.c.data,
        sa.case((signatures.c.data.is_(None), entries.c.title), else_="").label("title"),
        # What is compared stands at the start; a book's worth of text would only be carried about.
        sa.case((signatures.c.data.is_(None), sa.func.substr(entries.c.text, 1, 20_000)), else_="").label("text"),
        entries.c.url,
        entries.c.canonical_url,
        entries.c.language,
        sources.c.key,
        sources.c.publisher.is_not(None).label("stated"),
        _PUBLISHER.label("publisher"),
    )
    .join(sources, sources.c.id == entries.c.source_id)
    .outerjoin(signatures, signatures.c.entry_id == entries.c.id)
    .where(entries.c.story_id.is_not(None), entries.c.dated_at >= sa.bindparam("since"))
    .order_by(entries.c.first_seen_at, entries.c.id)
)


class Stories:
    def __init__(self, database: Database) -> None:
        self._db = database

    def window(self, since: datetime) -> Iterator[StoredSignature]:
        """The articles of stories dated from `since` on, in the order in which they came."""
        with self._db.read() as connection:
            rows = connection.execution_options(yield_per=_READ_TOGETHER).execute(_WINDOW, {"since": since})
            for row in rows:
                yield StoredSignature(
                    entry_id=row.id,
                    story_id=row.story_id,
                    data=row.data,
                    title=row.title,
                    text=row.text,
                    url=row.url,
                    canonical_url=row.canonical_url,
                    language=row.language,
                    source=row.key,
                    publisher=row.publisher,
                    publisher_stated=row.stated,
                    at=row.dated_at,
                )

    def corrections(self) -> list[StoryCorrection]:
        """What persons said of stories, in order."""
        query = sa.select(story_corrections).order_by(story_corrections.c.id)
        with self._db.read() as connection:
            return [
                StoryCorrection(id=row.id, story_id=row.story_id, other_id=row.other_id, kind=row.kind)
                for row in connection.execute(query)
            ]

    def known(self, stories: Collection[int]) -> tuple[KnownStory, ...]:
        """These stories with the articles that matched a rule, and their alerts."""
        with self._db.read() as connection:
            return look_up_stories(connection, stories)

    def listed(self, *, since: datetime, limit: int) -> list[StoryView]:
        """Stories with an article of `since` or later, the latest first; what went into another is left out."""
        count = sa.select(sa.func.count()).where(entries.c.story_id == stories.c.id).scalar_subquery()
        query = (
            sa.select(stories, count.label("articles"))
            .where(stories.c.last_entry_at >= since, stories.c.merged_into.is_(None))
            .order_by(stories.c.last_entry_at.desc(), stories.c.id.desc())
            .limit(limit)
        )
        with self._db.read() as connection:
            return [
                StoryView(
                    id=row.id,
                    title=row.title,
                    created_at=row.created_at,
                    last_entry_at=row.last_entry_at,
                    alerts=_alerts_of(connection, row.id),
                    articles=row.articles,
                )
                for row in connection.execute(query).all()
            ]

    def shown(self, story: int) -> WholeStory | None:
        """A story with its articles; None where there is none of this number."""
        with self._db.read() as connection:
            row = connection.execute(sa.select(stories).where(stories.c.id == story)).first()
            if row is None:
                return None
            articles = connection.execute(
                sa.select(
                    entries,
                    sa.func.coalesce(sources.c.publisher, sa.func.nullif(sources.c.title, ""), sources.c.key).label(
                        "who"
                    ),
                )
                .join(sources, sources.c.id == entries.c.source_id)
                .where(entries.c.story_id == story)
                .order_by(entries.c.dated_at, entries.c.id)
            )
            return WholeStory(
                id=row.id,
                title=row.title,
                alerts=_alerts_of(connection, row.id),
                merged_into=row.merged_into,
                merged_reason=row.merged_reason,
                absorbed=tuple(
                    (other.id, other.merged_reason or "")
                    for other in connection.execute(
                        sa.select(stories).where(stories.c.merged_into == story).order_by(stories.c.id)
                    )
                ),
                articles=tuple(
                    StoryArticle(
                        id=one.id,
                        title=one.title or one.text[:120],
                        publisher=one.who,
                        url=one.url,
                        language=one.language,
                        dated_at=one.dated_at,
                        reason=one.story_reason or "",
                        copy_of=one.copy_of,
                    )
                    for one in articles
                ),
            )

    # ── a person's word ──────────────────────────────────────────────────────────────────────────────────────────

    def merge(
        self,
        story: int,
        into: int,
        *,
        reason: str,
        now: datetime,
        retell: Callable[[Sequence[KnownStory]], Sequence[AlertWrite]],
    ) -> None:
        """Make one of two stories, for good; `retell` says what their alerts say from now on."""
        with self._db.write() as connection:
            known = look_up_stories(connection, (story, into))
            merge_stories(connection, story, into, reason)
            for alert in retell(known):
                assert alert.id is not None  # noqa: S101 - only what was told is told anew
                grow_alert(connection, alert.id, alert, now, edit_gap=0)
            _correct(connection, story, into, "together", now)

    def split(
        self,
        story: int,
        articles: Collection[int],
        *,
        reason: str,
        now: datetime,
        retell: Callable[[KnownStory, KnownStory, Sequence[KnownAlert]], Sequence[AlertDivision]],
        request: Request | None = None,
    ) -> int | None:
        """Make a story of its own of these articles of a story, for good; its number.

        `retell` says what the alerts of both say from now on, given the two and the alerts of stories that went into
        this one before. None where one of the articles is not in the story, or none would be left in it.
        """
        with self._db.write() as connection:
            within = entries.c.story_id == story
            members = set(connection.execute(sa.select(entries.c.id).where(within)).scalars())
            chosen = set(articles)
            if not chosen or not chosen < members:
                return None
            title = _title_of(connection, entries.c.id.in_(chosen))
            key = connection.execute(
                stories.insert().values(title=title, created_at=now, last_entry_at=now)
            ).inserted_primary_key
            assert key is not None  # noqa: S101 - the table has a generated key
            connection.execute(
                entries.update().where(entries.c.id.in_(chosen)).values(story_id=int(key[0]), story_reason=reason)
            )
            made = int(key[0])
            moved = sa.select(entries.c.title).where(entries.c.id.in_(chosen))
            connection.execute(  # a story that is called by what left it is called anew
                stories.update()
                .where(stories.c.id == story, stories.c.title.in_(moved))
                .values(title=_title_of(connection, within))
            )
            inherit_mutes(connection, story, made)
            old, new = look_up_stories(connection, (story, made))
            for division in retell(old, new, look_up_alerts(connection, stories.c.merged_into == story)):
                _divide(connection, division, made, now)
            _correct(connection, story, made, "apart", now)
            note(connection, request, str(made))
            return made

    def made_by(self, request: Request) -> int | None:
        """The story that this request made by a split; None where it has not made any."""
        with self._db.read() as connection:
            outcome = outcome_of(connection, request)
        return int(outcome) if outcome is not None else None


def _title_of(connection: sa.Connection, members: sa.ColumnElement[bool]) -> str:
    """What a story of these articles is called: as the earliest of them."""
    query = sa.select(entries.c.title).where(members).order_by(entries.c.dated_at, entries.c.id)
    return str(connection.execute(query.limit(1)).scalar_one())


def _divide(connection: sa.Connection, division: AlertDivision, made: int, now: datetime) -> None:
    left = division.left
    number: int | None = None
    if left is not None and left.id is None:
        number = begin_alert(connection, made, left, now)
    elif left is not None and left.id is not None:
        number = left.id
        connection.execute(alerts.update().where(alerts.c.id == number).values(story_id=made))
        grow_alert(connection, number, left, now, edit_gap=0)
    if division.kept is not None:
        kept = division.kept(number)
        assert kept.id is not None  # noqa: S101 - only what was told is told anew
        grow_alert(connection, kept.id, kept, now, edit_gap=0)


_LATEST_CORRECTION = sa.select(sa.func.coalesce(sa.func.max(story_corrections.c.id), 0))


def latest_correction(connection: sa.Connection) -> int:
    """The number of the latest thing that a person said of stories, 0 where nobody did; one look at an index."""
    return int(connection.execute(_LATEST_CORRECTION).scalar_one())


def _alerts_of(connection: sa.Connection, story: int) -> str:
    query = sa.select(alerts.c.id).where(alerts.c.story_id == story).order_by(alerts.c.id)
    return ", ".join(f"A{number}" for number in connection.execute(query).scalars())


def _correct(connection: sa.Connection, story: int, other: int, kind: str, now: datetime) -> None:
    connection.execute(story_corrections.insert().values(story_id=story, other_id=other, kind=kind, made_at=now))
