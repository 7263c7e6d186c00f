"""A desk on a real database, without a service around it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.charts.chart import Chart
from bot.charts.painter import NotDrawn, Painter
from bot.chat.desk import Desk
from bot.chat.everything import REGISTRY
from bot.chat.incoming import Incoming, NoFile
from bot.chat.say import Say, Send
from bot.people import with_people
from bot.publishers_file import load_owners
from bot.settings import Settings, build_settings
from bot.telegram_door.reduce import reduce
from rules import RuleSet, load_texts
from rules.yaml_source import read_yaml
from storage import Store, migrate, open_store
from tests.chat.shapes import ADMIN, BOT_NAME, GROUP, ME, MEMBER
from tests.world import RULES, TOKEN

_T = TypeVar("_T")

MORE_RULES = RULES.replace("watch: data-centers", "watch: other-news").replace("Data centers", "Other <news>")

CONFIG = f"""\
operator_chat: me
chats:
  me: {{id: {ME}}}
  team: {{id: {GROUP}, allow: [{MEMBER}], admins: [{ADMIN}]}}
"""


class RoomOfTests:
    """What handlers work with; `at` is its clock, `files` what Telegram hands out, `fetched` what it was asked for."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.at = datetime(2026, 9, 1, 12, tzinfo=UTC)
        self.rules: RuleSet = load_texts({"a.yaml": RULES, "b.yaml": MORE_RULES})
        self.files: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self.owners = load_owners(None)
        self.painter = Painter()
        self._followed: int | None = None
        self.desk = Desk(self, REGISTRY)

    def now(self) -> datetime:
        return self.at

    async def read(self, function: Callable[..., _T], *arguments: Any, **keywords: Any) -> _T:
        return function(*arguments, **keywords)

    async def write(self, function: Callable[..., _T], *arguments: Any, **keywords: Any) -> _T:
        return function(*arguments, **keywords)

    async def download(self, file_id: str, *, most: int) -> bytes | NoFile:
        self.fetched.append(file_id)
        content = self.files.get(file_id)
        if content is None:
            return NoFile.NOT_FETCHED
        return content if len(content) <= most else NoFile.TOO_LARGE

    async def follow_people(self) -> None:
        if self._followed == (change := self.store.people.change()):
            return
        self._followed = change
        self.settings = with_people(self.settings, self.store.people.known())
        chats = {key: str(chat.id or "") for key, chat in self.settings.chats.items()}
        self.store.outbox.sync_chats(chats, now=self.at)

    async def draw(self, chart: Chart) -> bytes | NotDrawn:
        return await self.painter.draw(chart)

    def wake(self) -> None:
        """Nothing sleeps here."""

    # ── for tests ────────────────────────────────────────────────────────────────────────────────────────────────

    def sync(self) -> None:
        """What people changed by hand is in force."""
        asyncio.run(self.follow_people())

    def hear(self, update: Any) -> list[Say]:
        """What is answered to an update, as Telegram sent it."""
        return asyncio.run(self.desk.handle(reduce(update, bot_name=BOT_NAME)))

    def first(self, incoming: Incoming) -> Any:
        return asyncio.run(self.desk.first(incoming))

    def text(self, update: Any) -> str:
        """The one message that is answered."""
        (said,) = self.hear(update)
        assert isinstance(said, Send)
        return said.html

    def rows(self) -> list[str]:
        """Everything that the database holds."""
        connection = sqlite3.connect(self.store.database.path)
        try:
            return [line for line in connection.iterdump() if line.startswith("INSERT")]
        finally:
            connection.close()

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)


def settings_of(folder: Path, config: str) -> Settings:
    """What a rackwatch.yaml with this text says."""
    file = folder / "rackwatch.yaml"
    file.write_text(config)
    return build_settings(folder, read_yaml(file), {"RACKWATCH_TELEGRAM_TOKEN": TOKEN})


@contextmanager
def room(folder: Path, config: str = CONFIG) -> Iterator[RoomOfTests]:
    settings = settings_of(folder, config)
    with open_store(settings.storage_url) as store:
        migrate.upgrade(store.database, now=datetime(2026, 9, 1, tzinfo=UTC))
        made = RoomOfTests(store, settings)
        asyncio.run(made.follow_people())
        yield made
