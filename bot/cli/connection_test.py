"""`telegram test`: one message to each Telegram chat, with the exact reason where it fails."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.alerts.deliver import Delivery
from bot.alerts.outcomes import Outcome, Result
from bot.cli.context import state_of
from bot.cli.output import out
from bot.errors import Refused
from bot.event_loop import complete
from bot.settings import Settings
from rules.problems import nearest
from storage import open_store

group = typer.Typer(help="Try the connection to Telegram.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="telegram")


@group.callback()
def _group() -> None:
    """Try the connection to Telegram."""


@group.command("test")
def send_test(
    context: typer.Context,
    chat: Annotated[str | None, typer.Argument(metavar="[CHAT]", help="Chat of rackwatch.yaml; default: all.")] = None,
) -> None:
    """Send one test message; a paused chat that answers is resumed."""
    settings = state_of(context).settings()
    chats = [key for key, configured in settings.config.chats.items() if configured.kind == "telegram"]
    if chat is not None and chat not in chats:
        near = nearest(chat, chats)
        raise Refused(
            f"no Telegram chat named '{chat}' in rackwatch.yaml" + (f" (did you mean '{near}'?)" if near else "")
        )
    if not chats:
        raise Refused(
            "no Telegram chat is configured; see 'chats:' in rackwatch.yaml and docs/configuration.md, 'Chats'"
        )
    results = complete(_send(settings, [chat] if chat is not None else chats))
    for key, outcome in results.items():
        if outcome.result is Result.SENT:
            out.print(f"{key}: sent (message {outcome.message_id})", markup=False)
        else:
            out.print(f"{key}: failed: {outcome.result.value}: {outcome.detail}", markup=False, soft_wrap=True)
    if any(outcome.result is not Result.SENT for outcome in results.values()):
        raise typer.Exit(1)


async def _send(settings: Settings, chats: list[str]) -> dict[str, Outcome]:
    from bot.telegram_door.notifier import TelegramNotifier  # noqa: PLC0415 - other commands start without it, half a second sooner

    assert settings.token is not None  # noqa: S101 - Settings refuses a Telegram chat without a token
    notifier = TelegramNotifier(
        token=settings.token.get_secret_value(),
        base_url=settings.config.telegram.base_url,
        timeout=settings.config.telegram.timeout.total_seconds(),
    )
    results = {}
    store = open_store(settings.storage_url)
    try:
        known = store.outbox.chats() if store.database.path.exists() else {}
        for key in chats:
            configured = settings.config.chats[key]
            state = known.get(key)
            results[key] = await notifier.deliver(
                Delivery(
                    chat=key,
                    chat_id=(state.migrated_id if state else None) or str(configured.id),
                    text="<b>rackwatch</b>: this is a test message. Alerts will look better.",
                    html=True,
                    message_id=None,
                    answers=None,
                    alert=None,
                    thread=configured.thread,
                    preview=False,
                    silent=configured.silent,
                )
            )
            if results[key].result is Result.SENT and state is not None:
                store.outbox.unpause(key)
    finally:
        await notifier.close()
        store.close()
    return results
