"""The server of all feeds: one process, one port, every 127.1.x.y; cheap, so that it does not decide the figures.

    python -m bench.poll_server FOLDER

FOLDER is what `bench.poll_feeds.build` wrote. It prints its port as a line of JSON and ends when its stdin does. On
127.0.0.1 it is told what to do: `/begin/PHASE/NUMBER` starts a round, `/report` answers what has been asked since.
A round begins without open connections: between two polls of a feed lie minutes, and no server waits so long.
"""

from __future__ import annotations

import asyncio
import json
import re
import resource
import socket
import sys
from dataclasses import asdict, dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import cast

import uvloop

from bench.poll_feeds import content_type, file_of, read_index
from bench.poll_plan import Answer, Phase, feed_at

CONTROL = "127.0.0.1"
_LAST_MODIFIED = 1_700_000_000  # seconds; a version is a minute younger than the one before
_END = b"\r\n\r\n"
_BACKLOG = 1024

_ETAG = re.compile(rb"\r\nif-none-match:[ \t]*([^\r]*?)[ \t]*\r", re.IGNORECASE)
_SINCE = re.compile(rb"\r\nif-modified-since:[ \t]*([^\r]*?)[ \t]*\r", re.IGNORECASE)
_GZIP = re.compile(rb"\r\naccept-encoding:[^\r]*\bgzip\b", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection:[ \t]*close\b|^[^\r]* HTTP/1\.0\r", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Report:
    """What one round asked of the server; `cpu` in seconds, `sent` in bytes."""

    whole: int = 0
    not_modified: int = 0
    unconditional: int = 0
    compressed: int = 0
    connections: int = 0
    sent: int = 0
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class _Offer:
    """A feed in this round."""

    answer: Answer
    version: int
    etag: bytes
    last_modified: bytes


@dataclass(slots=True)
class _Site:
    folder: Path
    offers: list[_Offer] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    started: float = 0.0  # seconds of the processor before this round
    open: set[asyncio.Transport] = field(default_factory=set)

    def control(self, path: str) -> bytes:
        match path.strip("/").split("/"):
            case ["begin", phase, number]:
                self._begin(Phase(phase), int(number))
            case _:
                self.report.cpu = _cpu() - self.started
        return json.dumps(asdict(self.report)).encode()

    def _begin(self, phase: Phase, number: int) -> None:
        for transport in list(self.open):
            transport.close()
        plan = read_index(self.folder).plan
        self.offers = [
            _Offer(plan.answer(feed, phase, number), version, b'"%d-%d"' % (feed, version), _moment(version))
            for feed in range(plan.feeds)
            for version in (plan.version(feed, phase, number),)
        ]
        self.report = Report()
        self.started = _cpu()

    def feed(self, feed: int, head: bytes) -> bytes:
        if feed >= len(self.offers):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        offer = self.offers[feed]
        etag, since = _ETAG.search(head), _SINCE.search(head)
        self.report.unconditional += not etag and not since
        known = etag[1] == offer.etag if etag else bool(since and since[1] == offer.last_modified)
        validators = b"ETag: %b\r\nLast-Modified: %b\r\nDate: %b" % (offer.etag, offer.last_modified, _moment_now())
        if known and offer.answer in {Answer.NOT_MODIFIED, Answer.NEW}:
            self.report.not_modified += 1
            return b"HTTP/1.1 304 Not Modified\r\n" + validators + _END
        packed = _GZIP.search(head) is not None
        body = file_of(self.folder, feed, offer.version, compressed=packed).read_bytes()
        self.report.whole += 1
        self.report.compressed += packed
        self.report.sent += len(body)
        encoding = b"Content-Encoding: gzip\r\n" if packed else b""
        about = b"Content-Type: %b; charset=utf-8\r\n" % content_type(feed).encode()
        return b"HTTP/1.1 200 OK\r\n%b%bVary: Accept-Encoding\r\nContent-Length: %d\r\n%b" % (
            about,
            encoding,
            len(body),
            validators + _END + body,
        )


class _Conversation(asyncio.Protocol):
    """One connection: GETs without bodies, one after the other."""

    def __init__(self, site: _Site) -> None:
        self._site = site
        self._unread = b""
        self._host = ""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class knows nothing of asyncio's
        self._host = transport.get_extra_info("sockname")[0]
        if self._host != CONTROL:
            self._site.open.add(self._transport)
            self._site.report.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._site.open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        *heads, self._unread = (self._unread + data).split(_END)
        for head in heads:
            if self._host == CONTROL:
                body = self._site.control(head.split(b" ", 2)[1].decode())
                answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(body), body)
            else:
                answer = self._site.feed(feed_at(self._host), head + b"\r")
            self._transport.write(answer)
            if self._host == CONTROL or _CLOSE.search(head):
                self._transport.close()


def _moment(version: int) -> bytes:
    return formatdate(_LAST_MODIFIED + 60 * version, usegmt=True).encode()


def _moment_now() -> bytes:
    return formatdate(usegmt=True).encode()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def serve(folder: Path) -> None:
    """Serve until stdin ends."""
    site = _Site(folder)
    listening = socket.socket()
    # All of 127.0.0.0/8 needs the wildcard address; bound to the loopback device, no network reaches it.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    listening.bind(("", 0))
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    server = await loop.create_server(lambda: _Conversation(site), sock=listening, backlog=_BACKLOG)
    loop.add_reader(sys.stdin.fileno(), ended.set)
    print(json.dumps({"port": listening.getsockname()[1]}), flush=True)
    await ended.wait()
    loop.remove_reader(sys.stdin.fileno())
    server.close()
    for transport in list(site.open):
        transport.abort()


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1])))
