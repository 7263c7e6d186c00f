"""Which rules were in force when: a version that comes back stands twice.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("in_force_at", UtcDateTime(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("in_folder", sa.Boolean(name="in_folder"), server_default=sa.text("1"), nullable=False),
        sa.Column("tally", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["version"], ["rule_sets.version"], name=op.f("fk_rule_changes_version_rule_sets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_changes")),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO rule_changes (version, in_force_at, cause) "
        "SELECT version, in_force_at, 'unknown' FROM rule_sets ORDER BY in_force_at"
    )
    with op.batch_alter_table("rule_sets") as table:
        table.drop_column("in_force_at")
