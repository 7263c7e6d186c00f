"""Alembic's entry: runs on the connection that `storage.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from storage.tables import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("run migrations with 'rackwatch db upgrade'; it backs up the database first")

context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
