"""Pairings of chats, what chats set for themselves, and how long a chat is muted.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chat_states", sa.Column("muted_until", UtcDateTime(), nullable=True))
    op.create_table(
        "pairings",
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_pairings")),
        sa.UniqueConstraint("code", name=op.f("uq_pairings_code")),
    )
    op.create_table(
        "paired_chats",
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("paired_at", UtcDateTime(), nullable=False),
        sa.Column("paired_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chat", name=op.f("pk_paired_chats")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_paired_chats_chat_id")),
    )
    op.create_table(
        "chat_overrides",
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "name", name=op.f("pk_chat_overrides")),
    )
    op.create_table(
        "kept_queries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_queries")),
        sa.UniqueConstraint("chat", "text", name=op.f("uq_kept_queries_chat_text")),
        sqlite_autoincrement=True,
    )
