"""One polite HTTP fetch: whose turn it is, redirects, validators, and what an answer means.

Conditional, gzip only, bounded by one total deadline (a per-read timeout never ends on a server that trickles), one
connection per host with a pause between requests, no cookies, no referrer, no proxies or netrc from the environment.
Every outcome is a value. Only here httpx is imported: for its reading of addresses (`httpx.URL`).
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus

import httpx

from bot.sources.exchange import Answer, ExchangeFailed, Peer, TooLarge, Turns, UnusableEncoding, exchange
from bot.sources.fetch_results import FailReason, Fetched, FetchFailure, FetchResult, NotModified
from bot.sources.guard import Guard, Refusal
from bot.sources.http_times import freshness, http_date, retry_after
from bot.sources.shared_limits import limit_key, shared_limit
from bot.sources.urls import host_of

MAX_REDIRECTS = 5
"""Hops followed; browsers follow 20, feeds need one or two (http → https → www)."""

ADDRESSES_TRIED = 3
"""Addresses of one host that are tried before the connection counts as failed."""

HOSTS_REMEMBERED = 5_000
"""Hosts whose last request is kept in mind; article pages come from many."""

ACCEPT_FEED = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/feed+json, "
    "application/json;q=0.9, application/xml;q=0.8, text/html;q=0.7, */*;q=0.1"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"

MAX_VALIDATOR = 4096
"""Bytes of a validator that is sent back; nginx and Apache refuse header lines above 8 KiB, for ever then."""

_HEADER_BYTES = "latin-1"
"""Every byte is one character of it, so a validator comes back as it was (RFC 9110, 5.5: obs-text)."""

_SENDABLE = re.compile(rb"[\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff\t]*[\x21-\x7e\x80-\xff])?")

_TIMES = frozenset({b"cache-control", b"expires", b"date", b"age"})

_PERMANENT = frozenset({301, 308})
_REDIRECTS = _PERMANENT | {302, 303, 307}


class _Failed(Exception):
    """Carries a reason out of nested code; never leaves this module."""

    def __init__(
        self,
        reason: FailReason,
        detail: str,
        *,
        retry_after: float | None = None,
        status: int | None = None,
        place: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.reason = reason
        self.retry_after = retry_after
        self.status = status
        self.place = place


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """An address, read once: what to resolve, where to connect, what to ask for."""

    host: str
    port: int
    tls_name: str | None
    netloc: bytes
    path: bytes
    place: str
    limit: str  # what requests are counted by


@lru_cache(maxsize=4096)
def _target(url: str) -> _Target:
    """Raises _Failed for what is no plain web address."""
    try:
        parsed = httpx.URL(url)
        host, port = parsed.host, parsed.port or (443 if parsed.scheme == "https" else 80)
    except (httpx.InvalidURL, ValueError) as error:  # IDNA errors are ValueErrors
        raise _Failed(FailReason.REFUSED, f"not a web address: {url[:200]!r}") from error
    if parsed.scheme not in {"http", "https"} or not host or parsed.userinfo or not 0 < port < 65536:
        raise _Failed(FailReason.REFUSED, f"not a plain web address: {url[:200]!r}")
    place = host_of(url)
    return _Target(
        host=host,
        port=port,
        tls_name=parsed.raw_host.decode("ascii") if parsed.scheme == "https" else None,
        netloc=parsed.netloc,
        path=parsed.raw_path,
        place=place,
        limit=limit_key(place),
    )


class Fetcher:
    """Fetches for the whole program, so that the bounds per host hold for all of it."""

    def __init__(
        self, *, guard: Guard, user_agent: str, deadline: float, max_size: int, host_gap: float, concurrency: int
    ) -> None:
        self._guard = guard
        self._deadline = deadline
        self._max_size = max_size
        self._host_gap = host_gap
        self._hosts: dict[str, _HostTurn] = {}
        self._slots = asyncio.Semaphore(concurrency)
        self._turns = Turns()
        self._always = (
            b"\r\nUser-Agent: " + user_agent.encode("ascii") + b"\r\nAccept-Encoding: gzip\r\nConnection: close\r\n"
        )

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        body: bytes | None = None,
        accept: str = ACCEPT_FEED,
        max_size: int | None = None,
        home: str | None = None,
    ) -> FetchResult:
        """Fetch one document; the deadline starts with its turn at the host and holds for all redirects.

        An address that a stranger wrote (a link in a feed) comes with its `home`, the source's own address: exceptions
        (`fetch.allow_hosts`) hold only on the home's host then. A redirect may lead to an exception only from one.

        With `body`, JSON, the request is a POST: some job boards answer nothing else. It is never conditional, because
        a POST whose validators still hold would be refused with 412 (RFC 9110, 13.1.2).
        """
        headers = f"Accept: {accept}\r\n"
        if etag and body is None:
            headers += f"If-None-Match: {etag}\r\n"
        if last_modified and body is None:
            headers += f"If-Modified-Since: {last_modified}\r\n"
        started = time.monotonic()
        try:
            answer = await self._follow(url, headers.encode(_HEADER_BYTES), body, max_size or self._max_size, home)
        except _Failed as failed:
            return FetchFailure(
                reason=failed.reason,
                detail=str(failed),
                elapsed=time.monotonic() - started,
                retry_after=failed.retry_after,
                status=failed.status,
                place=failed.place,
            )
        if isinstance(answer, NotModified) and (body is not None or not (etag or last_modified)):
            # Believed, it would hide for ever a document that nobody has read.
            detail = "HTTP 304 to a request without conditions"
            return FetchFailure(reason=FailReason.HTTP, detail=detail, elapsed=answer.elapsed, status=304)
        return answer

    async def _follow(
        self, url: str, headers: bytes, body: bytes | None, max_size: int, home: str | None
    ) -> FetchResult:
        home_host = _target(home or url).host
        trusted = home is None and self._guard.is_exception(home_host)
        seen = {url}
        left = self._deadline  # seconds for all hops together; waiting for a turn at a host does not count
        moved_to: str | None = None
        permanent = True
        for _ in range(MAX_REDIRECTS + 1):
            target = _target(url)
            exceptions = trusted or target.host == home_host
            answer, taken = await self._in_turn(target, headers, body, max_size, exceptions=exceptions, deadline=left)
            left -= taken
            if answer.status not in _REDIRECTS:
                return self._result(url, target, answer, moved_to, taken)
            if body is not None and answer.status not in {307, 308}:  # the others turn a POST into a GET
                raise _Failed(FailReason.REDIRECTS, f"HTTP {answer.status} as the answer to a POST")
            url = _redirect(url, answer)
            if url in seen:
                raise _Failed(FailReason.REDIRECTS, f"redirects in a circle at {url}")
            seen.add(url)
            permanent = permanent and answer.status in _PERMANENT
            moved_to = url if permanent else moved_to
        raise _Failed(FailReason.REDIRECTS, f"more than {MAX_REDIRECTS} redirects, the last to {url}")

    async def _in_turn(
        self,
        target: _Target,
        headers: bytes,
        body: bytes | None,
        max_size: int,
        *,
        exceptions: bool,
        deadline: float,
    ) -> tuple[Answer, float]:
        """One request at a time per host, with the pause between them, and no more than the slots overall.

        Gives the seconds besides that the request itself took: at most `deadline`.
        """
        turn = self._turn_of(target)
        async with turn.lock:
            wait = turn.free_at - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            async with self._slots:
                began = time.monotonic()
                try:
                    async with asyncio.timeout(deadline):
                        answer = await self._ask(target, headers, body, max_size, exceptions=exceptions)
                except TimeoutError as error:
                    raise _Failed(FailReason.TIMEOUT, f"no complete answer within {self._deadline:g} s") from error
                finally:
                    ended = time.monotonic()
                    turn.free_at = ended + turn.gap
                return answer, ended - began

    def _turn_of(self, target: _Target) -> _HostTurn:
        turn = self._hosts.get(target.limit)
        if turn is None:
            self._forget_idle_hosts()
            limit = shared_limit(target.host)
            turn = self._hosts[target.limit] = _HostTurn(max(self._host_gap, limit.gap if limit is not None else 0.0))
        return turn

    def keep_gap(self, url: str, gap: float) -> None:
        """Pause at least this long (seconds) between requests to the address's host: it asked for it."""
        with contextlib.suppress(_Failed):
            turn = self._turn_of(_target(url))
            turn.gap = max(turn.gap, gap)

    def _forget_idle_hosts(self) -> None:
        if len(self._hosts) < HOSTS_REMEMBERED:
            return
        now = time.monotonic()
        idle = [key for key, turn in self._hosts.items() if not turn.lock.locked() and turn.free_at <= now]
        for key in idle:
            del self._hosts[key]

    async def _ask(
        self, target: _Target, headers: bytes, body: bytes | None, max_size: int, *, exceptions: bool
    ) -> Answer:
        """One request, to the addresses that were checked and to no other."""
        addresses = await self._guard.resolve(target.host, target.port, exceptions=exceptions)
        if isinstance(addresses, Refusal):
            raise _Failed(FailReason.REFUSED if addresses.policy else FailReason.DNS, addresses.reason)
        request = b" " + target.path + b" HTTP/1.1\r\nHost: " + target.netloc + self._always + headers
        if body is None:
            request = b"GET" + request + b"\r\n"
        else:
            size = str(len(body)).encode()
            request = (
                b"POST" + request + b"Content-Type: application/json\r\nContent-Length: " + size + b"\r\n\r\n" + body
            )
        failure: Exception | None = None
        for address in addresses[:ADDRESSES_TRIED]:
            peer = Peer(address=address, port=target.port, tls_name=target.tls_name)
            try:
                return await exchange(
                    peer,
                    request,
                    turns=self._turns,
                    max_body=max_size,
                    connect_timeout=self._deadline / ADDRESSES_TRIED,
                )
            except (OSError, TimeoutError) as error:  # ssl.SSLError is an OSError
                failure = error
            except TooLarge as error:
                raise _Failed(FailReason.TOO_LARGE, str(error)) from error
            except UnusableEncoding as error:
                raise _Failed(FailReason.ENCODING, str(error)) from error
            except ExchangeFailed as error:
                raise _Failed(FailReason.PROTOCOL, str(error)) from error
        if isinstance(failure, ssl.SSLError | ssl.CertificateError):
            raise _Failed(FailReason.TLS, _words(failure)) from failure
        raise _Failed(FailReason.CONNECT, _words(failure)) from failure

    def _result(
        self, url: str, target: _Target, answer: Answer, moved_to: str | None, elapsed: float
    ) -> Fetched | NotModified:
        status = answer.status
        etag, last_modified = _validator(answer, b"etag"), _validator(answer, b"last-modified")
        now = datetime.now(UTC)
        age = freshness(_times(answer), now=now)
        if status == 304:
            return NotModified(etag=etag, last_modified=last_modified, max_age=age, elapsed=elapsed, moved_to=moved_to)
        if status == 200:
            return Fetched(
                url=url,
                body=answer.body,
                content_type=answer.text(b"content-type"),
                etag=etag,
                last_modified=last_modified,
                max_age=age,
                elapsed=elapsed,
                moved_to=moved_to,
            )
        # By the server's own clock: ours may be wrong, and so may its.
        wait = retry_after(answer.text(b"retry-after") or None, now=http_date(answer.text(b"date")) or now)
        if status in {429, 503} and wait is not None:
            raise _Failed(
                FailReason.RATE_LIMITED,
                f"HTTP {status}, retry after {wait:g} s",
                retry_after=wait,
                status=status,
                place=None if self._guard.is_exception(target.host) else target.limit,
            )
        raise _Failed(FailReason.GONE if status == 410 else FailReason.HTTP, _status_line(status), status=status)


