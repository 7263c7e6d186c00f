"""A small HTTP/1.1 server for loopback: the demo's feeds and the tests' fakes stand on it.

It reads a request, asks one coroutine for the answer and writes it; connections are kept alive. It is
built to be ended at any moment without leaving a socket, a task or a warning behind, and to let a
handler misbehave on purpose: a handler may write to the connection itself and return None, which closes
it. It speaks neither TLS nor chunked requests, and is no server for strangers.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import urlsplit

MAX_HEAD = 64 * 1024
"""Bytes of request line and headers; the limit of asyncio's stream reader as well."""

MAX_BODY = 16 * 1024 * 1024
"""Bytes of a request's body: room for every test file, published as base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request, read completely. Header names are in lower case; `path` stands without its query."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """A complete answer. Date, Content-Length and Connection are added when it is written."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The client's connection, for handlers that keep it waiting or write to it themselves."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def left(self) -> None:
        """Return when the client has gone. (Clients that send the next request early are not met here.)"""
        with suppress(ConnectionError):
            await self.reader.read(1)

    async def write(self, data: bytes) -> None:
        """Write and wait until the client can take more. Raises ConnectionError when it has gone."""
        if self.writer.is_closing():
            raise ConnectionResetError
        self.writer.write(data)
        await self.writer.drain()
        await asyncio.sleep(0)  # drain returns at once while the socket takes more: let others have a turn


Handler = Callable[[HttpRequest, Connection], Awaitable[HttpAnswer | None]]
"""Answers a request; None closes the connection, whatever was written to it or not."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises OSError when the address is taken."""
    return socket.create_server((host, port), backlog=128)


async def serve(listening: socket.socket, handler: Handler, until: asyncio.Event) -> None:
    """Serve until the event is set, then cut every connection and close the listening socket."""
    loop = asyncio.get_running_loop()
    open_sockets: dict[asyncio.Task[None], socket.socket] = {}

    def ended(task: asyncio.Task[None]) -> None:
        open_sockets.pop(task).close()
        if not task.cancelled():
            task.result()  # a mistake in a handler shall be seen

    def accept() -> None:
        # Not asyncio.start_server: stopped while a client connects, it leaves that client's socket open
        # and complains on stderr (Python 3.11). Here no step lies between accepting and registering.
        with suppress(BlockingIOError, ConnectionAbortedError):
            client, _ = listening.accept()
            client.setblocking(False)
            task = loop.create_task(_converse(client, handler))
            open_sockets[task] = client
            task.add_done_callback(ended)

    listening.setblocking(False)
    loop.add_reader(listening, accept)
    try:
        await until.wait()
    finally:
        loop.remove_reader(listening)
        listening.close()
        for task in list(open_sockets):
            task.cancel()
        await asyncio.gather(*open_sockets, return_exceptions=True)


class _NotHttpError(Exception):
    """What arrived is no request that this server reads."""


async def _converse(client: socket.socket, handler: Handler) -> None:
    try:
        reader, writer = await asyncio.open_connection(sock=client, limit=MAX_HEAD)
    except OSError:  # the client left before its first byte; macOS says EINVAL
        return
    try:
        with suppress(ConnectionError):  # the client left: its business
            await _answer_all(reader, writer, handler)
        writer.close()  # what was written still goes out
        with suppress(ConnectionError):
            await writer.wait_closed()
    finally:
        writer.transport.abort()  # no effect on one that is closed
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _answer_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler) -> None:
    while True:
        try:
            request, keep_alive = await _read_request(reader)
        except asyncio.IncompleteReadError:
            return
        except _NotHttpError as error:
            text = HttpAnswer(status=400, headers={"Content-Type": "text/plain"}, body=str(error).encode())
            writer.write(_wire(text, head_only=False, keep_alive=False))
            return
        answer = await handler(request, Connection(reader=reader, writer=writer))
        if answer is None:
            return
        writer.write(_wire(answer, head_only=request.method == "HEAD", keep_alive=keep_alive))
        await writer.drain()
        if not keep_alive:
            return


async def _read_request(reader: asyncio.StreamReader) -> tuple[HttpRequest, bool]:
    """The next request, and whether the connection stays open after its answer."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError as error:
        raise _NotHttpError("the headers are too long") from error
    request_line, *header_lines = head[:-4].split("\r\n")
    try:
        method, target, version = request_line.split(" ")
        headers = {name.strip().lower(): value.strip() for name, value in (line.split(":", 1) for line in header_lines)}
        length = int(headers.get("content-length", "0"))
    except ValueError as error:
        raise _NotHttpError("this is not an HTTP/1.1 request") from error
    if "transfer-encoding" in headers or not 0 <= length <= MAX_BODY:
        raise _NotHttpError(f"a body needs a Content-Length of at most {MAX_BODY} bytes")
    url = urlsplit(target)
    request = HttpRequest(
        method=method,
        path=url.path,
        query=url.query,
        headers=headers,
        body=await reader.readexactly(length),
    )
    wish = headers.get("connection", "").lower()
    return request, wish == "keep-alive" if version == "HTTP/1.0" else wish != "close"


def _wire(answer: HttpAnswer, *, head_only: bool, keep_alive: bool) -> bytes:
    headers = {"Date": formatdate(usegmt=True), **answer.headers}
    bodyless = answer.status in {204, 304}
    if not bodyless:
        headers["Content-Length"] = str(len(answer.body))
    headers["Connection"] = "keep-alive" if keep_alive else "close"
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"{status_line(answer.status)}{lines}\r\n".encode("latin-1")
    return head if bodyless or head_only else head + answer.body


def status_line(status: int) -> str:
    """The first line of an answer, with its line end."""
    known = {each.value: each.phrase for each in HTTPStatus}
    return f"HTTP/1.1 {status} {known.get(status, 'Unknown')}\r\n"
