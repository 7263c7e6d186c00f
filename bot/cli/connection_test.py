"""`telegram test`: one message to each Telegram chat, with the exact reason where it fails."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr

from bot.alerts.deliver import Delivery
from bot.alerts.outcomes import Outcome, Result
from bot.cli.context import existing_store, state_of
from bot.cli.output import out
from bot.errors import Refused
from bot.event_loop import complete
from bot.people import with_people
from bot.settings import Chat, Settings
from rules.problems import nearest
from storage import Store

if TYPE_CHECKING:
    from bot.telegram_door.notifier import TelegramNotifier

group = typer.Typer(help="Try the connection to Telegram.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="telegram")


@group.callback()
def _group() -> None:
    """Try the connection to Telegram."""


@group.command("test")
def send_test(
    context: typer.Context,
    chat: Annotated[str | None, typer.Argument(metavar="[CHAT]", help="A chat's name; default: all.")] = None,
) -> None:
    """Send one test message to each chat; a paused chat that answers is resumed. Without a chat, try the token."""
    settings = state_of(context).settings()
    with contextlib.ExitStack() as stack:
        store = None
        if Path(settings.storage_url.removeprefix("sqlite:///")).exists():
            store = stack.enter_context(existing_store(settings))
            settings = with_people(settings, store.people.known())
        chats = {key: one for key, one in settings.chats.items() if one.kind == "telegram"}
        if chat is not None and chat not in chats:
            near = nearest(chat, chats)
            raise Refused(f"no Telegram chat named '{chat}'" + (f" (did you mean '{near}'?)" if near else ""))
        if settings.token is None:
            raise Refused("there is no token: ask @BotFather for one and write it into .env (docs/telegram.md)")
        if not chats:
            complete(_try_token(settings, settings.token))
            return
        chosen = chats if chat is None else {chat: chats[chat]}
        results = complete(_send(settings, settings.token, chosen, store))
    for key, outcome in results.items():
        if outcome.result is Result.SENT:
            out.print(f"{key}: sent (message {outcome.message_id})", markup=False)
        else:
            out.print(f"{key}: failed: {outcome.result.value}: {outcome.detail}", markup=False, soft_wrap=True)
    if any(outcome.result is not Result.SENT for outcome in results.values()):
        raise typer.Exit(1)


async def _try_token(settings: Settings, token: SecretStr) -> None:
    notifier = _notifier(settings, token)
    try:
        name = await notifier.bot_name()
    finally:
        await notifier.close()
    if isinstance(name, Outcome):
        raise Refused(f"Telegram: {name.result.value}: {name.detail}")
    out.print(
        f"The token is good: it is @{name}'s. No chat is paired yet. With 'rackwatch run' at work, open the chat of "
        f"@{name} in Telegram, press Start, then: rackwatch chats pair CODE --operator",
        markup=False,
        soft_wrap=True,
    )


def _notifier(settings: Settings, token: SecretStr) -> TelegramNotifier:
    from bot.telegram_door.notifier import TelegramNotifier  # noqa: PLC0415 - other commands start without it, half a second sooner

    return TelegramNotifier(
        token=token.get_secret_value(),
        base_url=settings.config.telegram.base_url,
        timeout=settings.config.telegram.timeout.total_seconds(),
    )


async def _send(
    settings: Settings, token: SecretStr, chats: Mapping[str, Chat], store: Store | None
) -> dict[str, Outcome]:
    notifier = _notifier(settings, token)
    results = {}
    try:
        known = store.outbox.chats() if store is not None else {}
        for key, chat in chats.items():
            state = known.get(key)
            results[key] = await notifier.deliver(
                Delivery(
                    chat=key,
                    chat_id=(state.migrated_id if state else None) or str(chat.id),
                    text="<b>rackwatch</b>: this is a test message. Alerts will look better.",
                    html=True,
                    message_id=None,
                    answers=None,
                    alert=None,
                    thread=chat.thread,
                    preview=False,
                    silent=chat.silent,
                )
            )
            if store is not None and state is not None and results[key].result is Result.SENT:
                store.outbox.unpause(key)
    finally:
        await notifier.close()
    return results
