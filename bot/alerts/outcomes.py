"""How an attempt to deliver ended, and what follows from it. Pure; table-tested.

The adapter of each channel classifies once (at Telegram: `notifier.classify`); what to do about it is decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.alerts.content import NoticeContent
from storage.records import Notice, OutboxItem, OutboxKind, OutboxState, Settlement


class Result(Enum):
    """What the channel's answer means. The text is shown to people."""

    SENT = "sent"
    UNCHANGED = "message is not modified"
    NOT_SENT = "nothing was sent"
    UNKNOWN = "it may have arrived"
    WAIT = "asked to wait"
    BAD_MARKUP = "markup refused"
    REFUSED = "refused"
    MIGRATED = "the chat has a new id"
    FORBIDDEN = "the chat does not let us write"
    BAD_TOKEN = "the token is not accepted"  # noqa: S105 - words for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`wait` in seconds for WAIT; `new_id` for MIGRATED; `message_id` for SENT."""

    result: Result
    detail: str = ""
    message_id: int | None = None
    wait: float = 0.0
    new_id: str | None = None


FIRST_BACKOFF = 1.0
LONGEST_BACKOFF = 300.0


def backoff(attempts: int) -> timedelta:
    """1, 2, 4 … seconds, at most five minutes; `attempts` counts the one that failed."""
    return timedelta(seconds=min(FIRST_BACKOFF * 2 ** min(max(attempts, 1) - 1, 20), LONGEST_BACKOFF))


def settle(item: OutboxItem, outcome: Outcome, *, now: datetime, operator_chat: str) -> Settlement:
    """The item's next state and every consequence. `item.attempts` counts this attempt."""
    result = outcome.result
    error = f"{result.value}: {outcome.detail}" if outcome.detail else result.value
    later = now + backoff(item.attempts)
    if result in {Result.SENT, Result.UNCHANGED}:
        return Settlement(state=OutboxState.SENT, at=now, message_id=outcome.message_id)
    if result is Result.UNKNOWN:
        if item.kind is OutboxKind.EDIT:  # idempotent: repeating it shows nobody anything twice
            return Settlement(state=OutboxState.RETRY_AT, at=now, not_before=later, error=error)
        return Settlement(state=OutboxState.UNCERTAIN, at=now, not_before=later, error=error, possible_repeat=True)
    waiting = OutboxState.UNCERTAIN if item.possible_repeat else OutboxState.RETRY_AT
    if result is Result.NOT_SENT:
        return Settlement(state=waiting, at=now, not_before=later, error=error)
    if result is Result.WAIT:
        until = now + timedelta(seconds=outcome.wait)
        return Settlement(state=waiting, at=now, not_before=until, error=error, chat_not_before=until)
    if result is Result.BAD_MARKUP and not item.plain:
        return Settlement(state=waiting, at=now, not_before=now, error=error, plain=True)
    if result is Result.MIGRATED:
        return Settlement(state=waiting, at=now, not_before=now, error=error, migrated_id=outcome.new_id)
    if result is Result.FORBIDDEN:
        return Settlement(
            state=waiting,
            at=now,
            not_before=now,
            error=error,
            chat_paused=error,
            notice=_tell(
                operator_chat,
                item,
                f"chat '{item.chat}' takes no messages",
                (outcome.detail, f"Its alerts wait. Mend that, then: rackwatch chats test {item.chat}"),
            ),
        )
    if result is Result.BAD_TOKEN:
        return Settlement(state=waiting, at=now, not_before=now, error=error)
    return Settlement(
        state=OutboxState.DEAD,
        at=now,
        error=error,
        notice=_tell(
            operator_chat,
            item,
            f"a message to chat '{item.chat}' was refused",
            (outcome.detail, "See: rackwatch alerts list --state dead"),
        )
        if item.kind in {OutboxKind.MESSAGE, OutboxKind.DIGEST}
        else None,
    )


def _tell(operator_chat: str, item: OutboxItem, headline: str, lines: tuple[str, ...]) -> Notice | None:
    """A notice for the operator, unless it is the operator's own chat that is in trouble."""
    if item.chat == operator_chat:
        return None
    return Notice(chat=operator_chat, content=NoticeContent(headline=headline, lines=lines).to_json())
