"""Stories: what articles are compared by, stories that turned out to be one, and what persons said of them.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STORIES = """
    SELECT st.id, st.title, st.created_at, st.last_entry_at, count(e.id) AS entries,
           count(DISTINCT CASE WHEN e.copy_of IS NULL
                          THEN coalesce(s.publisher, nullif(s.title, ''), s.key) END) AS publishers,
           st.merged_into, st.merged_reason
    FROM stories st LEFT JOIN entries e ON e.story_id = st.id LEFT JOIN sources s ON s.id = e.source_id
    GROUP BY st.id
"""


def upgrade() -> None:
    op.execute("DROP VIEW archive_stories")
    op.drop_table("story_features")
    op.create_table(
        "signatures",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_signatures_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_signatures")),
    )
    op.create_index(op.f("ix_signatures_seen_at"), "signatures", ["seen_at"], unique=False)
    # No foreign key: a column with one cannot be added to a table that others refer to without copying it.
    op.add_column("stories", sa.Column("merged_into", sa.Integer(), nullable=True))
    op.add_column("stories", sa.Column("merged_reason", sa.String(), nullable=True))
    op.create_table(
        "story_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_story_corrections_story_id_stories")),
        sa.ForeignKeyConstraint(["other_id"], ["stories.id"], name=op.f("fk_story_corrections_other_id_stories")),
        sa.CheckConstraint("kind IN ('apart', 'together')", name=op.f("ck_story_corrections_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_corrections")),
        sqlite_autoincrement=True,
    )
    op.execute(f"CREATE VIEW archive_stories AS {STORIES}")
