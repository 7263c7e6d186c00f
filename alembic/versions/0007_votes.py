"""What persons say of alerts: votes, stories that a chat wants to hear no more of, and which request was done last.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

VOTES = """
    SELECT v.alert_id, 'A' || v.alert_id AS alert, a.story_id, a.chat, v.user_id, v.vote, v.at
    FROM votes v JOIN alerts a ON a.id = v.alert_id
"""


def upgrade() -> None:
    op.create_table(
        "votes",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("vote", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_votes_alert_id_alerts")),
        sa.CheckConstraint("vote IN (-1, 1)", name=op.f("ck_votes_vote")),
        sa.PrimaryKeyConstraint("alert_id", "user_id", name=op.f("pk_votes")),
    )
    op.create_table(
        "muted_stories",
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_muted_stories_story_id_stories")),
        sa.PrimaryKeyConstraint("story_id", "chat", name=op.f("pk_muted_stories")),
    )
    op.create_table(
        "done_requests",
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chat", name=op.f("pk_done_requests")),
    )
    op.add_column("pairings", sa.Column("update_id", sa.BigInteger(), nullable=True))
    op.execute(f"CREATE VIEW archive_votes AS {VOTES}")
