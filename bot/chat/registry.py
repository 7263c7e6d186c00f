"""Every command, button and kind of file, in one table: what it needs, what it is for, what runs.

A test walks this table with the shapes of updates that must have no effect (tests/chat/).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from bot.alerts.keyboard import Keyboard
from bot.alerts.words import LANGUAGES
from bot.audience import zone_of
from bot.charts.chart import Chart
from bot.charts.painter import NotDrawn
from bot.chat.authority import Needs
from bot.chat.incoming import Incoming, Kind, NoFile
from bot.chat.say import Edit, Photo, Say, Send
from bot.chat.words import Words
from bot.settings import Chat, Settings
from bot.voices.publishers import Owners
from rules import RuleSet
from storage import Store
from storage.records import Request

_T = TypeVar("_T")


class Room(Protocol):
    """What handlers work with: the program around the conversation."""

    @property
    def settings(self) -> Settings: ...
    @property
    def store(self) -> Store: ...
    @property
    def rules(self) -> RuleSet: ...
    @property
    def owners(self) -> Owners: ...
    def now(self) -> datetime: ...
    async def read(self, function: Callable[..., _T], *arguments: Any, **keywords: Any) -> _T: ...
    async def write(self, function: Callable[..., _T], *arguments: Any, **keywords: Any) -> _T: ...
    async def download(self, file_id: str, *, most: int) -> bytes | NoFile:
        """A file that a person sent, at most so many bytes; or why there is none."""

    async def follow_people(self) -> None:
        """What people changed is in force when this returns."""

    async def draw(self, chart: Chart) -> bytes | NotDrawn:
        """The chart as a PNG."""

    def wake(self) -> None:
        """Something may leave the outbox now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One authorised request. `chat` is the chat's key; empty for a stranger, who has no role either."""

    incoming: Incoming
    room: Room
    chat: str
    role: Needs
    words: Words

    @property
    def configured(self) -> Chat:
        return self.room.settings.chats[self.chat]

    @property
    def zone(self) -> ZoneInfo:
        settings = self.room.settings
        return zone_of(settings.chats[self.chat], settings) if self.chat else ZoneInfo(settings.config.timezone)

    def day(self, moment: datetime) -> str:
        """A day with its time, as alerts say it in this chat."""
        return LANGUAGES[self.words.language].time(moment.isoformat(), self.zone)

    @property
    def by(self) -> str:
        """Who asks, as it is written down."""
        return f"{self.incoming.user_name} ({self.incoming.user_id})".strip()

    @property
    def request(self) -> Request:
        """By this the database knows what it did already, where an update comes again after a kill."""
        return Request(chat=self.chat, update=self.incoming.update_id)

    @property
    def _reply_to(self) -> int | None:
        """In a group an answer is a reply to the request, and so is what a button answers anywhere."""
        incoming = self.incoming
        if incoming.chat_type == "private" and incoming.kind is not Kind.PRESS:
            return None
        return incoming.message_id or None

    def answer(self, html: str, keyboard: Keyboard = ()) -> list[Say]:
        """A message to where the request came from; in a group, and for a button, as a reply to it."""
        incoming, reply = self.incoming, self._reply_to
        return [
            Send(chat_id=incoming.chat_id, html=html, keyboard=keyboard, thread=incoming.thread, reply_to=reply),
        ]

    def answer_with_picture(self, png: bytes, caption: str, *, instead: str) -> list[Say]:
        """As `answer`, with a picture; `instead` is a text for chats that take no pictures."""
        incoming, reply = self.incoming, self._reply_to
        return [
            Photo(
                chat_id=incoming.chat_id,
                png=png,
                html=caption,
                instead=instead,
                thread=incoming.thread,
                reply_to=reply,
            ),
        ]

    def replace(self, html: str, keyboard: Keyboard = ()) -> list[Say]:
        """The message whose button was pressed, written anew; a new one where it can no longer be written to."""
        if not self.incoming.message_id:
            return self.answer(html, keyboard)
        return [Edit(chat_id=self.incoming.chat_id, message_id=self.incoming.message_id, html=html, keyboard=keyboard)]


Run = Callable[[Call], Awaitable[Sequence[Say]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """A command; `help` says what it is for, by language, `usage` what stands behind it."""

    name: str
    needs: Needs
    help: Mapping[str, str]
    run: Run
    usage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Buttons whose data begins with `prefix` and a colon. `toast` is shown at once, by language, before the work."""

    prefix: str
    needs: Needs
    run: Run
    toast: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """Files that people send, by the end of their names (`.opml`, small letters); `help` says what sending one does."""

    name: str
    endings: tuple[str, ...]
    needs: Needs
    help: Mapping[str, str]
    run: Run


AnyHandler = Handler | Button | FileKind


def name_of(found: AnyHandler) -> str:
    """What the log calls it."""
    return found.prefix if isinstance(found, Button) else found.name


@dataclass(frozen=True, slots=True)
class Registry:
    """The table. Raises ValueError where a name stands twice."""

    commands: Mapping[str, Handler]
    buttons: Mapping[str, Button]
    files: Mapping[str, FileKind]

    @classmethod
    def of(
        cls, handlers: Sequence[Handler], buttons: Sequence[Button], file_kinds: Sequence[FileKind] = ()
    ) -> Registry:
        commands = {handler.name: handler for handler in handlers}
        prefixes = {button.prefix: button for button in buttons}
        endings = [(ending, kind) for kind in file_kinds for ending in kind.endings]
        files = dict(endings)
        if len(commands) < len(handlers) or len(prefixes) < len(buttons) or len(files) < len(endings):
            raise ValueError("a command, a button or an ending of files is registered twice")
        return cls(commands, prefixes, files)

    def find(self, incoming: Incoming) -> AnyHandler | None:
        """What answers it; None where nothing does."""
        if incoming.kind is Kind.COMMAND:
            return self.commands.get(incoming.command)
        if incoming.kind is Kind.PRESS:
            return self.buttons.get(incoming.data.partition(":")[0])
        if incoming.kind is Kind.DOCUMENT and incoming.document is not None:
            return self.files.get(PurePosixPath(incoming.document.name.strip()).suffix.lower())
        return None
