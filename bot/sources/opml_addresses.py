"""The address of a feed in a list, as a browser, a script or a hand left it: made fetchable, or refused."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

_MAX_URL = 2000  # characters; a longer one is refused in rackwatch.yaml, too
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?:)", re.IGNORECASE)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d)")


class Unusable(Exception):
    """Why an address cannot be used, and what to do about it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def as_web_address(written: str) -> str:
    """The address without what was wrapped around it: white space, and `feed:`, which browsers put before it."""
    url = "".join(sign for sign in written.strip() if sign not in "\t\r\n").replace(" ", "%20")
    url = _FEED_SCHEME.sub("", url, count=1)
    return f"http:{url[5:]}" if url.lower().startswith("feed://") else url


def checked(url: str) -> SplitResult:
    """The parts of a web address; raises Unusable. No message repeats an address that may hold a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Unusable("the address is not valid", "look at its host and port") from None
    if parts.username is not None or parts.password is not None:
        raise Unusable("the address carries a user name or password", "sources have none: remove it, up to the '@'")
    if parts.scheme not in {"http", "https"}:
        if _SCHEME.match(url):
            raise Unusable(f"an address that begins with '{parts.scheme}:' cannot be fetched", "use its web address")
        raise Unusable("the address lacks https:// or http://", f"write https://{url.lstrip('/')[:100]}")
    if not parts.hostname or port == 0 or re.search(r"[\s<>\"]", url):
        raise Unusable("the address is not valid", "it looks like https://example.org/feed")
    if len(url) > _MAX_URL:
        raise Unusable(f"the address is longer than {_MAX_URL:,} characters")
    return parts


def identity(parts: SplitResult) -> str:
    """The same for addresses that differ in scheme, default port, last slash or fragment only: one feed."""
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    return f"{parts.hostname}{port}{parts.path.rstrip('/')}?{parts.query}"
