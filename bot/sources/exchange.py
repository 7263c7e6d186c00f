"""One HTTP/1.1 exchange on one connection to one checked address. The only file that imports httptools.

Why not a client library: a source is asked every five minutes at most, so a pool of open connections serves nobody and
costs the most (measured on 2,000 hosts: httpx 2.5 ms of processor time a request, aiohttp 0.4, this 0.16); and what
politeness and safety need (the address that was checked is the one connected to, validators byte for byte, raw bodies
inflated with a cap, a limit on headers) is here a few lines, not a fight with a library's ideas. The grammar of HTTP is
llhttp's, which Node.js uses.
"""

from __future__ import annotations

import asyncio
import math
import ssl
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import cast

import httptools

MAX_HEADERS = 64 * 1024
"""Bytes that bring no piece of the body: headers, informational answers, chunks' frames, trailers. Browsers and servers
stop at 8 to 256 KiB of headers."""

SLICE = 16 * 1024
PACKED_SLICE = 8 * 1024
"""Bytes that the parser is given at a time; of a packed body less, because each may become a thousand."""

TURN = 0.002
"""Seconds that one round of the event loop spends with reading answers, all of them together: a turn for each of fifty
floods at once would keep everything else waiting for a tenth of a second. 20 MB of a bomb take 50 ms (measured)."""

