"""The table of the outbox: what happens → what to do. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.outcomes import Outcome, Result, backoff, settle
from storage.records import OutboxItem, OutboxKind, OutboxState

NOW = datetime(2026, 8, 14, 12, 0, tzinfo=UTC)


def item(**changes: object) -> OutboxItem:
    values: dict[str, object] = {
        "id": 1,
        "chat": "team",
        "kind": OutboxKind.MESSAGE,
        "alert_id": 7,
        "message_id": None,
        "content": {},
        "state": OutboxState.SENDING,
        "attempts": 1,
        "possible_repeat": False,
        "plain": False,
        "not_before": NOW,
        "created_at": NOW,
        "settled_at": None,
        "last_error": None,
    }
    return OutboxItem(**(values | changes))  # type: ignore[arg-type]


TABLE: list[tuple[Result, dict[str, object], OutboxState]] = [
    (Result.SENT, {}, OutboxState.SENT),
    (Result.UNCHANGED, {"kind": OutboxKind.EDIT}, OutboxState.SENT),
    (Result.NOT_SENT, {}, OutboxState.RETRY_AT),
    (Result.NOT_SENT, {"possible_repeat": True}, OutboxState.UNCERTAIN),
    (Result.UNKNOWN, {}, OutboxState.UNCERTAIN),
    (Result.UNKNOWN, {"kind": OutboxKind.EDIT}, OutboxState.RETRY_AT),
    (Result.WAIT, {}, OutboxState.RETRY_AT),
    (Result.BAD_MARKUP, {}, OutboxState.RETRY_AT),
    (Result.BAD_MARKUP, {"plain": True}, OutboxState.DEAD),
    (Result.REFUSED, {}, OutboxState.DEAD),
    (Result.MIGRATED, {}, OutboxState.RETRY_AT),
    (Result.FORBIDDEN, {}, OutboxState.RETRY_AT),
    (Result.BAD_TOKEN, {}, OutboxState.RETRY_AT),
]


@pytest.mark.parametrize(("result", "changes", "state"), TABLE)
def test_every_result_has_its_next_state(result: Result, changes: dict[str, object], state: OutboxState) -> None:
    outcome = Outcome(result=result, wait=30, new_id="-100")
    assert settle(item(**changes), outcome, now=NOW, operator_chat="ops").state is state


def test_only_an_unknown_outcome_of_a_message_makes_a_possible_repeat() -> None:
    for result, changes, _ in TABLE:
        settlement = settle(item(**changes), Outcome(result=result), now=NOW, operator_chat="ops")
        unknown_message = result is Result.UNKNOWN and changes.get("kind") is not OutboxKind.EDIT
        assert (settlement.possible_repeat is True) == unknown_message


def test_a_wait_holds_back_this_chat_for_the_time_asked() -> None:
    settlement = settle(item(), Outcome(result=Result.WAIT, wait=30), now=NOW, operator_chat="ops")
    assert settlement.chat_not_before == settlement.not_before == NOW + timedelta(seconds=30)


def test_what_the_operator_is_told_never_goes_to_the_chat_in_trouble() -> None:
    for result in (Result.FORBIDDEN, Result.REFUSED):
        told = settle(item(), Outcome(result=result), now=NOW, operator_chat="ops").notice
        assert told is not None
        assert told.chat == "ops"
        assert settle(item(chat="ops"), Outcome(result=result), now=NOW, operator_chat="ops").notice is None


def test_backoff_doubles_up_to_five_minutes() -> None:
    assert [backoff(n).total_seconds() for n in (0, 1, 2, 3, 9, 10, 1000)] == [1, 1, 2, 4, 256, 300, 300]
