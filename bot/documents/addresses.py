"""Addresses as documents write them, made whole."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_IGNORED = re.compile(r"[\t\r\n]")
"""Browsers drop these inside an address (WHATWG URL, 4.4)."""

_WHOLE = re.compile(r"https?://", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def web_address(base: str, address: str) -> str:
    """The address, seen from `base`; "" for what is no http or https address (mail, scripts, nonsense)."""
    text = _IGNORED.sub("", address.strip())
    if not text or _CONTROL.search(text):
        return ""
    try:
        # urljoin tidies ("…/a;" loses its sign), so what is whole stays as it is.
        found = text if _WHOLE.match(text) else urljoin(base, text)
        parts = urlsplit(found)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return ""
    return found.replace(" ", "%20") if usable else ""
