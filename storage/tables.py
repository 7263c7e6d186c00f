"""The tables. Private: what other tools may read are the views that the migrations create (docs/archive.md).

Statements stay portable; what is SQLite's alone (the FTS5 table, the views' text) stands in the migrations and in
`archive.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    # Named constraints from the first revision on: a later migration can drop only what has a name.
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware UTC datetime, stored as ISO 8601 text of fixed width, so that text order is time order.

    Refuses naive datetimes with ValueError: a guess about a time zone is a wrong alert some day.
    """

    impl = sa.String(27)
    cache_ok = True

    # The processors themselves instead of process_bind_param and process_result_value: these are called through two
    # others for each value, and a source has fourteen.

    def bind_processor(self, dialect: Any) -> Callable[[datetime | None], str | None]:  # noqa: ARG002 - the signature is SQLAlchemy's
        return _to_column

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[str | None], datetime | None]:  # noqa: ARG002 - the signature is SQLAlchemy's
        return _from_column


def _to_column(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"naive datetime {value!r}; give it a time zone")
    return to_text(value)


def _from_column(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


@lru_cache(maxsize=64)
def to_text(moment: datetime) -> str:
    """The stored form: 2026-11-23T09:40:00.000000Z.

    Remembered, since all rows of a poll tell the same moment.
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _table(name: str, *columns: Any, **options: Any) -> sa.Table:
    return sa.Table(name, metadata, *columns, **options)


meta = _table(
    "meta",
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)

sources = _table(
    "sources",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("title", sa.String, nullable=False, server_default=""),
    sa.Column("language", sa.String),
    sa.Column("publisher", sa.String),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("paused", sa.Boolean(name="paused"), nullable=False, server_default=sa.false()),
    sa.Column("removed_at", UtcDateTime),
    sa.Column("subscribed_at", UtcDateTime, nullable=False),
    sa.Column("baseline_at", UtcDateTime),
    sa.Column("etag", sa.String),
    sa.Column("last_modified", sa.String),
    sa.Column("body_hash", sa.String),
    sa.Column("next_check_at", UtcDateTime, nullable=False),
    sa.Column("not_before", UtcDateTime),
    sa.Column("last_checked_at", UtcDateTime),
    sa.Column("last_success_at", UtcDateTime),
    sa.Column("last_outcome", sa.String),
    sa.Column("last_reason", sa.String),
    sa.Column("last_new", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_known", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    # What the source is: the parser's kind with its options, the template that it came from, its turn's name.
    sa.Column("kind", sa.String, nullable=False, server_default="feed"),
    sa.Column("options", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("via", sa.String, nullable=False, server_default=""),
    sa.Column("place", sa.String, nullable=False, server_default=""),
    sa.Column("full_text", sa.String, nullable=False, server_default="candidates"),
    sa.Column("next_reason", sa.String, nullable=False, server_default=""),
    # How it fares over many looks (bot/sources/health.py).
    sa.Column("effective_url", sa.String),
    sa.Column("moved_to", sa.String),
    sa.Column("moved_times", sa.Integer, nullable=False, server_default="0"),
    sa.Column("moved_since", UtcDateTime),
    sa.Column("gone_since", UtcDateTime),
    sa.Column("disabled_at", UtcDateTime),
    sa.Column("disabled_reason", sa.String),
    sa.Column("told_failing_at", UtcDateTime),
    sa.Column("told_silent_at", UtcDateTime),
    sa.Column("told_empty_at", UtcDateTime),
    sa.Column("resumed_at", UtcDateTime),
    sa.Index(None, "next_check_at"),
)

# What the last look at a document left for the next one: apart from its source, whose row every quiet look writes.
documents = _table(
    "documents",
    sa.Column("source_id", sa.ForeignKey("sources.id"), primary_key=True),
    sa.Column("marks", sa.Text, nullable=False),
    sa.Column("parts", sa.JSON, nullable=False),
    sa.Column("arrivals", sa.JSON, nullable=False),
    sa.Column("pace", sa.Float),
    sa.Column("found", sa.Integer),
    sa.Column("unreadable", sa.String, nullable=False),
)

places = _table(
    "places",
    sa.Column("place", sa.String, primary_key=True),
    sa.Column("not_before", UtcDateTime, nullable=False),
)

first_looks = _table(
    "first_looks",
    sa.Column("url", sa.String, primary_key=True),
    sa.Column("fetched_at", UtcDateTime, nullable=False),
    sa.Column("final_url", sa.String, nullable=False),
    sa.Column("content_type", sa.String, nullable=False),
    sa.Column("etag", sa.String),
    sa.Column("last_modified", sa.String),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

stories = _table(
    "stories",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("last_entry_at", UtcDateTime, nullable=False),
    sa.Column("merged_into", sa.Integer),
    sa.Column("merged_reason", sa.String),
    sa.Index(None, "last_entry_at"),
)

entries = _table(
    "entries",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source_id", sa.ForeignKey("sources.id"), nullable=False),
    sa.Column("guid", sa.String, nullable=False),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("canonical_url", sa.String, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("author", sa.String, nullable=False, server_default=""),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("summary", sa.Text),
    sa.Column("language", sa.String),
    sa.Column("published_at", UtcDateTime),
    sa.Column("first_seen_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("dated_at", UtcDateTime, nullable=False),
    sa.Column("content_hash", sa.String, nullable=False),
    sa.Column("baseline", sa.Boolean(name="baseline"), nullable=False),
    sa.Column("story_id", sa.ForeignKey("stories.id")),
    sa.Column("story_reason", sa.String),
    sa.Column("copy_of", sa.ForeignKey("entries.id")),
    sa.UniqueConstraint("source_id", "guid"),
    sa.Index(None, "canonical_url"),
    sa.Index(None, "dated_at"),
    sa.Index(None, "first_seen_at"),
    sa.Index(None, "story_id"),
)

pages = _table(
    "pages",
    sa.Column("entry_id", sa.ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("place", sa.String, nullable=False),
    sa.Column("due_at", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("outcome", sa.String, nullable=False, server_default=""),
    sa.Column("reason", sa.String, nullable=False, server_default=""),
    sa.Column("read_at", UtcDateTime),
    sa.Column("facts", sa.JSON),
    sa.Column("passed", sa.String),
    sa.Index(None, "due_at"),
)

entry_tokens = _table(
    "entry_tokens",
    sa.Column("entry_id", sa.ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

entry_versions = _table(
    "entry_versions",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("entry_id", sa.ForeignKey("entries.id", ondelete="CASCADE"), nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("replaced_at", UtcDateTime, nullable=False),
    sa.Index(None, "entry_id"),
)

# What articles are compared by (bot/stories): the window of stories is read back from here when a service starts.
signatures = _table(
    "signatures",
    sa.Column("entry_id", sa.ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Index(None, "seen_at"),
)

# What a person said: these two stories are one, or are not.
story_corrections = _table(
    "story_corrections",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("story_id", sa.ForeignKey("stories.id"), nullable=False),
    sa.Column("other_id", sa.ForeignKey("stories.id"), nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("kind IN ('apart', 'together')", name="kind"),
    sqlite_autoincrement=True,  # a service compares the number with the one it knows: it is never given twice
)

matches = _table(
    "matches",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("entry_id", sa.ForeignKey("entries.id", ondelete="CASCADE"), nullable=False),
    sa.Column("watch", sa.String, nullable=False),
    sa.Column("rule", sa.String, nullable=False),
    sa.Column("rule_version", sa.String, nullable=False),
    sa.Column("priority", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("matched_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("entry_id", "watch", "rule"),
)

alerts = _table(
    "alerts",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("story_id", sa.ForeignKey("stories.id"), nullable=False),
    sa.Column("chat", sa.String, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("message_id", sa.Integer),
    sa.Column("edited_at", UtcDateTime),
    # Told on a page of a digest, which is never edited; message_id is the page's then.
    sa.Column("paged", sa.Boolean(name="paged"), nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("story_id", "chat"),
    sqlite_autoincrement=True,  # an alert's number stands in messages: it is never given twice
)

outbox = _table(
    "outbox",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("chat", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("alert_id", sa.ForeignKey("alerts.id")),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("possible_repeat", sa.Boolean(name="possible_repeat"), nullable=False, server_default=sa.false()),
    sa.Column("plain", sa.Boolean(name="plain"), nullable=False, server_default=sa.false()),
    sa.Column("not_before", UtcDateTime, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("sending_at", UtcDateTime),
    sa.Column("settled_at", UtcDateTime),
    sa.Column("last_error", sa.String),
    # Waited for its chat's times, so that a digest tells it; the page that does.
    sa.Column("held", sa.Boolean(name="held"), nullable=False, server_default=sa.false()),
    sa.Column("page_id", sa.ForeignKey("outbox.id")),
    sa.CheckConstraint("kind IN ('message', 'edit', 'notice', 'digest')", name="kind"),
    sa.CheckConstraint(
        "state IN ('pending', 'sending', 'sent', 'uncertain', 'retry_at', 'dead', 'gathered')", name="state"
    ),
    sa.Index(None, "state", "chat"),
    sa.Index(None, "alert_id"),
    sa.Index(None, "page_id"),
    sqlite_autoincrement=True,
)

# Matched articles that a chat is told of in a digest only; the digest's row is set when it is made. Their story is that
# of the entry, so that merging and splitting stories need not know of them.
passed_over = _table(
    "passed_over",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("entry_id", sa.ForeignKey("entries.id", ondelete="CASCADE"), nullable=False),
    sa.Column("chat", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("outbox_id", sa.ForeignKey("outbox.id")),
    sa.UniqueConstraint("entry_id", "chat"),
    sa.Index(None, "outbox_id", "chat"),
)

# One vote for each person and alert; persons are Telegram's numbers, which outgrow 32 bits.
votes = _table(
    "votes",
    sa.Column("alert_id", sa.ForeignKey("alerts.id"), primary_key=True),
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("vote", sa.Integer, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.CheckConstraint("vote IN (-1, 1)", name="vote"),
)

# Stories that a chat wants to hear no more of; `by` is the person who said so.
muted_stories = _table(
    "muted_stories",
    sa.Column("story_id", sa.ForeignKey("stories.id"), primary_key=True),
    sa.Column("chat", sa.String, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.BigInteger, nullable=False),
)

chat_states = _table(
    "chat_states",
    sa.Column("chat", sa.String, primary_key=True),
    sa.Column("configured_id", sa.String, nullable=False),
    sa.Column("migrated_id", sa.String),
    sa.Column("not_before", UtcDateTime),
    sa.Column("paused_at", UtcDateTime),
    sa.Column("paused_reason", sa.String),
    sa.Column("muted_until", UtcDateTime),
)

# Private chats that wrote /start and wait for the operator's word; then those that got it.
pairings = _table(
    "pairings",
    sa.Column("chat_id", sa.String, primary_key=True),
    sa.Column("code", sa.String, nullable=False, unique=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("answered_at", UtcDateTime, nullable=False),
    sa.Column("update_id", sa.BigInteger, nullable=True),
)

paired_chats = _table(
    "paired_chats",
    sa.Column("chat", sa.String, primary_key=True),
    sa.Column("chat_id", sa.String, nullable=False, unique=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("paired_at", UtcDateTime, nullable=False),
    sa.Column("paired_by", sa.String, nullable=False),
)

# Of each chat the last request that may not be done twice (storage/requests.py).
done_requests = _table(
    "done_requests",
    sa.Column("chat", sa.String, primary_key=True),
    sa.Column("update_id", sa.BigInteger, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
)

# What people set in a chat; it stands before what the YAML says.
chat_overrides = _table(
    "chat_overrides",
    sa.Column("chat", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("set_at", UtcDateTime, nullable=False),
    sa.Column("set_by", sa.String, nullable=False),
)

# Searches whose answer has pages: a button has no room for the words.
kept_queries = _table(
    "kept_queries",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("chat", sa.String, nullable=False),
    sa.Column("text", sa.String, nullable=False),
    sa.UniqueConstraint("chat", "text"),
    sqlite_autoincrement=True,
)

rule_sets = _table(
    "rule_sets",
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("files", sa.JSON, nullable=False),
)

rule_changes = _table(
    "rule_changes",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("version", sa.ForeignKey("rule_sets.version"), nullable=False),
    sa.Column("in_force_at", UtcDateTime, nullable=False),
    sa.Column("cause", sa.String, nullable=False),
    sa.Column("in_folder", sa.Boolean(name="in_folder"), nullable=False, server_default=sa.true()),
    sa.Column("tally", sa.JSON),
    sqlite_autoincrement=True,  # a service compares the number with the one it knows: it is never given twice
)

# Rule files that the operator sent in a chat and has not applied yet; what they were compared with.
offered_rules = _table(
    "offered_rules",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("chat", sa.String, nullable=False),
    sa.Column("message_id", sa.Integer, nullable=False),
    sa.Column("file", sa.String, nullable=False),
    sa.Column("text", sa.String, nullable=False),
    sa.Column("compared_with", sa.String, nullable=False),
    sa.Column("offered_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("chat", "message_id"),
    sqlite_autoincrement=True,  # a button of an old message must never mean another file
)

polls_daily = _table(
    "polls_daily",
    sa.Column("source_id", sa.ForeignKey("sources.id"), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("polls", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_modified", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("entries_new", sa.Integer, nullable=False, server_default="0"),
)
