"""How a plan names rows that the database does not have yet."""

from __future__ import annotations

Ref = int
"""An id of the database when positive, and a new row of the same plan when negative."""
