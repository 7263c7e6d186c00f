"""What was passed over, until a digest tells of it; when a source was resumed.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("resumed_at", UtcDateTime(), nullable=True))
    op.add_column("pages", sa.Column("passed", sa.String(), nullable=True))
    op.create_table(
        "passed_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_passed_over_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_passed_over_outbox_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_over")),
        sa.UniqueConstraint("entry_id", "chat", name=op.f("uq_passed_over_entry_id_chat")),
    )
    op.create_index(op.f("ix_passed_over_outbox_id_chat"), "passed_over", ["outbox_id", "chat"], unique=False)
