"""`explain story` and `explain publisher`: why articles belong together, and who speaks at an address."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot.cli.context import state_of
from bot.cli.output import out, print_json
from bot.cli.stories.lists import show
from bot.errors import Refused

group = typer.Typer(help="Why things are as they are.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Why things are as they are."""


group.command("story")(show)


@group.command()
def publisher(
    context: typer.Context,
    asked: Annotated[str, typer.Argument(metavar="ADDRESS", help="A web address, a host, or an outlet's name.")],
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Who speaks at an address, or under a name, and all that is one voice with it."""
    from bot.publishers_file import PUBLISHERS_NAME, load_owners  # noqa: PLC0415 - 'explain story' starts without it
    from bot.voices.publishers import speaker  # noqa: PLC0415 - the same

    owners = state_of(context).owners()
    host = _host(asked)
    owner = owners.of_host(host) if host else owners.of_name(asked)
    if owner is None and not host:
        raise Refused(f"no owner and no outlet of the table is called '{asked}'; write a host, such as example.org")
    voice = speaker(publisher="", host=host, title="", text="", owners=owners) if host else None
    name = owner.name if owner is not None else voice.name if voice is not None else asked
    key = owner.key if owner is not None else voice.key if voice is not None else ""
    why = f"the name {asked}" if voice is None else voice.why
    if owner is None and owners.platform(host) is not None:
        why = f"a platform: each author of {host} is a voice of their own"
    elif owner is None:
        why += ", which no owner of the table has: a voice of its own"
    kinds = {"agency": owner.agency, "official": owner.official, "aggregator": owner.aggregator} if owner else {}
    kind = next((word for word, is_so in kinds.items() if is_so), None)
    yours = owner is not None and owner != load_owners(None).get(owner.key)
    if json:
        hosts, names = (list(owner.hosts), list(owner.aliases)) if owner is not None else ([], [])
        print_json({"key": key, "name": name, "why": why, "kind": kind, "yours": yours, "hosts": hosts, "names": names})
        return
    out.print(f"{name} ({key})" + (f", {kind}" if kind else ""), style="bold", markup=False, soft_wrap=True)
    out.print(f"why: {why}", markup=False, soft_wrap=True)
    if owner is not None:
        out.print(f"table: {f'your {PUBLISHERS_NAME}' if yours else 'as shipped'}", markup=False)
        out.print(f"hosts: {', '.join(owner.hosts)}", markup=False, soft_wrap=True)
        out.print(f"names: {', '.join(owner.aliases) or '–'}", markup=False, soft_wrap=True)


def _host(asked: str) -> str:
    """The host of what a person typed; empty where it is a name."""
    if " " in asked.strip() or "." not in asked:
        return ""
    try:
        return urlsplit(asked if "://" in asked else f"https://{asked}").hostname or ""
    except ValueError:
        return ""


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="explain")
