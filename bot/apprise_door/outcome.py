"""What Apprise's log says of a message that it did not report as sent. Pure.

Apprise answers yes or no, and keeps the reason for its log: the status that a service answered (`error=403`), and the
error of the connection at level DEBUG. Both are the same in nearly all of its plugins. Where the log says neither, the
message may have arrived.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from bot.alerts.outcomes import Outcome, Result

MISSING = "[secret]"

_STATUS = re.compile(r"\berror=(\d{3})\b")
_SENT = re.compile(r"^Sent ")
_NEVER_CONNECTED = re.compile(
    r"NewConnectionError|ConnectTimeoutError|NameResolutionError|Failed to establish a new connection|"
    r"Connection refused|CertificateError|CERTIFICATE_VERIFY_FAILED|ProxyError"
)
"""What urllib3 says where nothing was sent: no connection, or one that was not trusted."""

_SHUT = frozenset({301, 302, 307, 308, 401, 403, 404, 405, 410})
"""Statuses that every message would meet until a person mends the URL, or what it leads to."""

_OPEN = re.compile(r"\d{1,5}|127\.0\.0\.1|localhost")
"""Parts of a URL that are no secrets: ports, and this machine."""

_DETAIL = 200


def outcome_of(said: Sequence[str], secrets: Iterable[str]) -> Outcome:
    """What became of a message, by what was said meanwhile, in order; `secrets` never stand in the detail."""
    if any(_SENT.search(line) for line in said):
        return Outcome(result=Result.UNKNOWN, detail="a part of the message may have arrived")
    statuses = [int(found[1]) for line in said if (found := _STATUS.search(line))]
    if statuses:
        return _answered(statuses[-1])
    if any(_NEVER_CONNECTED.search(line) for line in said):
        return Outcome(result=Result.NOT_SENT, detail="no connection to the service")
    last = next((line for line in reversed(said) if not line.startswith("Socket Exception")), "")
    return Outcome(result=Result.UNKNOWN, detail=scrubbed(last, secrets)[:_DETAIL] or "Apprise does not say why")


def _answered(status: int) -> Outcome:
    detail = f"the service answered {status}"
    if status in _SHUT:
        return Outcome(result=Result.FORBIDDEN, detail=detail)
    if status == 429:
        return Outcome(result=Result.NOT_SENT, detail=detail)
    if 400 <= status < 500:
        return Outcome(result=Result.REFUSED, detail=detail)
    return Outcome(result=Result.UNKNOWN, detail=detail)


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MISSING)
    return text


def secrets_of(url: str) -> frozenset[str]:
    """The URL and each of its parts that may be a key: nearly everything is one in some service's URL.

    What is shorter than four characters is left out: it would be found in every text.
    """
    _, _, rest = url.partition("://")
    parts = [part for part in re.split(r"[/?&=@:,#+]", rest) if not _OPEN.fullmatch(part)]
    found = {url, rest, *parts, *map(unquote, parts)}
    return frozenset(part for part in found if len(part) > 3)


def keys_of(url: str) -> frozenset[str]:
    """Those among them that are not found in ordinary texts, to be taken out of everything that is ever said.

    A topic at ntfy may be named `datacenter`: a word is no key by itself, but with what stands around it.
    """
    _, _, rest = url.partition("://")
    path = rest.partition("?")[0].partition("/")[2]
    whole = {url, *(text for text in (rest, path) if "/" in text or "@" in text)}
    return frozenset(whole | {part for part in secrets_of(url) if re.search(r"\d", part)})
