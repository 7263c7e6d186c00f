"""What every command starts from: the folder, its settings, its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import typer

from bot.errors import FolderMissing, Refused
from bot.logs import redactor
from bot.settings import Settings, find_folder, load_settings

if TYPE_CHECKING:
    from bot.voices.publishers import Owners
    from storage import Store


@dataclass(frozen=True, slots=True)
class State:
    """The options before the command."""

    folder: Path | None
    debug: bool

    def settings(self) -> Settings:
        """Settings of the working folder.

        Raises FolderMissing and ConfigInvalid.
        """
        settings = load_settings(find_folder(self.folder))
        if settings.token is not None:
            redactor.learn([settings.token.get_secret_value()])
        return settings

    def owners(self) -> Owners:
        """The working folder's table of publishers; outside of one, the shipped table.

        Raises FolderMissing where a folder was named, and ConfigInvalid.
        """
        from bot.publishers_file import PUBLISHERS_NAME, load_owners  # noqa: PLC0415 - few commands ask for it

        try:
            return load_owners(find_folder(self.folder) / PUBLISHERS_NAME)
        except FolderMissing:
            if self.folder is not None:
                raise
            return load_owners(None)


def state_of(context: typer.Context) -> State:
    return cast("State", context.obj)


def zone_of(settings: Settings) -> ZoneInfo:
    return ZoneInfo(settings.config.timezone)


@contextmanager
def existing_store(settings: Settings) -> Iterator[Store]:
    """The database for a command beside, or without, a service. It is neither created nor upgraded.

    Raises DatabaseMissing, DatabaseTooNew, and Refused when it wants an upgrade first.
    """
    from storage import migrate, open_store  # noqa: PLC0415 - a third of a start, and not every command needs it

    with open_store(settings.storage_url) as store:
        store.database.require()
        current = migrate.refuse_newer(store.database)
        if current != migrate.newest_revision():
            raise Refused(
                f"{store.database.path} was written by an older rackwatch (revision {current or 'none'}); "
                "run 'rackwatch db upgrade', which backs it up first"
            )
        yield store
