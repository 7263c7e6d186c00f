"""`chats test` and `telegram test`: one message to each chat, with the exact reason where it fails."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.alerts.deliver import Delivery
from bot.alerts.outcomes import Outcome, Result
from bot.alerts.to_console import ConsoleNotifier
from bot.audience import address_of
from bot.channels import Channels
from bot.cli.context import existing_store, state_of
from bot.cli.output import out
from bot.errors import Refused
from bot.event_loop import complete
from bot.people import with_people
from bot.settings import Chat, Settings
from rules.problems import nearest
from storage import Store

group = typer.Typer(help="Try the connection to Telegram.", no_args_is_help=True)

ELSEWHERE = frozenset({"telegram", "apprise"})
"""Kinds of chats that are reached over a network."""

ChatName = Annotated[str | None, typer.Argument(metavar="[CHAT]", help="The chat's name; default: all.")]


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="telegram")


@group.callback()
def _group() -> None:
    """Try the connection to Telegram."""


@group.command("test")
def try_telegram(context: typer.Context, chat: ChatName = None) -> None:
    """Send one test message to each Telegram chat; a paused one that answers is resumed. Without one, try the token."""
    _try(state_of(context).settings(), chat, {"telegram"}, "Telegram chat")


def try_chats(context: typer.Context, chat: ChatName = None) -> None:
    """Send one test message to each chat, whatever its kind; a paused chat that answers is resumed."""
    _try(state_of(context).settings(), chat, ELSEWHERE, "chat to test")


def _try(settings: Settings, chat: str | None, kinds: Collection[str], what: str) -> None:
    with contextlib.ExitStack() as stack:
        store = None
        if Path(settings.storage_url.removeprefix("sqlite:///")).exists():
            store = stack.enter_context(existing_store(settings))
            settings = with_people(settings, store.people.known())
        chats = {key: one for key, one in settings.chats.items() if one.kind in kinds}
        if chat is not None and chat not in chats:
            near = nearest(chat, chats)
            raise Refused(f"no {what} named '{chat}'" + (f" (did you mean '{near}'?)" if near else ""))
        if settings.token is None and not chats:
            other = "" if "apprise" not in kinds else ", or write a chat of kind apprise (docs/configuration.md)"
            raise Refused(
                f"there is no {what}, and no token: ask @BotFather for one and write it into .env "
                f"(docs/telegram.md){other}"
            )
        if not chats:
            complete(_try_token(settings))
            return
        results = complete(_send(settings, chats if chat is None else {chat: chats[chat]}, store))
    for key, outcome in results.items():
        if outcome.result is Result.SENT:
            number = f" (message {outcome.message_id})" if outcome.message_id else ""
            out.print(f"{key}: sent{number}", markup=False)
        else:
            out.print(f"{key}: failed: {outcome.result.value}: {outcome.detail}", markup=False, soft_wrap=True)
    if any(outcome.result is not Result.SENT for outcome in results.values()):
        raise typer.Exit(1)


async def _try_token(settings: Settings) -> None:
    channels = Channels(ConsoleNotifier(Console()))
    try:
        name = await channels.at_telegram(settings).bot_name()
    finally:
        await channels.close()
    if isinstance(name, Outcome):
        raise Refused(f"Telegram: {name.result.value}: {name.detail}")
    out.print(
        f"The token is good: it is @{name}'s. No chat is paired yet. With 'rackwatch run' at work, open the chat of "
        f"@{name} in Telegram, press Start, then: rackwatch chats pair CODE --operator",
        markup=False,
        soft_wrap=True,
    )


async def _send(settings: Settings, chats: Mapping[str, Chat], store: Store | None) -> dict[str, Outcome]:
    channels = Channels(ConsoleNotifier(Console()))
    results = {}
    try:
        known = store.outbox.chats() if store is not None else {}
        for key, chat in chats.items():
            state = known.get(key)
            results[key] = await channels.notifier(key, chat, settings).deliver(
                Delivery(
                    chat=key,
                    chat_id=(state.migrated_id if state else None) or address_of(chat),
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
        await channels.close()
    return results
