"""A feed server as a process of its own: `python -m tests.servers.feeds --state DIR`.

It serves what is published, as the demo's feed server does, and misbehaves where told to. Every request
is in DIR/ledger.jsonl before it is answered. Control endpoints:

    POST /control/publish   {path, status, body | body_base64, content_type, headers, etag, last_modified}
    POST /control/behave    {path, kind, times, to, status}; kind is one of `Behaviour`, null ends it
    GET  /control/ledger    every request so far, with the headers it carried
    POST /control/reset     forget publications, behaviour and the ledger

A path that misbehaves does so whether or not something is published there.
"""

import asyncio
import base64
import binascii
import functools
import socket
import struct
import time
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Self

from bot.demo.feed_server import FeedShelf, Reply
from bot.demo.loopback import Connection, HttpAnswer, HttpRequest, status_line
from tests.servers.ledger import Ledger
from tests.servers.running import ControlError, arguments, json_answer, json_body, run

DRIP = 0.05
"""Seconds between two bytes (or two header lines): a read timeout of any sensible length never ends it."""

BOMB_SIZE = 1 << 30
BOMB_BLOCK = 1 << 20

OPENING = b'<?xml version="1.0"?><rss version="2.0"><channel><title>'


class Behaviour(Enum):
    """How a path treats its clients."""

    TRICKLE = "trickle"  # headers at once, then the body byte by byte, without end
    HANG = "hang"  # the request is read, nothing is ever answered
    RESET = "reset"  # the connection is reset (RST)
    BOMB = "bomb"  # 1 MiB of gzip that inflates to 1 GiB
    ENDLESS = "endless"  # a body without end, as fast as the client reads
    REDIRECT = "redirect"  # to `to`, with `status`
    SLOW_HEADERS = "slow_headers"  # header lines without end


@dataclass(slots=True, kw_only=True)
class Misbehaviour:
    """What one path does instead of answering; `times` counts down, -1 stays."""

    kind: Behaviour
    times: int
    to: str
    status: int

    @classmethod
    def read(cls, value: dict[str, Any]) -> Self:
        """From the JSON of a control request. Raises ControlError."""
        try:
            told = cls(
                kind=Behaviour(value["kind"]),
                times=int(value.get("times", -1)),
                to=str(value.get("to", "")),
                status=int(value.get("status", 302)),
            )
        except (KeyError, TypeError, ValueError) as wrong:
            raise ControlError(f"no behaviour: {value!r} ({wrong!r})") from wrong
        if told.kind is Behaviour.REDIRECT and not told.to:
            raise ControlError('"redirect" needs "to"')
        return told