def _redirect(url: str, answer: Answer) -> str:
    location = answer.header(b"location")
    if not location:
        raise _Failed(FailReason.REDIRECTS, f"HTTP {answer.status} without a target")
    try:
        text = location.decode("utf-8") if not location.isascii() else location.decode("ascii")
        return str(httpx.URL(url).join(text).copy_with(fragment=None))
    except (httpx.InvalidURL, ValueError) as error:
        raise _Failed(
            FailReason.REDIRECTS, f"HTTP {answer.status} to an unusable address: {location[:200]!r}"
        ) from error


def _status_line(status: int) -> str:
    with contextlib.suppress(ValueError):
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    return f"HTTP {status}"


def _times(answer: Answer) -> dict[str, str]:
    """The headers that say how long the answer is fresh."""
    said: dict[str, str] = {}
    for key, value in answer.headers:
        if key in _TIMES:
            name, text = key.decode("ascii"), value.decode(_HEADER_BYTES)
            said[name] = f"{said[name]}, {text}" if name in said else text
    return said


def _validator(answer: Answer, name: bytes) -> str | None:
    """A validator byte for byte; None where it could not be sent back in a header."""
    value = answer.header(name)
    if value is None or len(value) > MAX_VALIDATOR or not _SENDABLE.fullmatch(value):
        return None
    return value.decode(_HEADER_BYTES)


class _HostTurn:
    def __init__(self, gap: float) -> None:
        self.lock = asyncio.Lock()
        self.gap = gap
        self.free_at = 0.0


def _words(error: BaseException | None) -> str:
    return str(error) or type(error).__name__