INFLATE_STEP = 512 * 1024
"""Bytes inflated at a time (1.3 ms), so that a bomb costs no more memory than what is kept of it, and a turn ends soon
after its time. Each step gives the interpreter away and waits for it again: many small ones take long beside a thread
that computes."""

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
        for key, value in self.headers:
            if key == name:
                return value
        return None

    def text(self, name: bytes) -> str:
        """All of this name, joined as RFC 9110 (5.3) says; empty where there is none."""
        return ", ".join([value.decode("latin-1") for key, value in self.headers if key == name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Where to connect: a checked address, and the name that its certificate must show (None: no TLS)."""

    address: str
    port: int
    tls_name: str | None


async def exchange(peer: Peer, request: bytes, *, turns: Turns, max_body: int, connect_timeout: float) -> Answer:
    """Send the request, read one answer in `turns` with the others of this loop; the caller bounds the whole time.

    Raises OSError and ssl.SSLError (no connection), ExchangeFailed, and TimeoutError after `connect_timeout` seconds
    without a connection.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(connect_timeout):
            transport, protocol = await loop.create_connection(
                lambda: _Exchange(request, max_body, turns, loop.create_future()),
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
        protocol.forget()


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
    ended: bool = False  # as HTTP says; a packed body may not be inflated to its end yet
    lost: bool = False
    error: Exception | None = None


class Turns:
    """Whose answer is read next: the exchanges of one event loop take turns, and share the time of each round."""

    def __init__(self) -> None:
        self._waiting: deque[_Exchange] = deque()
        self._left = TURN
        self._next_is_due = False

    def read(self, one: _Exchange) -> None:
        """Read on now, if this round of the loop has time left for it; if not, or not all, in rounds to come."""
        if self._left > 0:
            self._give(one)
        else:
            one.pause()
            self._waiting.append(one)
        self._call_next()

    def _give(self, one: _Exchange) -> None:
        began = time.monotonic()
        if one.read(began + self._left):
            self._waiting.append(one)
        self._left -= time.monotonic() - began

    def _next(self) -> None:
        """A round of the loop has passed: everything else had its time."""
        self._next_is_due = False
        self._left = TURN
        try:
            while self._waiting and self._left > 0:
                self._give(self._waiting.popleft())
        finally:
            if self._waiting:
                self._call_next()

    def _call_next(self) -> None:
        if not self._next_is_due:
            self._next_is_due = True
            asyncio.get_running_loop().call_soon(self._next)


class _Exchange(asyncio.Protocol):
    """Collects one answer. `answer` is settled exactly once."""

    def __init__(self, request: bytes, max_body: int, turns: Turns, answer: asyncio.Future[Answer]) -> None:
        self.answer = answer
        self._turns = turns
        self._request = request
        self._max_body = max_body
        self._state = _State()
        self._inflate: Inflater | None = None
        self._transport: asyncio.Transport
        self._waiting = memoryview(b"")  # what came and was not read yet
        self._packed: bytes | None = None  # what was read and is not inflated yet
        self._in_turn = False  # somebody will call `read`
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
        if not self._in_turn:
            self._in_turn = True
            self._turns.read(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._state.lost, self._state.error = True, error
        if not self._in_turn:
            self._broken_off()

    def read(self, end: float) -> bool:
        """Read what waits, until the clock (`time.monotonic`) shows `end`; whether there is more for another turn.

        Meanwhile no more is taken from the network.
        """
        while not self.answer.done():
            if self._packed is not None:
                self._unpack(end)
            elif self._waiting:
                plain = self._state.headers_done and self._inflate is None
                size = SLICE if plain else PACKED_SLICE
                piece, self._waiting = self._waiting[:size], self._waiting[size:]
                self._feed(piece)
            else:
                break
            if time.monotonic() > end and (self._waiting or self._packed is not None) and not self.answer.done():
                self.pause()
                return True
        self._in_turn = False
        self._waiting, self._packed = memoryview(b""), None
        if self._state.lost:
            self._broken_off()
        elif not self._transport.is_closing() and not self._transport.is_reading():
            self._transport.resume_reading()
        return False

    def pause(self) -> None:
        """Take no more from the network: a server that sends faster than we read has to wait."""
        if not self._transport.is_closing() and self._transport.is_reading():
            self._transport.pause_reading()

    def forget(self) -> None:
        """Give back the memory: parser and callbacks hold each other, and 20 MB would stay until a collection."""
        del self._parser
        self._waiting, self._packed, self._inflate = memoryview(b""), None, None
        self._state.body = bytearray()

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
        failure: ExchangeFailed | None = None
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            failure = ExchangeFailed("the server wants another protocol")
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__ or error.__cause__
            failure = cause if isinstance(cause, ExchangeFailed) else ExchangeFailed(f"broken answer: {error}")
        except httptools.HttpParserError as error:
            failure = ExchangeFailed(f"not HTTP: {error}")
        if failure is not None and not state.ended:  # what follows a complete answer does not count
            self._fail(failure)

    def _unpack(self, end: float) -> None:
        """Inflate more of what was read."""
        assert self._inflate is not None  # noqa: S101 - only then something is packed
        assert self._packed is not None  # noqa: S101 - see `read`
        body, most = self._state.body, self._max_body
        try:
            self._packed = self._inflate.feed(self._packed, body, most + 1, end=end)
        except UnusableEncoding as error:
            self._fail(error)
            return
        if len(body) > most:
            self._fail(self._too_large())
        elif self._packed is None and self._state.ended:
            self._complete()

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
        if state.headers_done:
            return  # another answer behind the one that was asked for
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
        state = self._state
        if state.ended or self.answer.done():
            return
        state.silent = 0
        if self._inflate is not None:
            self._packed = data if self._packed is None else self._packed + data
            return
        state.body += data
        if len(state.body) > self._max_body:
            raise self._too_large()

    def on_message_complete(self) -> None:
        if not self._state.headers_done:  # an informational answer; the real one follows
            self._state.headers.clear()
            return
        self._state.ended = True
        if self._packed is None and not self.answer.done():
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

    def feed(self, chunk: bytes, sink: bytearray, most: int, *, end: float = math.inf) -> bytes | None:
        """Append what the chunk inflates to, until `sink` holds `most` bytes. Raises UnusableEncoding.

        Where the clock (`time.monotonic`) shows `end` before that, the rest is given back, to be fed again; it may be
        empty although more comes out of it.
        """
        try:
            while len(sink) < most:
                if self._stream.eof:
                    if not chunk.strip(b"\0"):
                        return None  # padding
                    self._members += 1
                    if self._members > MAX_MEMBERS:
                        raise UnusableEncoding(f"more than {MAX_MEMBERS:,} gzip members")
                    self._stream = zlib.decompressobj(wbits=self._wbits)
                step = min(INFLATE_STEP, most - len(sink))
                piece = self._decompress(chunk, step)
                sink += piece
                chunk = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
                if not chunk and len(piece) < step:
                    return None
                if time.monotonic() > end:
                    return chunk
        except zlib.error as error:
            raise UnusableEncoding(f"broken compression: {error}") from error
        return None

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
