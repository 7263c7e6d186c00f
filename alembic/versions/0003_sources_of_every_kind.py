"""Sources of every kind: how each is read, how it fares over time; article pages; places that asked to wait.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

VIEWS = {
    "archive_sources": """
        SELECT s.key AS source, s.title, coalesce(s.publisher, nullif(s.title, ''), s.key) AS publisher, s.url,
               s.language, s.tags, s.paused, s.subscribed_at, s.last_checked_at, s.last_success_at,
               s.next_check_at, s.last_outcome, s.last_reason, s.failures, s.removed_at, s.kind, s.via,
               s.effective_url, s.disabled_at, s.disabled_reason
        FROM sources s
    """,
    "archive_entries": """
        SELECT e.id, s.key AS source, coalesce(s.publisher, nullif(s.title, ''), s.key) AS publisher, e.title, e.url,
               e.canonical_url, e.author, e.language, e.text, e.published_at, e.first_seen_at, e.updated_at,
               e.dated_at, e.story_id, e.story_reason, e.copy_of, e.baseline, e.summary,
               e.summary IS NOT NULL AS full_text
        FROM entries e JOIN sources s ON s.id = e.source_id
    """,
}


def upgrade() -> None:
    for view in VIEWS:
        op.execute(f"DROP VIEW {view}")
    for column in (
        sa.Column("kind", sa.String(), server_default="feed", nullable=False),
        sa.Column("options", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("via", sa.String(), server_default="", nullable=False),
        sa.Column("place", sa.String(), server_default="", nullable=False),
        sa.Column("full_text", sa.String(), server_default="candidates", nullable=False),
        sa.Column("next_reason", sa.String(), server_default="", nullable=False),
        sa.Column("effective_url", sa.String(), nullable=True),
        sa.Column("moved_to", sa.String(), nullable=True),
        sa.Column("moved_times", sa.Integer(), server_default="0", nullable=False),
        sa.Column("moved_since", UtcDateTime(), nullable=True),
        sa.Column("gone_since", UtcDateTime(), nullable=True),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("disabled_reason", sa.String(), nullable=True),
        sa.Column("told_failing_at", UtcDateTime(), nullable=True),
        sa.Column("told_silent_at", UtcDateTime(), nullable=True),
        sa.Column("told_empty_at", UtcDateTime(), nullable=True),
    ):
        op.add_column("sources", column)
    op.add_column("entries", sa.Column("summary", sa.Text(), nullable=True))
    op.create_table(
        "documents",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("arrivals", sa.JSON(), nullable=False),
        sa.Column("pace", sa.Float(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=True),
        sa.Column("unreadable", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_documents_source_id_sources")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_documents")),
    )
    op.create_table(
        "places",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_places")),
    )
    op.create_table(
        "first_looks",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=False),
        sa.Column("final_url", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_first_looks")),
    )
    op.create_table(
        "pages",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("outcome", sa.String(), server_default="", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_pages_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_pages")),
    )
    op.create_index(op.f("ix_pages_due_at"), "pages", ["due_at"], unique=False)
    for view, query in VIEWS.items():
        op.execute(f"CREATE VIEW {view} AS {query}")
