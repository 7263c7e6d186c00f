"""One polite HTTP fetch. The only file that imports httpx.

Conditional, gzip only, inflated by ourselves with a cap (httpx would inflate 1.6 KB into 1 GiB in one chunk), bounded
by one total deadline (a per-read timeout never ends on a server that trickles), one connection per host with a pause
between requests, no cookies, no proxies or netrc from the environment. Every outcome is a value.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self

import httpx

from bot.sources.guard import Guard, Refusal
from bot.sources.urls import host_of

MAX_REDIRECTS = 5
"""Hops followed; browsers follow 20, feeds need one or two (http → https → www)."""

ADDRESSES_TRIED = 3
"""Addresses of one host that are tried before the connection counts as failed."""

ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, */*;q=0.1"


_HEADER_BYTES = "latin-1"
"""Every byte is one character of it, so a validator comes back as it was (RFC 9110, 5.5: obs-text)."""

_SENDABLE = re.compile(rb"[\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff\t]*[\x21-\x7e\x80-\xff])?")


class FailReason(Enum):
    """Why a fetch brought nothing. The text stands in tables, logs and metrics."""

    REFUSED = "refused address"
    DNS = "unknown host"
    CONNECT = "no connection"
    TLS = "TLS error"
    TIMEOUT = "deadline passed"
    PROTOCOL = "broken answer"
    TOO_LARGE = "too large"
    ENCODING = "unusable compression"
    REDIRECTS = "bad redirect"
    HTTP = "HTTP error"
    GONE = "gone"
    RATE_LIMITED = "asked to wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A 200 with its inflated body (bytes); the validators are kept byte for byte, as a pair."""

    url: str
    body: bytes
    content_type: str
    etag: str | None
    last_modified: str | None
    max_age: float | None
    elapsed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304; validators that it carries replace the old pair."""

    etag: str | None
    last_modified: str | None
    max_age: float | None
    elapsed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailure:
    """Nothing usable; `retry_after` in seconds where the server named a time."""

    reason: FailReason
    detail: str
    elapsed: float
    retry_after: float | None = None

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.detail}"


FetchResult = Fetched | NotModified | FetchFailure


class _Failed(Exception):
    """Carries a reason out of nested code; never leaves this module."""

    def __init__(self, reason: FailReason, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.retry_after = retry_after


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
        self._client = httpx.AsyncClient(
            headers={"User-Agent": user_agent, "Accept": ACCEPT, "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(None, connect=deadline / ADDRESSES_TRIED),  # the total deadline is ours
            follow_redirects=False,
            trust_env=False,
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            limits=httpx.Limits(max_connections=concurrency * 2, max_keepalive_connections=concurrency),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> FetchResult:
        """Fetch one document; the deadline starts with its turn at the host and holds for all redirects."""
        headers = {}
        if etag:
            headers["If-None-Match"] = etag.encode(_HEADER_BYTES)
        if last_modified:
            headers["If-Modified-Since"] = last_modified.encode(_HEADER_BYTES)
        started = time.monotonic()
        try:
            return await self._follow(url, headers)
        except _Failed as failed:
            return FetchFailure(
                reason=failed.reason,
                detail=str(failed),
                elapsed=time.monotonic() - started,
                retry_after=failed.retry_after,
            )

    async def _follow(self, url: str, headers: Mapping[str, bytes]) -> FetchResult:
        seen = {url}
        left = self._deadline  # seconds for all hops together; waiting for a turn at a host does not count
        for _ in range(MAX_REDIRECTS + 1):
            try:
                async with self._turn(url), asyncio.timeout(left):
                    began = time.monotonic()
                    answer = await self._request(url, headers)
                    left -= time.monotonic() - began
            except TimeoutError as error:
                raise _Failed(FailReason.TIMEOUT, f"no complete answer within {self._deadline:g} s") from error
            if not isinstance(answer, str):
                return answer
            url = answer
            if url in seen:
                raise _Failed(FailReason.REDIRECTS, f"redirects in a circle at {url}")
            seen.add(url)
        raise _Failed(FailReason.REDIRECTS, f"more than {MAX_REDIRECTS} redirects, the last to {url}")

    @contextlib.asynccontextmanager
    async def _turn(self, url: str) -> AsyncIterator[None]:
        """One request at a time per host, with the pause between them, and no more than the slots overall."""
        turn = self._hosts.setdefault(host_of(url), _HostTurn())
        async with turn.lock:
            wait = turn.free_at - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            async with self._slots:
                try:
                    yield
                finally:
                    turn.free_at = time.monotonic() + self._host_gap

    async def _request(self, url: str, headers: Mapping[str, bytes]) -> FetchResult | str:
        """One request; a redirect comes back as its target."""
        started = time.monotonic()
        try:
            target = httpx.URL(url)
            port = target.port or (443 if target.scheme == "https" else 80)
            host = target.host
        except (httpx.InvalidURL, ValueError) as error:  # IDNA errors are ValueErrors
            raise _Failed(FailReason.REFUSED, f"not a web address: {url[:200]!r}") from error
        if target.scheme not in {"http", "https"} or not host or target.userinfo or not 0 < port < 65536:
            raise _Failed(FailReason.REFUSED, f"not a plain web address: {url[:200]!r}")
        addresses = await self._guard.resolve(host, port)
        if isinstance(addresses, Refusal):
            raise _Failed(FailReason.REFUSED if addresses.policy else FailReason.DNS, addresses.reason)
        response = await self._connect(target, addresses, headers)
        try:
            return await self._read(url, response, started)
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise _Failed(FailReason.PROTOCOL, f"the answer broke off: {_words(error)}") from error
        finally:
            # Closing must not hang on the server that we are leaving.
            with contextlib.suppress(Exception):
                await asyncio.wait_for(response.aclose(), 1)

    async def _connect(self, target: httpx.URL, addresses: list[str], headers: Mapping[str, bytes]) -> httpx.Response:
        """Send to the checked address itself, with the name in the Host header and in TLS."""
        failure: Exception | None = None
        for address in addresses[:ADDRESSES_TRIED]:
            request = self._client.build_request(
                "GET",
                target.copy_with(host=address, fragment=None),
                headers={b"Host": target.netloc, **{name.encode(): value for name, value in headers.items()}},
                extensions={"sni_hostname": target.raw_host.decode("ascii")},
            )
            try:
                return await self._client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
            except httpx.HTTPError as error:
                raise _Failed(FailReason.PROTOCOL, f"no valid answer: {_words(error)}") from error
            except ValueError as error:  # httpx reads a redirect's target although it does not follow it
                raise _Failed(FailReason.REDIRECTS, f"redirect to an unusable address: {_words(error)}") from error
        cause: BaseException | None = failure
        while cause is not None:
            if isinstance(cause, ssl.SSLError):
                raise _Failed(FailReason.TLS, _words(cause)) from failure
            cause = cause.__cause__ or cause.__context__
        raise _Failed(FailReason.CONNECT, _words(failure)) from failure

    async def _read(self, url: str, response: httpx.Response, started: float) -> FetchResult | str:
        status = response.status_code
        validators = {"etag": _validator(response, b"etag"), "last_modified": _validator(response, b"last-modified")}
        age = max_age(response.headers)
        if status == 304:
            return NotModified(**validators, max_age=age, elapsed=time.monotonic() - started)
        if status in {301, 302, 303, 307, 308}:
            location = response.headers.get("location")
            if not location:
                raise _Failed(FailReason.REDIRECTS, f"HTTP {status} without a target")
            try:
                return str(httpx.URL(url).join(location))
            except (httpx.InvalidURL, ValueError) as error:
                raise _Failed(FailReason.REDIRECTS, f"HTTP {status} to {location[:200]!r}") from error
        if status != 200:
            wait = retry_after(response.headers.get("retry-after"), now=datetime.now(UTC))
            if status in {429, 503} and wait is not None:
                raise _Failed(FailReason.RATE_LIMITED, f"HTTP {status}, retry after {wait:g} s", wait)
            reason = FailReason.GONE if status == 410 else FailReason.HTTP
            raise _Failed(reason, f"HTTP {status} {response.reason_phrase}".strip())
        body = await self._body(response)
        return Fetched(
            url=url,
            body=body,
            content_type=response.headers.get("content-type", ""),
            **validators,
            max_age=age,
            elapsed=time.monotonic() - started,
        )

    async def _body(self, response: httpx.Response) -> bytes:
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding in {"", "identity", "none"}:
            inflate = None
        elif encoding in {"gzip", "x-gzip", "deflate"}:
            inflate = Inflater(wbits=47 if encoding != "deflate" else 15)  # 47: gzip or zlib, by its header
        else:
            raise _Failed(FailReason.ENCODING, f"sent as {encoding!r}, although only gzip was offered")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk if inflate is None else inflate.feed(chunk, self._max_size + 1 - len(body))
            if len(body) > self._max_size:
                raise _Failed(FailReason.TOO_LARGE, f"more than {self._max_size:,} bytes (fetch.max_size)")
        if inflate is not None and not inflate.whole and body:
            raise _Failed(FailReason.PROTOCOL, "the compressed answer is cut off")
        return bytes(body)


class Inflater:
    """Inflates with a cap; a gzip answer may have several members, one behind the other (RFC 1952, 2.2)."""

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._stream = zlib.decompressobj(wbits=wbits)

    @property
    def whole(self) -> bool:
        return self._stream.eof

    def feed(self, chunk: bytes, most: int) -> bytes:
        """At most `most` bytes of what the chunk inflates to."""
        out = b""
        try:
            while chunk and len(out) < most:
                if self._stream.eof:
                    if not chunk.strip(b"\0"):
                        break  # padding
                    self._stream = zlib.decompressobj(wbits=self._wbits)
                out += self._stream.decompress(chunk, most - len(out))
                chunk = self._stream.unused_data if self._stream.eof else b""
        except zlib.error as error:
            raise _Failed(FailReason.ENCODING, f"broken compression: {error}") from error
        return out


def _validator(response: httpx.Response, name: bytes) -> str | None:
    """A validator byte for byte; None where it could not be sent back in a header."""
    for key, value in response.headers.raw:
        if key.lower() == name:
            return value.decode(_HEADER_BYTES) if _SENDABLE.fullmatch(value) else None
    return None


class _HostTurn:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0


def _words(error: BaseException | None) -> str:
    return str(error) or type(error).__name__


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """Seconds from a Retry-After header, number or HTTP date (RFC 9110, 10.2.3); None for anything else."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:12]), 10**9))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now) / timedelta(seconds=1))


def max_age(headers: Mapping[str, str]) -> float | None:
    """Seconds of `Cache-Control: max-age` (RFC 9111, 5.2.2.1); None where it is absent or unreadable."""
    for directive in headers.get("cache-control", "").split(","):
        name, _, value = directive.partition("=")
        digits = value.strip().strip('"')
        if name.strip().lower() == "max-age" and digits.isascii() and digits.isdigit():
            return float(min(int(digits[:12]), 10**9))
    return None
