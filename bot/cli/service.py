"""`run` and `status`: the service, and how things stand."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Annotated

import typer

from bot import facts
from bot.cli.context import existing_store, state_of
from bot.cli.output import ago, err, out, print_json, table, until
from bot.clock import utc_now
from bot.event_loop import complete
from bot.logs import set_up_logs
from bot.settings import Settings


def register(app: typer.Typer) -> None:
    app.command()(run)
    app.command()(status)


def run(
    context: typer.Context,
    json_logs: Annotated[bool, typer.Option("--json-logs", help="Log lines as JSON.")] = False,
) -> None:
    """The service: polls what is due and delivers alerts, until it is stopped (Ctrl-C or SIGTERM)."""
    signal.signal(signal.SIGTERM, _stop_before_the_start)  # the service has a handler of its own, later
    state = state_of(context)
    set_up_logs(debug=state.debug, json=json_logs)
    complete(_serve(state.settings()))


def _stop_before_the_start(_number: int, _frame: FrameType | None) -> None:
    """Asked to stop while starting: what is under way is rolled back, as after any stop; there is nothing to drain."""
    raise SystemExit(0)


async def _serve(settings: Settings) -> None:
    from bot.app import App  # noqa: PLC0415 - other commands start without it, half a second sooner
    from bot.jobs import Service  # noqa: PLC0415 - the same

    async with App(settings, console=out, role="run") as app:
        if (hint := _first_contact(app.settings)) is not None:
            err.print(hint, markup=False, soft_wrap=True)
        await Service(app).run()


def _first_contact(settings: Settings) -> str | None:
    """What leads to alerts in Telegram; None where it is done."""
    if any(chat.kind == "telegram" for chat in settings.chats.values()) or settings.config.chats:
        return None
    begin = "Alerts are printed here. To have them in Telegram"
    if settings.token is None:
        return f"{begin}: ask @BotFather for a token, write it into .env, start again (docs/telegram.md)."
    return f"{begin}: open your bot's chat there, press Start, then: rackwatch chats pair CODE --operator"


def status(context: typer.Context, json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """How things stand: service, sources, archive, deliveries, and what needs a person."""
    settings = state_of(context).settings()
    now = utc_now()
    with existing_store(settings) as store:
        holder = store.database.holder()
        service = holder.process if holder is not None and holder.role == "run" else None
        counts = store.archive.counts()
        stopped = store.archive.fact(facts.TELEGRAM_STOPPED)
        rules = store.rule_sets.in_force()
        failing = [source for source in store.sources.status() if source.failures]
        paused_chats = [chat for chat in store.outbox.chats().values() if chat.paused_at is not None]
        dead = store.outbox.undelivered(limit=5)
    if json:
        print_json(
            {
                "service": {"running": service is not None, "process": service},
                "counts": counts,
                "rules_version": rules.version if rules else None,
                "failing_sources": failing,
                "paused_chats": paused_chats,
                "telegram_stopped": stopped,
                "dead_alerts": [f"A{alert.id}" for alert in dead],
            }
        )
        return
    running = "not running ('rackwatch run')" if service is None else f"running (process {service})"
    waiting = sum(count for state, count in counts.outbox.items() if state not in {"sent", "dead"})
    dead_count = counts.outbox.get("dead", 0)
    oldest = f", the oldest for {ago(counts.oldest_waiting_at, now).removesuffix(' ago')}" if waiting else ""
    out.print(
        table(
            "", "",
            rows=[
                ("service", running),
                ("rules", f"version {rules.version[:8]}" if rules else "none in force yet"),
                ("sources", f"{counts.sources} ({counts.sources_paused} paused, {counts.sources_failing} failing)"),
                ("last look", ago(counts.last_checked_at, now)),
                ("polls", f"{counts.polls} ({counts.polls_not_modified} not modified, {counts.polls_failed} failed)"),
                ("archive", f"{counts.entries} entries, {counts.stories} stories, {counts.matches} matches"),
                ("alerts", counts.alerts),
                ("deliveries", f"{counts.outbox.get('sent', 0)} sent, {waiting} waiting{oldest}, {dead_count} dead"),
            ],
        )
    )  # fmt: skip
    if stopped:
        out.print(f"\nTelegram stopped: {stopped}. Mend the token, then restart the service.", markup=False)
    for chat in paused_chats:
        out.print(
            f"\nchat '{chat.chat}' is paused: {chat.paused_reason}; when mended: rackwatch chats test {chat.chat}",
            markup=False,
        )
    if dead:
        out.print("\nnot delivered (rackwatch alerts retry A…, or drop A…):")
        out.print(
            table(
                "alert", "chat", "story", "reason",
                rows=[(f"A{a.id}", a.chat, a.story_title[:60], a.deliveries[-1].last_error or "") for a in dead],
            )
        )  # fmt: skip
    if failing:
        out.print("\nfailing sources:")
        out.print(
            table(
                "source", ">failures", "reason", "last success", "next check",
                rows=[
                    (s.key, s.failures, s.last_reason or "", ago(s.last_success_at, now), until(s.next_check_at, now))
                    for s in failing
                ],
            )
        )  # fmt: skip
