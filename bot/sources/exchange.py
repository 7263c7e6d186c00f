"""One HTTP/1.1 exchange on one connection to one checked address. The only file that imports httptools.

Why not a client library: a source is asked every five minutes at most, so a pool of open connections serves nobody and
costs the most (measured on 2,000 hosts: httpx 2.5 ms of processor time a request, aiohttp 0.4, this 0.16); and what
politeness and safety need (the address that was checked is the one connected to, validators byte for byte, raw bodies
inflated with a cap, a limit on headers) is here a few lines, not a fight with a library's ideas. The grammar of HTTP is
llhttp's, which Node.js uses.
"""

from __future__ import annotations

import asyncio
import ssl
import time
import zlib
from dataclasses import dataclass, field
from typing import cast

import httptools

MAX_HEADERS = 64 * 1024
"""Bytes that bring no piece of the body: headers, informational answers, chunks' frames, trailers. Browsers and servers
stop at 8 to 256 KiB of headers."""

SLICE = 16 * 1024
PACKED_SLICE = 8 * 1024
TURN = 0.002
"""An answer is read in slices of this many bytes (deflate makes at most 8 MB of a packed one), and after a turn of this
many seconds everything else in the event loop has its own: 20 MB of a bomb take 60 ms (measured)."""

INFLATE_STEP = 1024 * 1024
"""Bytes inflated at a time, so that a bomb costs no more memory than what is kept of it. Each step gives the
interpreter away and waits for its turn again: many small ones take long beside a thread that computes."""

MAX_MEMBERS = 1_000
"""Members of one gzip body; block-wise writers (bgzip) make 300 of 20 MB, and empty ones cost time without end."""


class ExchangeFailed(Exception):
    """The peer did not answer as HTTP says; the message says how."""


class TooLarge(ExchangeFailed):
    """More body than the caller takes."""


class UnusableEncoding(ExchangeFailed):
    """A body that is compressed in a way that was not asked for, or broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers as they came (names lower-case, values without blanks around), inflated body of a 200."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytearray

    def header(self, name: bytes) -> bytes | None:
        """The first of this name, in lower case."""
        return next((value for key, value in self.headers if key == name), None)

    def text(self, name: bytes) -> str:
        """All of this name, joined as RFC 9110 (5.3) says; empty where there is none."""
        return ", ".join(value.decode("latin-1") for key, value in self.headers if key == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Where to connect: a checked address, and the name that its certificate must show (None: no TLS)."""

    address: str
    port: int
    tls_name: str | None


