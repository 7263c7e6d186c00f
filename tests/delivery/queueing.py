"""Alerts that wait in a store, and what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.alerts.content import AlertContent, Marked, Reason, ReplyContent, Report
from bot.alerts.words import ENGLISH
from storage import Store
from storage.apply import grow_alert
from storage.outbox import enqueue
from storage.records import AlertWrite, OutboxKind
from storage.tables import alerts as alert_table
from storage.tables import outbox, stories

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""Noon of a Monday in winter."""


def content(title: str, *, priority: str = "normal", watch: str = "Data centers", voices: int = 1) -> AlertContent:
    reports = tuple(
        Report(publisher=f"Paper {n}", title=title, url=f"https://p{n}.example/{abs(hash(title))}", at=NOON.isoformat())
        for n in range(voices)
    )
    return AlertContent(
        priority=priority,
        watches={watch.lower().replace(" ", "-"): watch},
        title=Marked(text=title),
        excerpt=Marked(text="What happened."),
        url=reports[0].url,
        reasons=(Reason(rule="w/r", text="Tesla near data center"),),
        reports=reports,
        voices=voices,
    )


def queue(store: Store, chat: str, alerts: Iterable[AlertContent], *, now: datetime) -> list[int]:
    """New stories with an alert each, in one transaction; the alerts' numbers."""
    new = list(alerts)
    with store.database.write() as connection:
        first = (connection.execute(sa.select(sa.func.max(alert_table.c.id))).scalar() or 0) + 1
        numbers = list(range(first, first + len(new)))
        told = list(zip(numbers, new, strict=True))
        connection.execute(
            stories.insert(),
            [{"id": n, "title": one.title.text, "created_at": now, "last_entry_at": now} for n, one in told],
        )
        connection.execute(
            alert_table.insert(),
            [{"id": n, "story_id": n, "chat": chat, "content": one.to_json(), "created_at": now} for n, one in told],
        )
        row = {"chat": chat, "kind": "message", "content": {}, "state": "pending", "not_before": now, "created_at": now}
        connection.execute(outbox.insert(), [row | {"alert_id": n} for n in numbers])
    return numbers


def grow(store: Store, alert: int, told: AlertContent, *, now: datetime, reply: str | None = None) -> None:
    """The alert says more now, and what is material is an answer to its message."""
    known = store.outbox.alert(alert)
    with store.database.write() as connection:
        write = AlertWrite(id=alert, story=known.story_id, chat=known.chat, content=told.to_json())
        grow_alert(connection, alert, write, now, 0)
        if reply is not None:
            answer = ReplyContent(
                kind=reply, headline=ENGLISH.material[reply], publisher="P", title="T", url="https://p.example/"
            )
            enqueue(
                connection,
                chat=known.chat,
                kind=OutboxKind.NOTICE,
                alert_id=alert,
                content=answer.to_json(),
                now=now,
            )


def states(store: Store, chat: str | None = None) -> dict[tuple[str, str], int]:
    """How many rows there are of each kind and state."""
    with store.database.read() as connection:
        rows = connection.execute(sa.select(outbox.c.chat, outbox.c.kind, outbox.c.state))
        return dict(Counter((row.kind, row.state) for row in rows if chat in {None, row.chat}))
