"""A feed server with state, on loopback: it serves what was published, and remembers who asked.

`FeedShelf` is the state and the decision (a full answer, a 304, a 404); `FeedServer` puts a shelf behind
a port, in a thread of its own.
"""

import asyncio
import gzip
import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from types import TracebackType
from typing import Self

from bot.demo.loopback import Connection, HttpAnswer, HttpRequest, listen, serve


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a path serves from now on. A 200 carries validators unless they are switched off here."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/rss+xml; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: bool = True
    last_modified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it was answered; `conditional` says that it carried a validator. `at` is UTC."""

    path: str
    status_answered: int
    conditional: bool
    user_agent: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Published:
    reply: Reply
    etag: str
    modified: datetime

    def validators(self) -> dict[str, str]:
        headers = {}
        if self.reply.status == 200 and self.reply.etag:
            headers["ETag"] = self.etag
        if self.reply.status == 200 and self.reply.last_modified:
            headers["Last-Modified"] = format_datetime(self.modified, usegmt=True)
        return headers


class FeedShelf:
    """What each path serves, and who asked for it. Several threads may use it at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._published: dict[str, _Published] = {}
        self._requests: list[Request] = []

    @property
    def requests(self) -> list[Request]:
        """Every request so far, oldest first (a copy)."""
        with self._lock:
            return list(self._requests)

    def publish(self, replies: Mapping[str, Reply], now: datetime) -> None:
        """Replace what these paths serve, all of them at once; publishing the same again changes nothing."""
        with self._lock:
            for path, reply in replies.items():
                before = self._published.get(path)
                if before is None or before.reply != reply:
                    self._published[path] = _Published(
                        reply=reply, etag=_etag(reply.body), modified=_modified_after(before, now)
                    )

    def answer(self, request: HttpRequest, now: datetime) -> HttpAnswer:
        """The answer for this request, by what is published now; the request is remembered."""
        with self._lock:
            answer = _answer(self._published.get(request.path), request)
            self._requests.append(
                Request(
                    path=request.path,
                    status_answered=answer.status,
                    conditional=not request.headers.keys().isdisjoint({"if-none-match", "if-modified-since"}),
                    user_agent=request.headers.get("user-agent", ""),
                    at=now,
                )
            )
        return answer


class FeedServer:
    """A shelf of feeds behind a loopback port. `start` raises OSError when the port is in use."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._host = host
        self._port = port
        self._shelf = FeedShelf()
        self._running: _Running | None = None

    def start(self) -> None:
        """Listen; from here on requests are answered. A running server is left as it is."""
        if self._running is None:
            self._running = _Running(self._host, self._port, self._shelf)

    def stop(self) -> None:
        """Cut every connection and free the port. Stopping twice is harmless."""
        if self._running is not None:
            self._running.end()
            self._running = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """Such as http://127.0.0.1:41234, without a slash at its end. Raises RuntimeError before `start`."""
        if self._running is None:
            raise RuntimeError("the feed server is not running: call start() first")
        return f"http://{self._host}:{self._running.port}"

    def url(self, path: str) -> str:
        return f"{self.base_url}/{path.removeprefix('/')}"

    def publish(self, path: str, reply: Reply) -> None:
        """Replace what one path serves."""
        self.publish_all({path: reply})

    def publish_all(self, replies: Mapping[str, Reply]) -> None:
        """Replace what several paths serve, in one step: no request sees half of a round."""
        self._shelf.publish(replies, datetime.now(UTC))

    @property
    def requests(self) -> list[Request]:
        """Every request so far, oldest first (a copy)."""
        return self._shelf.requests


class _Running:
    """The thread, its event loop and the listening socket of a server that was started."""

    def __init__(self, host: str, port: int, shelf: FeedShelf) -> None:
        self._socket = listen(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._shelf = shelf
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feed-server", daemon=True)
        self._thread.start()
        self._ready.wait()

    def end(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()
        await serve(self._socket, self._handle, self._stop)

    async def _handle(self, request: HttpRequest, _connection: Connection) -> HttpAnswer:
        return self._shelf.answer(request, datetime.now(UTC))


def _etag(body: bytes) -> str:
    # Weak, because the same tag stands for the plain and the gzip form (RFC 9110, 8.8.1 and 8.8.3).
    return f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'


def _modified_after(before: _Published | None, now: datetime) -> datetime:
    """HTTP dates have whole seconds: two publications in one second must still be told apart."""
    now = now.replace(microsecond=0)
    return now if before is None else max(now, before.modified + timedelta(seconds=1))


def _answer(published: _Published | None, request: HttpRequest) -> HttpAnswer:
    if request.method not in {"GET", "HEAD"}:
        return HttpAnswer(status=405, headers={"Allow": "GET, HEAD"})
    if published is None:
        return HttpAnswer(status=404, headers={"Content-Type": "text/plain"}, body=b"nothing was published here\n")
    headers = {"Vary": "Accept-Encoding", **published.validators()}
    if _is_current(published, request.headers):
        return HttpAnswer(status=304, headers=headers)
    headers["Content-Type"] = published.reply.content_type
    body = published.reply.body
    if body and _accepts_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, mtime=0)
    return HttpAnswer(status=published.reply.status, headers={**headers, **published.reply.headers}, body=body)


def _is_current(published: _Published, headers: Mapping[str, str]) -> bool:
    """Whether the client holds what is published. If-None-Match decides alone (RFC 9110, 13.2.2)."""
    validators = published.validators()
    if (tags := headers.get("if-none-match")) is not None:
        held = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "ETag" in validators and (published.etag.removeprefix("W/") in held or "*" in held)
    if "Last-Modified" not in validators or (since := headers.get("if-modified-since")) is None:
        return False
    try:
        return parsedate_to_datetime(since) >= published.modified
    except (ValueError, TypeError):  # no date, or one without a zone: as if it were not there
        return False


def _accepts_gzip(accept_encoding: str) -> bool:
    for coding in accept_encoding.lower().split(","):
        name, _, weight = coding.partition(";")
        if name.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
