"""The sources of rackwatch.yaml, what the database knows of them, and which one stands for an address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Annotated

import typer

from bot.cli.context import existing_store
from bot.errors import Refused
from bot.settings import Settings, Source
from bot.sources.importing import address_key, own_addresses
from bot.sources.origins import Origin, origin_of
from rules.problems import nearest
from storage import Store, open_store
from storage.errors import StorageError
from storage.records import SourceStatus

Key = Annotated[str, typer.Argument(metavar="SOURCE", help="Key of the source.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def named(settings: Settings, key: str) -> Source:
    """The source with this key. Raises Refused with the nearest one."""
    keys = [source.key for source in settings.config.sources]
    if key not in keys:
        near = nearest(key, keys)
        raise Refused(
            f"no source named {key}" + (f" (did you mean '{near}'?)" if near else "; see 'rackwatch sources list'")
        )
    return settings.config.sources[keys.index(key)]


def tagged(settings: Settings, tags: Iterable[str]) -> list[Source]:
    """The sources with at least one of these tags, in the file's order. Raises Refused for a tag that none has."""
    known = {tag for source in settings.config.sources for tag in source.tags}
    for tag in tags:
        if tag not in known:
            near = nearest(tag, known)
            raise Refused(f"no source has the tag {tag}" + (f" (did you mean '{near}'?)" if near else ""))
    return [source for source in settings.config.sources if set(source.tags) & set(tags)]


def states_of(settings: Settings) -> dict[str, SourceStatus]:
    """What the database knows, by key; nothing before the first poll.

    Raises StorageError, and Refused when the database wants an upgrade first.
    """
    with open_store(settings.storage_url) as store:
        if not store.database.path.exists():
            return {}
    with existing_store(settings) as store:
        return {state.key: state for state in store.sources.status()}


@contextmanager
def store_if_usable(settings: Settings) -> Iterator[Store | None]:
    """The database where there is a current one, else None: for what is done beside the point, or not at all."""
    with ExitStack() as stack:
        store: Store | None = None
        with suppress(StorageError, Refused):
            store = stack.enter_context(existing_store(settings))
        yield store


def holders_of_addresses(settings: Settings) -> dict[str, str]:
    """Whose address it is: `address_key` → the source's key, also for addresses that sources have moved to."""
    return {**moved_addresses(settings), **own_addresses(settings)}


def moved_addresses(settings: Settings) -> dict[str, str]:
    """Where sources have moved to: `address_key` → key."""
    return {address_key(url): key for key, url in effective_urls(settings).items()}


def effective_urls(settings: Settings) -> dict[str, str]:
    """Addresses that are asked instead of those in rackwatch.yaml, by key."""
    try:
        states = states_of(settings)
    except (StorageError, Refused):
        return {}
    return {key: state.health.effective_url for key, state in states.items() if state.health.effective_url}


def origin_in(settings: Settings, source: Source) -> Origin:
    return origin_of(source, settings.config.services)
