"""A web server that answers exactly as its script says, and remembers every request as it came."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Self

from tests.world import rss

MAX_HEAD = 64 * 1024


@dataclass(slots=True, kw_only=True)
class Asked:
    """One request: when (virtual time; seconds of the monotonic clock until it was answered), and its bytes."""

    at: datetime
    arrived: float
    answered: float = 0.0
    method: str
    target: str
    host: str
    lines: tuple[str, ...]

    def all(self, name: str) -> list[str]:
        """The values of every header line of this name; latin-1, so that no byte is lost."""
        split = (line.partition(": ") for line in self.lines)
        return [value for key, _, value in split if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    @property
    def pair(self) -> tuple[str | None, str | None]:
        return self.header("If-None-Match"), self.header("If-Modified-Since")

    @property
    def unconditional(self) -> bool:
        return not any(line.lower().startswith("if-") for line in self.lines)


Answer = bytes | Callable[[Asked], bytes]


def say(status: int = 200, *lines: str, body: bytes = b"", version: str = "1.1") -> bytes:
    """An answer with these header lines and no other, but for the length; HTTP/1.0 ends by hanging up."""
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Odd"
    length = () if version == "1.0" or status == 304 else (f"Content-Length: {len(body)}",)
    head = "\r\n".join([f"HTTP/{version} {status} {phrase}", *lines, *length, "", ""])
    return head.encode("latin-1") + body


def feed(*guids: str, **more: str) -> bytes:
    """A feed with these items; nothing in it is of interest to any rule. `more` goes into every item."""
    return rss(*({"guid": guid, "title": f"A quiet day ({guid})"} | more for guid in guids or ("0",))).encode()


NOT_MODIFIED = say(304)
HTML = b"<!doctype html><title>A page</title><p>No feed here."


class ScriptedServer:
    """Listens on 127.0.0.1; each target has a script whose last answer is repeated for ever."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.requests: list[Asked] = []
        self.slowness = 0.0
        """Seconds that every answer takes."""
        self.came = asyncio.Event()
        """Set by every request, cleared by who waits for one."""
        self._clock = clock
        self._scripts: dict[str, list[Answer]] = {}
        self._open: set[asyncio.BaseTransport] = set()
        self._server: asyncio.Server
        self._port = 0

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Conversation(self._answer, self._open), "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for transport in list(self._open):
            transport.close()
        await self._server.wait_closed()
        await asyncio.sleep(0)  # sockets close in the loop's next turn

    def url(self, target: str, *, host: str = "127.0.0.1") -> str:
        """The address; `localhost` is the same server as a public place: no name that `allow_hosts` lists."""
        return f"http://{host}:{self._port}{target}"

    def script(self, target: str, *answers: Answer) -> None:
        self._scripts[target] = list(answers)

    def asked(self, target: str) -> list[Asked]:
        return [one for one in self.requests if one.target == target]

    async def _answer(self, head: bytes) -> bytes:
        first, *lines = head.decode("latin-1").split("\r\n")
        method, _, rest = first.partition(" ")
        asked = Asked(
            at=self._clock(),
            arrived=time.monotonic(),
            method=method,
            target=rest.rpartition(" ")[0],
            host=next((line[6:] for line in lines if line.startswith("Host: ")), ""),
            lines=tuple(lines),
        )
        self.requests.append(asked)
        self.came.set()
        script = self._scripts.get(asked.target, [say(404)])
        answer = script.pop(0) if len(script) > 1 else script[0]
        if self.slowness:
            await asyncio.sleep(self.slowness)
        asked.answered = time.monotonic()
        return answer if isinstance(answer, bytes) else answer(asked)


@dataclass(slots=True)
class _Conversation(asyncio.Protocol):
    """One request, one answer, goodbye."""

    answer: Callable[[bytes], Any]
    open: set[asyncio.BaseTransport]
    head: bytearray = field(default_factory=bytearray)
    transport: asyncio.WriteTransport | None = None
    work: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport
        self.open.add(transport)

    def data_received(self, data: bytes) -> None:
        self.head += data
        assert len(self.head) < MAX_HEAD
        if self.work is None and b"\r\n\r\n" in self.head:
            self.work = asyncio.create_task(self._reply())

    async def _reply(self) -> None:
        answer = await self.answer(bytes(self.head).partition(b"\r\n\r\n")[0])
        assert self.transport is not None
        self.transport.write(answer)
        self.transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        assert self.transport is not None
        self.open.discard(self.transport)