class FeedsForTests:
    """The handler: bad behaviour first, then the shelf; the ledger before either answers."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._shelf = FeedShelf()
        self._told: dict[str, Misbehaviour] = {}

    async def handle(self, request: HttpRequest, connection: Connection) -> HttpAnswer | None:
        if request.path.startswith("/control/"):
            try:
                return json_answer(self._control(request))
            except ControlError as wrong:
                return json_answer({"error": str(wrong)}, 400)
        told = self._told.get(request.path)
        if told is None or told.times == 0:
            answer = self._shelf.answer(request, datetime.now(UTC))
            self._note(request, status=answer.status)
            return answer
        told.times -= told.times > 0
        redirects = told.kind is Behaviour.REDIRECT
        self._note(request, status=told.status if redirects else None, behaviour=told.kind.value)
        if redirects:
            return HttpAnswer(status=told.status, headers={"Location": told.to})
        await misbehave(told.kind, connection)
        return None

    def _note(self, request: HttpRequest, *, status: int | None, behaviour: str | None = None) -> None:
        """`status` is None where a path misbehaves in another way than by its status."""
        self._ledger.append(
            {
                "at": time.time(),
                "method": request.method,
                "path": request.path,
                "query": request.query,
                "headers": dict(request.headers),
                "status": status,
                "behaviour": behaviour,
            }
        )

    def _control(self, request: HttpRequest) -> Any:
        match request.method, request.path.removeprefix("/control/"):
            case "POST", "publish":
                told = _about_a_path(json_body(request))
                self._shelf.publish({told["path"]: read_reply(told)}, datetime.now(UTC))
                return {"published": told["path"]}
            case "POST", "behave":
                told = _about_a_path(json_body(request))
                self._told.pop(told["path"], None)
                if told.get("kind") is not None:
                    self._told[told["path"]] = behaviour = Misbehaviour.read(told)
                    if behaviour.kind is Behaviour.BOMB:
                        bomb()  # a second's work, which must not fall into the deadline of whoever fetches it
                return {"behaves": told.get("kind")}
            case "GET", "ledger":
                return self._ledger.lines
            case "POST", "reset":
                self._ledger.clear()
                self._shelf = FeedShelf()
                self._told.clear()
                return {}
            case _:
                raise ControlError(f"no control endpoint {request.method} {request.path}")


def _about_a_path(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not str(value.get("path", "")).startswith("/"):
        raise ControlError('a JSON object with a "path" that begins with a slash is wanted')
    return value


def read_reply(value: dict[str, Any]) -> Reply:
    """From the JSON of a control request. Raises ControlError."""
    known = {
        *("path", "status", "body", "body_base64"),
        *("content_type", "headers", "etag", "last_modified"),
    }
    if unknown := set(value) - known:
        raise ControlError(f"unknown keys: {sorted(unknown)}; known: {sorted(known)}")
    try:
        body = (
            base64.b64decode(value["body_base64"], validate=True)
            if "body_base64" in value
            else str(value.get("body", "")).encode()
        )
        return Reply(
            status=int(value.get("status", 200)),
            body=body,
            content_type=str(value.get("content_type", "application/rss+xml; charset=utf-8")),
            headers={str(name): str(text) for name, text in value.get("headers", {}).items()},
            etag=bool(value.get("etag", True)),
            last_modified=bool(value.get("last_modified", True)),
        )
    except (AttributeError, TypeError, ValueError, binascii.Error) as wrong:
        raise ControlError(f"nothing to publish: {wrong!r}") from wrong


async def misbehave(kind: Behaviour, connection: Connection) -> None:
    """Return when the client has left, or has had it all; the connection is closed then."""
    if kind is Behaviour.RESET:
        raw = connection.writer.get_extra_info("socket")
        # Lingering for zero seconds makes close() send RST instead of FIN (socket(7)).
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.writer.transport.abort()
        return
    left = asyncio.ensure_future(connection.left())
    writing = asyncio.ensure_future(_write_all(kind, connection))
    try:
        await asyncio.wait({left, writing}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        left.cancel()
        writing.cancel()
        await asyncio.gather(left, writing, return_exceptions=True)


async def _write_all(kind: Behaviour, connection: Connection) -> None:
    async for piece in _pieces(kind):
        await connection.write(piece)


async def _pieces(kind: Behaviour) -> AsyncIterator[bytes]:
    match kind:
        case Behaviour.HANG:
            await asyncio.get_running_loop().create_future()
        case Behaviour.SLOW_HEADERS:
            yield status_line(200).encode()
            while True:
                yield b"X-Slow: yes\r\n"
                await asyncio.sleep(DRIP)
        case Behaviour.TRICKLE:
            yield _head("Content-Length: 1000000")
            while True:
                for byte in OPENING:
                    yield bytes([byte])
                    await asyncio.sleep(DRIP)
        case Behaviour.ENDLESS:
            yield _head("Transfer-Encoding: chunked") + _chunk(OPENING)
            while True:
                yield _chunk(b"news " * 12_800)
        case Behaviour.BOMB:
            yield _head("Content-Encoding: gzip", "Transfer-Encoding: chunked")
            for part in bomb():
                yield _chunk(part)
            yield _chunk(b"")
        case _:
            raise AssertionError(f"{kind} is dealt with elsewhere")


def _head(*headers: str) -> bytes:
    lines = "".join(f"{line}\r\n" for line in ("Content-Type: application/rss+xml", *headers))
    return f"{status_line(200)}{lines}Connection: close\r\n\r\n".encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


@functools.cache
def bomb() -> tuple[bytes, ...]:
    """A correct gzip file of one member, in 1026 parts: the opening of a feed, then spaces, 1 GiB in all.

    A flushed deflate block repeats as it stands, so one block is compressed and written 1024 times.
    """
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    spaces = b" " * BOMB_BLOCK
    first = deflate.compress(OPENING.ljust(BOMB_BLOCK)) + deflate.flush(zlib.Z_FULL_FLUSH)
    block = deflate.compress(spaces) + deflate.flush(zlib.Z_FULL_FLUSH)
    blocks = BOMB_SIZE // BOMB_BLOCK
    checksum = zlib.crc32(OPENING.ljust(BOMB_BLOCK))
    for _ in range(blocks - 1):
        checksum = zlib.crc32(spaces, checksum)
    header = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"  # RFC 1952: deflate, no name, no time
    trailer = struct.pack("<II", checksum, BOMB_SIZE)
    return (header, first, *([block] * (blocks - 1)), deflate.flush() + trailer)


def main() -> None:
    options = arguments("A feed server that can misbehave.").parse_args()
    ledger = Ledger(Path(options.state))
    run(FeedsForTests(ledger).handle, options.port)
    ledger.close()


if __name__ == "__main__":
    main()
