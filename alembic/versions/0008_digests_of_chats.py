"""Digests of chats: pages that tell several alerts at once, and what waits for them.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEPT = (
    "id, chat, kind, alert_id, content, state, attempts, possible_repeat, plain, not_before, created_at, sending_at, "
    "settled_at, last_error"
)
ALERTS = """
    SELECT a.id, 'A' || a.id AS alert, a.story_id, a.chat, a.created_at, a.message_id,
           (SELECT o.state FROM outbox o WHERE o.alert_id = a.id AND o.kind = 'message'
            ORDER BY o.id DESC LIMIT 1) AS state,
           (SELECT o.settled_at FROM outbox o WHERE o.alert_id = a.id AND o.kind = 'message'
            ORDER BY o.id DESC LIMIT 1) AS settled_at,
           (SELECT o.last_error FROM outbox o WHERE o.alert_id = a.id
            ORDER BY o.id DESC LIMIT 1) AS last_error
    FROM alerts a
"""


def upgrade() -> None:
    op.add_column("alerts", sa.Column("paged", sa.Boolean(name="paged"), server_default=sa.text("0"), nullable=False))
    # A CHECK cannot be changed in place. The view goes first: SQLite renames no table under a view that misses it.
    op.execute("DROP VIEW archive_alerts")
    op.create_table(
        "outbox_new",
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
        sa.Column("held", sa.Boolean(name="held"), server_default=sa.text("0"), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('message', 'edit', 'notice', 'digest')", name=op.f("ck_outbox_kind")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'uncertain', 'retry_at', 'dead', 'gathered')",
            name=op.f("ck_outbox_state"),
        ),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_outbox_alert_id_alerts")),
        sa.ForeignKeyConstraint(["page_id"], ["outbox.id"], name=op.f("fk_outbox_page_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.execute(f"INSERT INTO outbox_new ({KEPT}) SELECT {KEPT} FROM outbox")  # noqa: S608 - constants
    op.drop_table("outbox")
    op.rename_table("outbox_new", "outbox")
    op.create_index(op.f("ix_outbox_alert_id"), "outbox", ["alert_id"], unique=False)
    op.create_index(op.f("ix_outbox_page_id"), "outbox", ["page_id"], unique=False)
    op.create_index(op.f("ix_outbox_state_chat"), "outbox", ["state", "chat"], unique=False)
    op.execute(f"CREATE VIEW archive_alerts AS {ALERTS}")
