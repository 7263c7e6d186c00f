"""A loopback web server and a rackwatch on it, both in this process, with a clock that only the test moves."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console

from bot.app import App
from bot.demo.feed_formats import Channel, Item
from bot.demo.feed_server import FeedShelf, Reply
from bot.demo.loopback import Connection, HttpAnswer, HttpRequest, listen, serve
from bot.page_report import PageReport
from bot.poll_report import PollReport
from bot.settings import load_settings
from tests.world import Folder

START = datetime(2026, 8, 3, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SITE = Channel(title="A site", home="https://site.example/", language="en")


def item(name: str, title: str, text: str = "", *, link: str = "", at: datetime = START - timedelta(days=1)) -> Item:
    """An article; `name` makes its address where no `link` is given."""
    link = link or f"https://site.example/{name}"
    return Item(guid=link, link=link, title=title, paragraphs=(text,), author="", published=at, updated=at)


class Web:
    """What is published where; a POST is answered too, always in full. `requests` are all, as they came."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []
        self._shelf = FeedShelf()
        self._socket = listen("127.0.0.1", 0)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def publish(self, path: str, body: bytes | str, content_type: str = "text/xml", *, status: int = 200) -> None:
        content = body if isinstance(body, bytes) else body.encode()
        self._shelf.publish({path: Reply(status=status, body=content, content_type=content_type)}, datetime.now(UTC))

    def asked(self, path: str) -> list[HttpRequest]:
        return [request for request in self.requests if request.path == path]

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        serving = asyncio.create_task(serve(self._socket, self._handle, stop))
        try:
            yield
        finally:
            stop.set()
            await serving

    async def _handle(self, request: HttpRequest, _connection: Connection) -> HttpAnswer:
        self.requests.append(request)
        if request.method == "POST":
            request = replace(request, method="GET", headers={})
        return self._shelf.answer(request, datetime.now(UTC))


@dataclass(slots=True)
class Watch:
    """A working folder's App; stories end at once, so that the sources of one test do not confirm each other."""

    folder: Folder
    app: App
    now: datetime = START
    reports: dict[str, list[PollReport]] = field(default_factory=dict)

    async def look(self) -> None:
        """Look at every source, one after the other, five minutes apart."""
        for source in self.app.store.sources.named():
            self.now += 5 * MINUTE
            (report,) = await self.app.poll_many([source])
            self.reports.setdefault(report.source, []).append(report)

    async def read_pages(self) -> dict[str, PageReport]:
        """Read the articles' pages that are due, one after the other, a minute apart; one report a source."""
        reports = {}
        for page in self.app.store.pages.due(now=self.now):
            self.now += MINUTE
            (report,) = await self.app.read_pages([page])
            reports[report.source] = report
        return reports

    def alerts(self) -> dict[str, list[dict[str, Any]]]:
        """What every publisher's alerts say, the oldest first."""
        told: dict[str, list[dict[str, Any]]] = {}
        for alert in reversed(self.app.store.outbox.alerts(limit=1000)):
            told.setdefault(alert.content["reports"][0]["publisher"], []).append(dict(alert.content))
        return told


@contextlib.asynccontextmanager
async def watching(folder: Folder, web: Web, **sections: Any) -> AsyncIterator[Watch]:
    """`sections` are those of rackwatch.yaml."""
    folder.configure(**{"alerts": {"story_window": "0s"}, "parser": {"processes": 1}} | sections)
    async with web.open():
        settings = load_settings(folder.path, environment={})
        app = App(settings, console=Console(file=io.StringIO()), role="poll", clock=lambda: watch.now)
        watch = Watch(folder=folder, app=app)
        async with app:
            yield watch
