"""Requests from chats whose effect stands in the database already.

A kill between an effect and the note that its update was handled brings the update again (bot/telegram_door). Most
requests say what shall be, so twice is as good as once; for the others the effect and the request are written in one
transaction here. A chat's requests are handled in their order, so only its last one can come again: one row a chat.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.records import Request
from storage.tables import done_requests


def outcome_of(connection: sa.Connection, request: Request | None) -> str | None:
    """What was noted of this request; None where it was not done yet."""
    if request is None:
        return None
    query = sa.select(done_requests.c.outcome).where(
        done_requests.c.chat == request.chat, done_requests.c.update_id == request.update
    )
    return connection.execute(query).scalar()


def note(connection: sa.Connection, request: Request | None, outcome: str) -> None:
    """This request is done from now on, in the same transaction as its effect."""
    if request is None:
        return
    connection.execute(done_requests.delete().where(done_requests.c.chat == request.chat))
    connection.execute(done_requests.insert().values(chat=request.chat, update_id=request.update, outcome=outcome))
