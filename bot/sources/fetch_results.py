"""How a fetch ends, as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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
    """A 200 with its inflated body (bytes); the validators are kept byte for byte, as a pair.

    `moved_to` is where the source lives now, by permanent redirects alone (None: where it was asked).
    """

    url: str
    body: bytes | bytearray
    content_type: str
    etag: str | None
    last_modified: str | None
    max_age: float | None
    elapsed: float
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304; validators that it carries replace the old pair."""

    etag: str | None
    last_modified: str | None
    max_age: float | None
    elapsed: float
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailure:
    """Nothing usable; `retry_after` in seconds where the server named a time, `status` where it answered at all.

    `place` is what the waiting counts for: `host:port` or a shared service; None where only this address is meant (a
    private host that the person allows: a bridge's 503 says nothing of its other routes).
    """

    reason: FailReason
    detail: str
    elapsed: float
    retry_after: float | None = None
    status: int | None = None
    place: str | None = None

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.detail}"


FetchResult = Fetched | NotModified | FetchFailure
