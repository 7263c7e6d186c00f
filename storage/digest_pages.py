"""What becomes of the alerts on a page of a digest when the page is settled; inside the caller's transaction.

pending ─▶ gathered ─▶ sent      the page arrived: its message is that of all its alerts
               │  └───▶ dead     the page was refused
               └ with an uncertain page they wait on: it is sent again, marked as a possible repeat
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from storage.records import OutboxItem, OutboxKind, OutboxState, Settlement
from storage.tables import alerts, outbox

CHUNK = 500
"""Rows handled by one statement (storage/lookup.py)."""

_GATHERED = outbox.c.state == OutboxState.GATHERED.value


def settle_page(connection: sa.Connection, page: OutboxItem, result: Settlement) -> None:
    """The page is sent or dead, and so is what stands on it; any other end of an attempt leaves it waiting."""
    if result.state not in {OutboxState.SENT, OutboxState.DEAD}:
        return
    mine = sa.and_(outbox.c.page_id == page.id, _GATHERED)
    if result.state is OutboxState.SENT:
        told = sa.select(outbox.c.alert_id).where(mine)
        shown = {"edited_at": result.at, "message_id": result.message_id}
        connection.execute(alerts.update().where(alerts.c.id.in_(told)).values(**shown))
    connection.execute(
        outbox.update()
        .where(mine)
        .values(state=result.state.value, settled_at=result.at, last_error=result.error, attempts=page.attempts)
    )


def bury_gathered(connection: sa.Connection, *, now: datetime, reason: str) -> None:
    """What stands on pages that were given up is dead as well."""
    dead = sa.select(outbox.c.id).where(
        outbox.c.kind == OutboxKind.DIGEST.value, outbox.c.state == OutboxState.DEAD.value
    )
    connection.execute(
        outbox.update()
        .where(_GATHERED, outbox.c.page_id.in_(dead))
        .values(state=OutboxState.DEAD.value, settled_at=now, last_error=reason)
    )


def take_off_pages(connection: sa.Connection, rows: Sequence[int]) -> None:
    """These rows of dead pages leave by themselves again, or on a new page."""
    for start in range(0, len(rows), CHUNK):
        mine = sa.and_(outbox.c.id.in_(rows[start : start + CHUNK]), outbox.c.page_id.is_not(None))
        told = sa.select(outbox.c.alert_id).where(mine)
        connection.execute(alerts.update().where(alerts.c.id.in_(told)).values(paged=False))
        connection.execute(outbox.update().where(mine).values(page_id=None))
