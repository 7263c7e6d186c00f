"""Services whose many hosts share one limit, and what each can bear: known from their answers and their users."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLimit:
    """All hosts below `domain` count as one; `gap` is the pause between two requests to it, in seconds."""

    domain: str
    gap: float


SHARED_LIMITS = (
    # One request a minute without an account; the second within it gets 429 (NetNewsWire issues 5328, 5355).
    SharedLimit(domain="reddit.com", gap=61.0),
    # One limit for the whole service, whatever the blog's name (FreshRSS issue 8925).
    SharedLimit(domain="tumblr.com", gap=10.0),
    # Asks readers not to load its feeds one right after another (NetNewsWire issue 4428).
    SharedLimit(domain="openrss.org", gap=60.0),
    # Ten requests a second are allowed to a client, contact in the User-Agent required (SEC, "Accessing EDGAR Data").
    SharedLimit(domain="sec.gov", gap=1.0),
)


def shared_limit(host: str) -> SharedLimit | None:
    """The limit that this host name falls under."""
    name = host.rstrip(".").lower()
    return next((limit for limit in SHARED_LIMITS if name == limit.domain or name.endswith(f".{limit.domain}")), None)


def limit_key(place: str) -> str:
    """What requests are counted by: `host:port`, or the domain of a service that shares one limit."""
    limit = shared_limit(place.rpartition(":")[0])
    return limit.domain if limit is not None else place