async def exchange(peer: Peer, request: bytes, *, max_body: int, connect_timeout: float) -> Answer:
    """Send the request, read one answer; the caller bounds the whole time.

    Raises OSError and ssl.SSLError (no connection), ExchangeFailed, and TimeoutError after `connect_timeout` seconds
    without a connection.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(connect_timeout):
            transport, protocol = await loop.create_connection(
                lambda: _Exchange(request, max_body, loop.create_future()),
                peer.address,
                peer.port,
                ssl=_tls() if peer.tls_name is not None else None,
                server_hostname=peer.tls_name,
            )
    except TimeoutError as error:
        words = str(error) or f"{peer.address} takes no connection within {connect_timeout:g} s"
        raise TimeoutError(words) from error
    try:
        return await protocol.answer
    finally:
        transport.abort()  # a polite goodbye would wait for a peer that may never say its own


_tls_context: list[ssl.SSLContext] = []


def _tls() -> ssl.SSLContext:
    """One context for the process: loading the certificates of the authorities takes 20 ms."""
    if not _tls_context:
        _tls_context.append(ssl.create_default_context())
    return _tls_context[0]


@dataclass(slots=True)
class _State:
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    status: int = 0
    received: int = 0
    silent: int = 0  # bytes since the last piece of the body
    headers_done: bool = False
    until_close: bool = False
    lost: bool = False
    error: Exception | None = None


class _Exchange(asyncio.Protocol):
    """Collects one answer. `answer` is settled exactly once."""

    def __init__(self, request: bytes, max_body: int, answer: asyncio.Future[Answer]) -> None:
        self.answer = answer
        self._request = request
        self._max_body = max_body
        self._state = _State()
        self._inflate: Inflater | None = None
        self._transport: asyncio.Transport
        self._waiting = memoryview(b"")  # what came and was not read yet
        self._parser = httptools.HttpResponseParser(self)
        # What real servers send and browsers accept; nothing is forwarded, so nothing can be smuggled.
        self._parser.set_dangerous_leniencies(
            lenient_headers=True,
            lenient_optional_cr_before_lf=True,
            lenient_optional_lf_after_cr=True,
            lenient_optional_crlf_after_chunk=True,
            lenient_spaces_after_chunk_size=True,
            lenient_data_after_close=True,
            lenient_chunked_length=True,
        )

    # ── the connection ───────────────────────────────────────────────────────────────────────────────────────────

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are no subclasses
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._state.received += len(data)
        if self._waiting:
            self._waiting = memoryview(bytes(self._waiting) + data)  # some TLS data comes although nobody reads
        else:
            self._waiting = memoryview(data)
            self._read()

    def connection_lost(self, error: Exception | None) -> None:
        self._state.lost, self._state.error = True, error
        if not self._waiting:
            self._broken_off()

    def _read(self) -> None:
        """Read what waits; after a turn, let others have theirs, and take no more from the network meanwhile."""
        end = time.monotonic() + TURN
        while self._waiting and not self.answer.done():
            plain = self._state.headers_done and self._inflate is None
            size = SLICE if plain else PACKED_SLICE
            self._feed(self._waiting[:size])
            self._waiting = self._waiting[size:]
            if self._waiting and time.monotonic() > end:
                if not self._transport.is_closing():
                    self._transport.pause_reading()
                asyncio.get_running_loop().call_soon(self._read)
                return
        self._waiting = memoryview(b"")
        if self._state.lost:
            self._broken_off()
        elif not self._transport.is_closing() and not self._transport.is_reading():
            self._transport.resume_reading()

    def _feed(self, data: memoryview) -> None:
        state = self._state
        if state.silent > MAX_HEADERS:
            what = "frames without content" if state.headers_done else "headers"
            self._fail(ExchangeFailed(f"more than {MAX_HEADERS:,} bytes of {what}"))
            return
        if state.received > 2 * self._max_body + 2 * MAX_HEADERS:  # chunks' frames and trailers count as well
            self._fail(self._too_large())
            return
        state.silent += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._fail(ExchangeFailed("the server wants another protocol"))
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__ or error.__cause__
            self._fail(cause if isinstance(cause, ExchangeFailed) else ExchangeFailed(f"broken answer: {error}"))
        except httptools.HttpParserError as error:
            self._fail(ExchangeFailed(f"not HTTP: {error}"))

    def _broken_off(self) -> None:
        if self.answer.done():
            return
        state, error = self._state, self._state.error
        if state.headers_done and state.until_close and (error is None or isinstance(error, ssl.SSLError)):
            self._complete()  # HTTP/1.0 and careless servers end a body by hanging up
        elif not state.received:
            self._fail(ExchangeFailed(f"the server hung up without an answer{f' ({error})' if error else ''}"))
        else:
            self._fail(ExchangeFailed(f"the answer broke off{f' ({error})' if error else ''}"))

    # ── what the parser finds ────────────────────────────────────────────────────────────────────────────────────

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._state.headers_done:  # a trailer is no header (RFC 9110, 6.5.1)
            self._state.headers.append((name.lower(), value.strip(b" \t")))

    def on_headers_complete(self) -> None:
        state = self._state
        state.status = self._parser.get_status_code()
        if 100 <= state.status < 200:
            return
        state.headers_done = True
        if state.status != 200:
            self._complete()  # what else a redirect or an error says is of no use
            return
        names = {name for name, _ in state.headers}
        state.until_close = not names & {b"content-length", b"transfer-encoding"}
        encoding = b", ".join(v for k, v in state.headers if k == b"content-encoding").decode("latin-1").strip().lower()
        if encoding in {"gzip", "x-gzip", "deflate"}:
            self._inflate = Inflater(wbits=47 if encoding != "deflate" else 15)  # 47: gzip or zlib, by its header
        elif encoding not in {"", "identity", "none"}:
            raise UnusableEncoding(f"sent as {encoding[:50]!r}, although only gzip was offered")

    def on_body(self, data: bytes) -> None:
        if self.answer.done():
            return
        self._state.silent = 0
        body, most = self._state.body, self._max_body
        if self._inflate is None:
            body += data
        else:
            self._inflate.feed(data, body, most + 1)
        if len(body) > most:
            raise self._too_large()

    def on_message_complete(self) -> None:
        if not self._state.headers_done:  # an informational answer; the real one follows
            self._state.headers.clear()
        elif not self.answer.done():
            self._complete()

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _complete(self) -> None:
        state = self._state
        if self._inflate is not None and not self._inflate.whole and self._inflate.began:
            self._fail(ExchangeFailed("the compressed answer is cut off"))
            return
        if not self.answer.done():
            self.answer.set_result(Answer(status=state.status, headers=tuple(state.headers), body=state.body))

    def _fail(self, error: ExchangeFailed) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)

    def _too_large(self) -> TooLarge:
        return TooLarge(f"more than {self._max_body:,} bytes")


class Inflater:
    """Inflates with a cap; a gzip answer may have several members, one behind the other (RFC 1952, 2.2)."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._stream = zlib.decompressobj(wbits=wbits)
        self._members = 1
        self.began = False

    @property
    def whole(self) -> bool:
        return self._stream.eof

    def feed(self, chunk: bytes, sink: bytearray, most: int) -> None:
        """Append what the chunk inflates to, until `sink` holds `most` bytes. Raises UnusableEncoding."""
        try:
            while len(sink) < most:
                if self._stream.eof:
                    if not chunk.strip(b"\0"):
                        return  # padding
                    self._members += 1
                    if self._members > MAX_MEMBERS:
                        raise UnusableEncoding(f"more than {MAX_MEMBERS:,} gzip members")
                    self._stream = zlib.decompressobj(wbits=self._wbits)
                step = min(INFLATE_STEP, most - len(sink))
                piece = self._decompress(chunk, step)
                sink += piece
                chunk = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
                if not chunk and len(piece) < step:
                    return
        except zlib.error as error:
            raise UnusableEncoding(f"broken compression: {error}") from error

    def _decompress(self, chunk: bytes, step: int) -> bytes:
        first, self.began = not self.began, True
        try:
            return self._stream.decompress(chunk, step)
        except zlib.error:
            if self._wbits != 15 or not first:
                raise
            # "deflate" is zlib by the standard (RFC 9110, 8.4.1.2) and raw deflate from some servers.
            self._wbits = -15
            self._stream = zlib.decompressobj(wbits=-15)
            return self._stream.decompress(chunk, step)
