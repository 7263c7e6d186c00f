"""`chats`: who gets alerts, where each value comes from, and who is let in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from bot.cli.connection_test import try_chats
from bot.cli.context import existing_store, state_of, zone_of
from bot.cli.output import out, print_json, table, when
from bot.clock import utc_now
from bot.errors import Refused
from bot.pairing import let_in, refuse_other_operator
from bot.people import FIXED, origins, with_people
from bot.setting_types import MAX_KEY
from bot.settings import CONSOLE, Chat, Settings
from rules.problems import did_you_mean
from storage.records import ChatState, KnownPeople

group = typer.Typer(help="Who gets alerts, what is set where, and who is let in.")

BY_COMMAND = "the command line"


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="chats")


group.command("test")(try_chats)

ChatKey = Annotated[str, typer.Argument(metavar="KEY", help="The chat's name.")]


@group.callback(invoke_without_command=True)
def list_chats(
    context: typer.Context, json: Annotated[bool, typer.Option("--json", help="For programs.")] = False
) -> None:
    """Every chat with its settings, and where each comes from: file, chat (set in Telegram), paired, default."""
    if context.invoked_subcommand is not None:
        return
    settings = state_of(context).settings()
    with existing_store(settings) as store:
        people, states = store.people.known(), store.outbox.chats()
    settings = with_people(settings, people)
    if json:
        print_json([_as_json(settings, key, people, states.get(key)) for key in settings.chats])
        return
    zone, now = zone_of(settings), utc_now()
    for key, chat in settings.chats.items():
        mark = " (operator)" if key == settings.operator_chat else ""
        rows = [
            (name, _shown(getattr(chat, name)), origin)
            for name, origin in origins(settings, key).items()
            if origin != "default" or name not in FIXED
        ]
        if muted := _muted(states.get(key), now):
            rows.append(("muted until", when(muted, zone), "chat"))
        if one := next((one for one in people.paired if one.chat == key), None):
            rows.append(("paired", f"{one.name}, {when(one.paired_at, zone)}, by {one.paired_by}", "paired"))
        out.print(table("setting", "value", "from", rows=rows, title=f"{key}{mark}"))
        out.print()


@group.command()
def pair(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="What the bot answered to /start.")],
    key: Annotated[str | None, typer.Option(help="Name for the chat; default: made from the person's.")] = None,
    operator: Annotated[
        bool, typer.Option("--operator", help="It is yours: it is told of trouble, and may do everything.")
    ] = False,
) -> None:
    """Let a private chat in by the code that it was told: it gets alerts and may ask."""
    if key is not None and (not key.replace("-", "").replace("_", "").replace(".", "").isalnum() or not key.islower()):
        raise Refused(f"--key: {key!r} is not a key; use lower-case letters, digits, '-', '_' and '.'")
    if key is not None and len(key) > MAX_KEY:
        raise Refused(f"--key: a key has at most {MAX_KEY} characters")
    settings = state_of(context).settings()
    with existing_store(settings) as store:
        settings = with_people(settings, store.people.known())
        done = let_in(store, settings, code, key=key, operator=operator, by=BY_COMMAND, now=utc_now())
        settings = with_people(settings, store.people.known())
        running = store.database.holder() is not None
    follow = "" if running else "; it hears of it with the next 'rackwatch run'"
    role = ", the operator chat," if operator else ""
    out.print(
        f"{done.name or done.chat_id} is the chat '{done.chat}'{role} from now on{follow}", markup=False, soft_wrap=True
    )
    if settings.console_stands_in:
        out.print(
            f"Trouble is told on the console still. Is it your own chat? rackwatch chats operator {done.chat}",
            markup=False,
            soft_wrap=True,
        )


@group.command()
def operator(context: typer.Context, key: ChatKey) -> None:
    """Make a chat the operator's: it is told of trouble, and its people may do everything there."""
    settings = state_of(context).settings()
    refuse_other_operator(settings)
    with existing_store(settings) as store:
        if key != CONSOLE or settings.config.chats:
            _known(with_people(settings, store.people.known()), key)
        store.people.make_operator(key)
    out.print(f"'{key}' is the operator chat from now on", markup=False)


@group.command()
def reset(
    context: typer.Context,
    key: ChatKey,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The setting; default: all.")] = None,
) -> None:
    """Drop what was set in Telegram: what rackwatch.yaml says counts again."""
    settings = state_of(context).settings()
    if name is not None and name not in Chat.model_fields:
        near = did_you_mean(name, list(Chat.model_fields))
        raise Refused(f"a chat has no setting '{name}'" + (f" ({near})" if near else ""))
    with existing_store(settings) as store:
        _known(with_people(settings, store.people.known()), key)
        count = store.people.drop_overrides(key, None if name is None else [name])
    out.print(f"{count} settings of '{key}' dropped" if count else f"nothing of that was set in '{key}'", markup=False)


@group.command()
def remove(context: typer.Context, key: ChatKey) -> None:
    """Let a paired chat out again: it gets nothing more, and may ask nothing."""
    settings = state_of(context).settings()
    if key in settings.config.chats:
        raise Refused(f"'{key}' stands in rackwatch.yaml; take it out there")
    with existing_store(settings) as store:
        _known(with_people(settings, store.people.known()), key)
        store.people.remove(key)
    out.print(f"'{key}' is out", markup=False)


def _known(settings: Settings, key: str) -> None:
    if key not in settings.chats:
        near = did_you_mean(key, list(settings.chats))
        raise Refused(f"no chat '{key}'" + (f" ({near})" if near else "; 'rackwatch chats' lists them"))


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value) or "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)


def _muted(state: ChatState | None, now: datetime) -> datetime | None:
    until = state.muted_until if state is not None else None
    return until if until is not None and until > now else None


def _as_json(settings: Settings, key: str, people: KnownPeople, state: ChatState | None) -> dict[str, Any]:
    chat = settings.chats[key]
    paired = next((one for one in people.paired if one.chat == key), None)
    return {
        "key": key,
        "operator": key == settings.operator_chat,
        "settings": {
            name: {"value": getattr(chat, name), "from": origin} for name, origin in origins(settings, key).items()
        },
        "muted_until": _muted(state, utc_now()),
        "paired": None if paired is None else {"name": paired.name, "at": paired.paired_at, "by": paired.paired_by},
    }
