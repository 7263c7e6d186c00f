"""What servers that mean harm, or are merely broken, send; each with how its fetch must end."""

from __future__ import annotations

import functools
import gzip
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.sources.fetch_results import FailReason
from tests.safety.raw_server import Script, answer, redirect
from tests.servers.feeds import bomb

PATIENCE = 30.0
"""Seconds after which a script gives up a client that stays; every fetch ends long before."""

OPENING = b"<?xml version='1.0'?><rss version='2.0'><channel><title>t</title>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """One server. `reason` None: the fetch succeeds all the same; `says` stands in the message."""

    name: str
    script: Script
    reason: FailReason | None
    says: str = ""

    @property
    def path(self) -> str:
        return "/" + self.name.replace(" ", "-")


def _endless(head: bytes, pieces: Callable[[], Iterator[bytes]], pause: float = 0.0) -> Script:
    """Send the head, then pieces until the client leaves."""

    def play(client: socket.socket) -> None:
        end = time.monotonic() + PATIENCE
        client.sendall(head)
        for piece in pieces():
            client.sendall(piece)
            if pause:
                time.sleep(pause)
            if time.monotonic() > end:
                return

    return play


def _for_ever(piece: bytes) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        while True:
            yield piece

    return pieces


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _reset(client: socket.socket) -> None:
    client.sendall(HEAD + b"Content-Length: 100000\r\n\r\n" + OPENING)
    time.sleep(0.05)
    # Lingering for zero seconds makes close() send RST instead of FIN (socket(7)).
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _silent(client: socket.socket) -> None:
    client.settimeout(PATIENCE)
    client.recv(1)


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"

SERVERS = [
    Bad(name="no answer", script=_silent, reason=FailReason.TIMEOUT, says="no complete answer within"),
    Bad(name="hangs up", script=b"", reason=FailReason.PROTOCOL, says="hung up without an answer"),
    Bad(
        name="slow loris headers",
        script=_endless(HEAD, _for_ever(b"X-Slow: y\r\n"), 0.05),
        reason=FailReason.TIMEOUT,
    ),
    Bad(
        name="trickled body",
        script=_endless(HEAD + b"Content-Length: 99999\r\n\r\n", _for_ever(b"<"), 0.05),
        reason=FailReason.TIMEOUT,
    ),
    Bad(
        name="body without end",
        script=_endless(HEAD + b"\r\n" + OPENING, _for_ever(b"news " * 4000)),
        reason=FailReason.TOO_LARGE,
    ),
    Bad(
        name="chunks without end",
        script=_endless(CHUNKED + b"\r\n", _for_ever(_chunk(b"news " * 4000))),
        reason=FailReason.TOO_LARGE,
    ),
    Bad(
        name="chunks of one byte",
        script=_endless(CHUNKED + b"\r\n", _for_ever(_chunk(b"n") * 4000)),
        reason=FailReason.TOO_LARGE,
    ),
    Bad(
        name="last chunk missing",
        script=CHUNKED + b"\r\n" + _chunk(OPENING),
        reason=FailReason.PROTOCOL,
        says="broke off",
    ),
    Bad(name="reset in the body", script=_reset, reason=FailReason.PROTOCOL, says="broke off"),
    Bad(
        name="length too long",
        script=answer(OPENING, "Content-Length: 5000"),
        reason=FailReason.PROTOCOL,
        says="broke off",
    ),
    Bad(name="length too short", script=answer(OPENING, "Content-Length: 10"), reason=None),
    Bad(name="length negative", script=answer(OPENING, "Content-Length: -1"), reason=FailReason.PROTOCOL),
    Bad(name="length no number", script=answer(OPENING, "Content-Length: many"), reason=FailReason.PROTOCOL),
    Bad(
        name="length of an exabyte",
        script=_endless(HEAD + b"Content-Length: 1152921504606846976\r\n\r\n", _for_ever(b"news " * 4000)),
        reason=FailReason.TOO_LARGE,
    ),
    Bad(
        name="two lengths",
        script=answer(OPENING, "Content-Length: 10", "Content-Length: 20"),
        reason=FailReason.PROTOCOL,
    ),
    Bad(
        name="chunk of an exabyte",
        script=_endless(CHUNKED + b"\r\n1000000000000000\r\n", _for_ever(b"news " * 4000)),
        reason=FailReason.TOO_LARGE,
    ),
    Bad(name="no HTTP", script=b"SSH-2.0-OpenSSH_9.6\r\n", reason=FailReason.PROTOCOL, says="not HTTP"),
    Bad(name="HTTP 0.9", script=OPENING, reason=FailReason.PROTOCOL, says="not HTTP"),
    Bad(
        name="header flood",
        script=_endless(HEAD, _for_ever(b"X-Flood: yes\r\n" * 1000)),
        reason=FailReason.PROTOCOL,
        says="bytes of headers",
    ),
    Bad(
        name="one header without end",
        script=_endless(HEAD + b"X-Flood: ", _for_ever(b"y" * 10_000)),
        reason=FailReason.PROTOCOL,
        says="bytes of headers",
    ),
    Bad(
        name="flood of 1xx",
        script=_endless(b"", _for_ever(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)),
        reason=FailReason.PROTOCOL,
        says="bytes of headers",
    ),
    Bad(
        name="trailers without end",
        script=_endless(CHUNKED + b"\r\n" + _chunk(OPENING) + b"0\r\n", _for_ever(b"a: b\r\n" * 1000)),
        reason=FailReason.PROTOCOL,
        says="frames without content",
    ),
    Bad(
        name="one trailer without end",
        script=_endless(CHUNKED + b"\r\n" + _chunk(OPENING) + b"0\r\na: ", _for_ever(b"b" * 10_000)),
        reason=FailReason.PROTOCOL,
        says="frames without content",
    ),
    Bad(
        name="chunk extension without end",
        script=_endless(CHUNKED + b"\r\n5;a=", _for_ever(b"b" * 10_000)),
        reason=FailReason.PROTOCOL,
        says="frames without content",
    ),
    Bad(
        name="another protocol",
        script=b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        reason=FailReason.PROTOCOL,
        says="another protocol",
    ),
    Bad(name="redirect to itself", script=redirect("/redirect-to-itself"), reason=FailReason.REDIRECTS, says="circle"),
    Bad(name="redirect to nowhere", script=redirect(""), reason=FailReason.REDIRECTS, says="without a target"),
    Bad(
        name="redirect into a private network",
        script=redirect("http://10.0.0.1/"),
        reason=FailReason.REFUSED,
        says="not a public address",
    ),
    Bad(name="gone", script=answer(b"", status="410 Gone"), reason=FailReason.GONE),
    Bad(name="teapot", script=answer(b"", status="418 I'm a teapot"), reason=FailReason.HTTP, says="418"),
    Bad(
        name="busy",
        script=answer(b"", "Retry-After: 120", status="503 Busy"),
        reason=FailReason.RATE_LIMITED,
        says="120 s",
    ),
]


def _gzip_bomb() -> Iterator[bytes]:
    for part in bomb():
        yield _chunk(part)
    yield _chunk(b"")


@functools.cache
def _deflated(size: int, wbits: int) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join(stream.compress(bytes(1 << 20)) for _ in range(size >> 20)) + stream.flush()


def _members(data: bytes) -> Callable[[], Iterator[bytes]]:
    return _for_ever(_chunk(gzip.compress(data) * 1000))


def _encoded(name: bytes, pieces: Callable[[], Iterator[bytes]]) -> Script:
    return _endless(CHUNKED + b"Content-Encoding: " + name + b"\r\n\r\n", pieces)


def _twice() -> Iterator[bytes]:
    yield _chunk(gzip.compress(_deflated(32 << 20, 31)))
    yield _chunk(b"")


BOMBS = [
    Bad(name="gzip to 1 GB", script=_encoded(b"gzip", _gzip_bomb), reason=FailReason.TOO_LARGE),
    Bad(name="gzip in gzip", script=_encoded(b"gzip, gzip", _twice), reason=FailReason.ENCODING, says="'gzip, gzip'"),
    Bad(
        name="gzip in gzip by two headers",
        script=_encoded(b"gzip\r\nContent-Encoding: gzip", _twice),
        reason=FailReason.ENCODING,
    ),
    Bad(name="gzip in gzip unsaid", script=_encoded(b"gzip", _twice), reason=None),
    Bad(
        name="deflate",
        script=_encoded(b"deflate", lambda: iter([_chunk(_deflated(32 << 20, 15))])),
        reason=FailReason.TOO_LARGE,
    ),
    Bad(
        name="deflate without a frame",
        script=_encoded(b"deflate", lambda: iter([_chunk(_deflated(32 << 20, -15))])),
        reason=FailReason.TOO_LARGE,
    ),
    Bad(
        name="gzip without end",
        script=_encoded(b"gzip", lambda: iter([_chunk(part) for part in bomb()[:-1]] * 3)),
        reason=FailReason.TOO_LARGE,
    ),
    Bad(
        name="many small members",
        script=_encoded(b"gzip", _members(b"<item/>")),
        reason=FailReason.ENCODING,
        says="gzip members",
    ),
    Bad(
        name="many empty members",
        script=_encoded(b"gzip", _members(b"")),
        reason=FailReason.ENCODING,
        says="gzip members",
    ),
    Bad(
        name="broken gzip",
        script=answer(b"\x1f\x8b\x08" + b"x" * 5000, "Content-Encoding: gzip"),
        reason=FailReason.ENCODING,
        says="broken compression",
    ),
    Bad(
        name="gzip cut off",
        script=answer(gzip.compress(OPENING * 100)[:40], "Content-Encoding: gzip"),
        reason=FailReason.PROTOCOL,
        says="cut off",
    ),
    Bad(
        name="brotli unasked",
        script=answer(b"\x1b" * 5000, "Content-Encoding: br"),
        reason=FailReason.ENCODING,
        says="'br'",
    ),
    Bad(
        name="zstd unasked",
        script=answer(b"\x28\xb5\x2f\xfd" * 5000, "Content-Encoding: zstd"),
        reason=FailReason.ENCODING,
        says="'zstd'",
    ),
]
