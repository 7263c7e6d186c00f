"""`alerts`: what was sent, what waits, what is dead and why."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

import typer

from bot.alerts.content import AlertContent
from bot.alerts.render import alert as render_alert
from bot.alerts.to_console import to_text
from bot.cli.context import existing_store, state_of, zone_of
from bot.cli.output import ago, out, print_json, table, until, when
from bot.clock import utc_now
from bot.errors import Refused
from storage.records import AlertView, OutboxItem, OutboxState

group = typer.Typer(help="What was sent, what waits, what is dead and why.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="alerts")


AlertId = Annotated[str, typer.Argument(metavar="ALERT", help="Number of the alert, e.g. A17.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
States = Literal["pending", "sending", "sent", "uncertain", "retry_at", "dead", "gathered"]


@group.command("list")
def list_alerts(
    context: typer.Context,
    state: Annotated[States | None, typer.Option(help="Only those with a delivery in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Alerts at most.")] = 30,
    json: AsJson = False,
) -> None:
    """Alerts, newest first, with how their delivery stands."""
    settings = state_of(context).settings()
    with existing_store(settings) as store:
        found = store.outbox.alerts(state=state, limit=limit)
        notices = store.outbox.notices(limit=limit)
    if json:
        print_json([_as_json(alert) for alert in found])
        return
    now = utc_now()
    out.print(
        table(
            "alert", "when", "chat", "state", "watches", ">voices", "story",
            rows=[
                (
                    f"A{alert.id}", ago(alert.created_at, now), alert.chat, _state(alert.deliveries, now),
                    ", ".join(alert.content.get("watches", {})), len(alert.content.get("reports", ())),
                    alert.story_title,
                )
                for alert in found
            ],
        )
        if found
        else "no alerts yet"
    )  # fmt: skip
    waiting = [notice for notice in notices if notice.state is not OutboxState.SENT]
    for notice in waiting:
        out.print(
            f"notice to {notice.chat}, {notice.state.value}: {notice.content.get('headline', '')} "
            f"{notice.last_error or ''}".rstrip(),
            markup=False,
        )


@group.command()
def show(context: typer.Context, alert: AlertId, json: AsJson = False) -> None:
    """One alert as it looks, with every delivery."""
    settings = state_of(context).settings()
    with existing_store(settings) as store:
        found = store.outbox.alert(_number(alert))
    if json:
        print_json(_as_json(found))
        return
    zone, now = zone_of(settings), utc_now()
    content = AlertContent.from_json(found.content)
    out.print(to_text(render_alert(content, found.id, zone)))
    for reason in content.reasons:
        out.print(f"\n{reason.rule}: {reason.text}", markup=False, soft_wrap=True)
    out.print(
        table(
            "delivery", "state", ">attempts", "settled", "why",
            rows=[
                (item.kind.value, _mark(item, now), item.attempts, when(item.settled_at, zone), item.last_error or "")
                for item in found.deliveries
            ],
            title=f"\nto chat '{found.chat}'",
        )
    )  # fmt: skip


@group.command()
def retry(
    context: typer.Context,
    alert: Annotated[str | None, typer.Argument(metavar="[ALERT]", help="Number of the alert; default: all.")] = None,
) -> None:
    """Send again, now, what is dead or waits for its next try."""
    settings = state_of(context).settings()
    with existing_store(settings) as store:
        number = _number(alert) if alert is not None else None
        if number is not None:
            store.outbox.alert(number)
        count = store.outbox.retry(number, now=utc_now())
        running = store.database.holder() is not None
    follow = "" if running or not count else "; they leave with the next 'rackwatch run' or 'rackwatch poll'"
    out.print(f"{count} deliveries will be tried again{follow}")


@group.command()
def drop(context: typer.Context, alert: AlertId) -> None:
    """Give up what waits or is dead of an alert. Its entry stays in the archive."""
    settings = state_of(context).settings()
    with existing_store(settings) as store:
        number = _number(alert)
        store.outbox.alert(number)
        count = store.outbox.drop(number, now=utc_now())
    out.print(f"{count} deliveries of A{number} given up" if count else f"nothing of A{number} was waiting or dead")


def _number(text: str) -> int:
    found = re.fullmatch(r"[Aa#]?(\d{1,18})", text.strip())
    if not found:
        raise Refused(f"{text!r} is not the number of an alert; it looks like A17 ('rackwatch alerts list')")
    return int(found[1])


def _state(deliveries: tuple[OutboxItem, ...], now: datetime) -> str:
    """The message's own state first: it says whether the reader has it."""
    message = next((item for item in deliveries if item.kind.value == "message"), None)
    others = {item.state.value for item in deliveries if item is not message} - {"sent"}
    own = _mark(message, now) if message is not None else "–"
    return own + (f" (edit {', '.join(sorted(others))})" if others else "")


def _mark(item: OutboxItem, now: datetime) -> str:
    held = item.state is OutboxState.PENDING and item.not_before > now
    waits = f", {until(item.not_before, now)}" if held else ""
    return f"{item.state.value}{' ↻' if item.possible_repeat else ''}{waits}"


def _as_json(alert: AlertView) -> dict[str, Any]:
    return {
        "alert": f"A{alert.id}",
        "chat": alert.chat,
        "story_id": alert.story_id,
        "story": alert.story_title,
        "created_at": alert.created_at,
        "message_id": alert.message_id,
        "content": alert.content,
        "deliveries": [
            {
                "kind": item.kind,
                "state": item.state,
                "attempts": item.attempts,
                "possible_repeat": item.possible_repeat,
                "not_before": item.not_before,
                "settled_at": item.settled_at,
                "last_error": item.last_error,
            }
            for item in alert.deliveries
        ],
    }
