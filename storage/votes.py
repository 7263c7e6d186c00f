"""What persons say of alerts: votes, one for each person and alert, and stories that a chat wants to hear no more of.

An alert is named by its number, whatever became of its story since: a story that went into another is that one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Database
from storage.errors import NotFound
from storage.outbox import DROPPED, standing_columns
from storage.records import AlertStanding, KnownMute, OutboxKind, OutboxState, Request, ToldStory, VotedAlert
from storage.requests import note, outcome_of
from storage.tables import alerts, entries, matches, muted_stories, outbox, stories, votes

_STORY = sa.func.coalesce(stories.c.merged_into, stories.c.id)
"""The story that an alert is about now."""


class Votes:
    def __init__(self, database: Database) -> None:
        self._db = database

    def cast(self, alert: int, user: int, vote: int, *, now: datetime, request: Request | None = None) -> int:
        """Count a person's vote, +1 or -1; the same one again takes it back. What the person's vote is now, 0 if none.

        The same request again changes nothing. Raises NotFound where no alert has this number.
        """
        own = sa.and_(votes.c.alert_id == alert, votes.c.user_id == user)
        with self._db.write() as connection:
            _require(connection, alert)
            before = connection.execute(sa.select(votes.c.vote).where(own)).scalar()
            if outcome_of(connection, request) is not None:
                return before or 0
            note(connection, request, "voted")
            connection.execute(votes.delete().where(own))
            if before == vote:
                return 0
            connection.execute(votes.insert().values(alert_id=alert, user_id=user, vote=vote, at=now))
            return vote

    def standing(self, alert: int) -> AlertStanding:
        """What the alert's buttons show. Raises NotFound where no alert has this number."""
        with self._db.read() as connection:
            row = connection.execute(sa.select(*standing_columns()).where(alerts.c.id == alert)).first()
        if row is None:
            raise NotFound(f"no alert A{alert}")
        return AlertStanding(up=row.up, down=row.down, muted=bool(row.muted))

    # ── muted stories ────────────────────────────────────────────────────────────────────────────────────────────

    def mute(self, alert: int, *, by: int, now: datetime) -> bool:
        """Silence the alert's story in its chat; False where it was so already.

        Answers to its message that wait are given up. Raises NotFound where no alert has this number.
        """
        with self._db.write() as connection:
            story, chat = _require(connection, alert)
            here = sa.and_(muted_stories.c.story_id == story, muted_stories.c.chat == chat)
            if connection.execute(sa.select(muted_stories.c.at).where(here)).first() is not None:
                return False
            connection.execute(muted_stories.insert().values(story_id=story, chat=chat, at=now, by=by))
            own = (
                sa.select(alerts.c.id)
                .join(stories, stories.c.id == alerts.c.story_id)
                .where(alerts.c.chat == chat, _STORY.in_([story]))
            )
            connection.execute(
                outbox.update()
                .where(
                    outbox.c.alert_id.in_(own),
                    outbox.c.kind == OutboxKind.NOTICE.value,
                    outbox.c.state.in_([OutboxState.PENDING.value, OutboxState.RETRY_AT.value]),
                )
                .values(state=OutboxState.DEAD.value, settled_at=now, last_error=DROPPED)
            )
            return True

    def unmute(self, alert: int) -> bool:
        """The alert's chat hears of its story again; False where it did already. Raises NotFound."""
        with self._db.write() as connection:
            story, chat = _require(connection, alert)
            here = sa.and_(muted_stories.c.story_id == story, muted_stories.c.chat == chat)
            return bool(connection.execute(muted_stories.delete().where(here)).rowcount)

    def mutes(self, story: int) -> list[KnownMute]:
        """Which chats muted a story, in the order in which they did."""
        query = sa.select(muted_stories).where(muted_stories.c.story_id == story).order_by(muted_stories.c.at)
        with self._db.read() as connection:
            return [KnownMute(chat=row.chat, at=row.at, by=row.by) for row in connection.execute(query)]

    # ── what is made of them ─────────────────────────────────────────────────────────────────────────────────────

    def told_around(self, chat: str, *, at: datetime, within: timedelta, limit: int) -> list[ToldStory]:
        """Stories that a chat was alerted of near a moment, the latest first; what went into another is left out."""
        query = (
            sa.select(alerts)
            .join(stories, stories.c.id == alerts.c.story_id)
            .where(
                alerts.c.chat == chat,
                alerts.c.created_at.between(at - within, at + within),
                stories.c.merged_into.is_(None),
            )
            .order_by(alerts.c.created_at.desc(), alerts.c.id.desc())
            .limit(limit)
        )
        with self._db.read() as connection:
            return [
                ToldStory(alert=row.id, story_id=row.story_id, content=row.content, created_at=row.created_at)
                for row in connection.execute(query)
            ]

    def alerts_with_rules(self, *, since: datetime, rules: Collection[str] | None = None) -> list[VotedAlert]:
        """Alerts since then, in order, with their votes and what their rules matched; `rules` (watch/rule) keeps those.

        Only rules of the watches that an alert tells of are counted for it: its chat follows no others.
        """
        name = matches.c.watch + "/" + matches.c.rule
        query = (
            sa.select(alerts.c.id, alerts.c.content, *standing_columns()[:2], name.label("rule"), matches.c.watch)
            .add_columns(matches.c.entry_id, matches.c.evidence)
            .select_from(alerts)
            .join(stories, stories.c.id == alerts.c.story_id)
            .join(entries, entries.c.story_id == _STORY)
            .join(matches, matches.c.entry_id == entries.c.id)
            .where(alerts.c.created_at >= since)
            .order_by(alerts.c.id, entries.c.dated_at, entries.c.id)
        )
        if rules is not None:
            query = query.where(name.in_(rules))
        found: dict[int, VotedAlert] = {}
        with self._db.read() as connection:
            for row in connection.execute(query):
                if row.watch not in row.content.get("watches", {}):
                    continue
                alert = found.setdefault(
                    row.id, VotedAlert(id=row.id, content=row.content, up=row.up, down=row.down, matched={}, found={})
                )
                alert.matched[row.rule] = (*alert.matched.get(row.rule, ()), row.entry_id)
                surfaces = frozenset(str(evidence["surface"]) for evidence in row.evidence)
                alert.found[row.rule] = alert.found.get(row.rule, frozenset()) | surfaces
        return list(found.values())


def _require(connection: sa.Connection, alert: int) -> tuple[int, str]:
    """The story that an alert is about now, and its chat."""
    query = (
        sa.select(_STORY.label("story"), alerts.c.chat)
        .join(stories, stories.c.id == alerts.c.story_id)
        .where(alerts.c.id == alert)
    )
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(f"no alert A{alert}")
    return row.story, row.chat
