"""The first schema: sources, entries, stories, matches, alerts, outbox; full-text index; public views.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FULL_TEXT = """
CREATE VIRTUAL TABLE entries_fts USING fts5(
    title, text, content='entry_tokens', content_rowid='entry_id', tokenize='ascii'
)
"""

# The public schema (docs/archive.md). Tables may change behind it; a view keeps its columns.
VIEWS = {
    "archive_sources": """
        SELECT s.key AS source, s.title, coalesce(s.publisher, nullif(s.title, ''), s.key) AS publisher, s.url,
               s.language, s.tags, s.paused, s.subscribed_at, s.last_checked_at, s.last_success_at,
               s.next_check_at, s.last_outcome, s.last_reason, s.failures, s.removed_at
        FROM sources s
    """,
    "archive_entries": """
        SELECT e.id, s.key AS source, coalesce(s.publisher, nullif(s.title, ''), s.key) AS publisher, e.title, e.url,
               e.canonical_url, e.author, e.language, e.text, e.published_at, e.first_seen_at, e.updated_at,
               e.dated_at, e.story_id, e.story_reason, e.copy_of, e.baseline
        FROM entries e JOIN sources s ON s.id = e.source_id
    """,
    "archive_stories": """
        SELECT st.id, st.title, st.created_at, st.last_entry_at, count(e.id) AS entries,
               count(DISTINCT CASE WHEN e.copy_of IS NULL
                              THEN coalesce(s.publisher, nullif(s.title, ''), s.key) END) AS publishers
        FROM stories st LEFT JOIN entries e ON e.story_id = st.id LEFT JOIN sources s ON s.id = e.source_id
        GROUP BY st.id
    """,
    "archive_matches": """
        SELECT m.id, m.entry_id, m.watch, m.rule, m.watch || '/' || m.rule AS full_name, m.rule_version, m.priority,
               m.reason, m.evidence, m.matched_at
        FROM matches m
    """,
    "archive_alerts": """
        SELECT a.id, 'A' || a.id AS alert, a.story_id, a.chat, a.created_at, a.message_id,
               (SELECT o.state FROM outbox o WHERE o.alert_id = a.id AND o.kind = 'message'
                ORDER BY o.id DESC LIMIT 1) AS state,
               (SELECT o.settled_at FROM outbox o WHERE o.alert_id = a.id AND o.kind = 'message'
                ORDER BY o.id DESC LIMIT 1) AS settled_at,
               (SELECT o.last_error FROM outbox o WHERE o.alert_id = a.id
                ORDER BY o.id DESC LIMIT 1) AS last_error
        FROM alerts a
    """,
    "archive_polls_daily": """
        SELECT s.key AS source, p.day, p.polls, p.not_modified, p.failed, p.entries_new
        FROM polls_daily p JOIN sources s ON s.id = p.source_id
    """,
}


def upgrade() -> None:
    op.create_table(
        "chat_states",
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("configured_id", sa.String(), nullable=False),
        sa.Column("migrated_id", sa.String(), nullable=True),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.Column("paused_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("chat", name=op.f("pk_chat_states")),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "rule_sets",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("in_force_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_rule_sets")),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), server_default="", nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("paused", sa.Boolean(name="paused"), server_default=sa.text("0"), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("subscribed_at", UtcDateTime(), nullable=False),
        sa.Column("baseline_at", UtcDateTime(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("body_hash", sa.String(), nullable=True),
        sa.Column("next_check_at", UtcDateTime(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("last_checked_at", UtcDateTime(), nullable=True),
        sa.Column("last_success_at", UtcDateTime(), nullable=True),
        sa.Column("last_outcome", sa.String(), nullable=True),
        sa.Column("last_reason", sa.String(), nullable=True),
        sa.Column("last_new", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_known", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("key", name=op.f("uq_sources_key")),
    )
    op.create_index(op.f("ix_sources_next_check_at"), "sources", ["next_check_at"], unique=False)
    op.create_table(
        "stories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_entry_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
    )
    op.create_index(op.f("ix_stories_last_entry_at"), "stories", ["last_entry_at"], unique=False)
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("edited_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_alerts_story_id_stories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("story_id", "chat", name=op.f("uq_alerts_story_id_chat")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("guid", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("canonical_url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("author", sa.String(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("dated_at", UtcDateTime(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("baseline", sa.Boolean(name="baseline"), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=True),
        sa.Column("story_reason", sa.String(), nullable=True),
        sa.Column("copy_of", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["copy_of"], ["entries.id"], name=op.f("fk_entries_copy_of_entries")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_entries_source_id_sources")),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_entries_story_id_stories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("source_id", "guid", name=op.f("uq_entries_source_id_guid")),
    )
    op.create_index(op.f("ix_entries_canonical_url"), "entries", ["canonical_url"], unique=False)
    op.create_index(op.f("ix_entries_dated_at"), "entries", ["dated_at"], unique=False)
    op.create_index(op.f("ix_entries_first_seen_at"), "entries", ["first_seen_at"], unique=False)
    op.create_index(op.f("ix_entries_story_id"), "entries", ["story_id"], unique=False)
    op.create_table(
        "polls_daily",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("polls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_modified", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("entries_new", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_polls_daily_source_id_sources")),
        sa.PrimaryKeyConstraint("source_id", "day", name=op.f("pk_polls_daily")),
    )
    op.create_table(
        "entry_tokens",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_entry_tokens_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry_tokens")),
    )
    op.create_table(
        "entry_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replaced_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_entry_versions_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_versions")),
    )
    op.create_index(op.f("ix_entry_versions_entry_id"), "entry_versions", ["entry_id"], unique=False)
    op.create_table(
        "matches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("watch", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("matched_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_matches_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matches")),
        sa.UniqueConstraint("entry_id", "watch", "rule", name=op.f("uq_matches_entry_id_watch_rule")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("possible_repeat", sa.Boolean(name="possible_repeat"), server_default=sa.text("0"), nullable=False),
        sa.Column("plain", sa.Boolean(name="plain"), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sending_at", UtcDateTime(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('message', 'edit', 'notice')", name=op.f("ck_outbox_kind")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'uncertain', 'retry_at', 'dead')", name=op.f("ck_outbox_state")
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_outbox_alert_id_alerts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_alert_id"), "outbox", ["alert_id"], unique=False)
    op.create_index(op.f("ix_outbox_state_chat"), "outbox", ["state", "chat"], unique=False)
    op.create_table(
        "story_features",
        sa.Column("feature", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_story_features_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_story_features_story_id_stories")),
        sa.PrimaryKeyConstraint("feature", "entry_id", name=op.f("pk_story_features")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_story_features_entry_id"), "story_features", ["entry_id"], unique=False)

    op.execute(FULL_TEXT)
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query}")
