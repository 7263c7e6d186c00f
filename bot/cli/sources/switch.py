"""`sources pause`, `resume` and `remove`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.context import state_of
from bot.cli.output import out, short_path
from bot.cli.sources.asking import confirm, someone_is_there
from bot.cli.sources.configured import Key, Yes, named, store_if_usable, tagged
from bot.clock import utc_now
from bot.edit_config import remove_source, set_paused
from bot.errors import Refused
from bot.settings import Settings

Keys = Annotated[list[str] | None, typer.Argument(metavar="SOURCE...", help="Keys of the sources.")]
Tag = Annotated[list[str] | None, typer.Option(help="All sources with this tag; may be repeated.")]


def register(group: typer.Typer) -> None:
    group.command()(pause)
    group.command()(resume)
    group.command()(remove)


def pause(context: typer.Context, keys: Keys = None, tag: Tag = None) -> None:
    """Stop polling sources: sets 'paused: true' in rackwatch.yaml."""
    settings = state_of(context).settings()
    wanted = _wanted(settings, keys, tag)
    changed = set_paused(settings.config_file, wanted, paused=True)
    for key in wanted:
        out.print(f"{key} is paused" if key in changed else f"{key} was paused already", markup=False)


def resume(context: typer.Context, keys: Keys = None, tag: Tag = None) -> None:
    """Poll paused sources again, also those that are not asked any more because they were gone."""
    settings = state_of(context).settings()
    wanted = _wanted(settings, keys, tag)
    changed = set_paused(settings.config_file, wanted, paused=False)
    with store_if_usable(settings) as store:
        revived = [key for key in wanted if store is not None and store.sources.enable(key, now=utc_now())]
    for key in wanted:
        if key in revived:
            out.print(f"{key} is active: it had been given up as gone, and is asked again", markup=False)
        else:
            out.print(f"{key} is active" if key in changed else f"{key} was active already", markup=False)


def remove(context: typer.Context, key: Key, yes: Yes = False) -> None:
    """Take a source out of rackwatch.yaml; its entries stay in the archive."""
    settings = state_of(context).settings()
    source = named(settings, key)
    if not yes and not someone_is_there():
        raise Refused(f"there is nobody to ask; to remove {key}, say --yes")
    with store_if_usable(settings) as store:
        entries = sum(state.entries for state in store.sources.status() if state.key == key) if store else 0
    if not yes and not confirm(f"Remove {key} ({source.title or 'no title'}) from rackwatch.yaml?", default=False):
        raise Refused("nothing was changed")
    remove_source(settings.config_file, key)
    kept = f"; its {'entry stays' if entries == 1 else f'{entries:,} entries stay'} in the archive" if entries else ""
    old = short_path(f"{settings.config_file}.bak")
    out.print(f"{key} is removed{kept}. {old} is the file as it was", markup=False, soft_wrap=True)


def _wanted(settings: Settings, keys: list[str] | None, tags: list[str] | None) -> list[str]:
    """Keys, checked, each once: those named, then those with one of the tags."""
    if not keys and not tags:
        raise Refused("name a source, or --tag TAG; 'rackwatch sources list' shows them")
    tagged_keys = [source.key for source in tagged(settings, tags)] if tags else []
    return list(dict.fromkeys([*(named(settings, key).key for key in keys or ()), *tagged_keys]))
