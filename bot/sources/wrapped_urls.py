"""Addresses that lead to another address and tell which: redirectors, AMP caches, archive copies, Google News.

For identity only: what an address leads to is never fetched because of what stands here. Where the address alone does
not tell (`t.co`, `apple.news`, `feedproxy.google.com/~r/`, Google News since 2024), it stands for itself; a feed's own
`feedburner:origLink` or a page's `rel=canonical` may tell.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import parse_qsl

MAX_WRAPPINGS = 5
"""Deeper nests are hostile; the innermost that was reached stands."""

# (host, path; `*` is any) → the parameters that may hold the target, as seen in the services' own links.
_PARAMETERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("bing.com", "/news/apiclick.aspx"): ("url",),
    ("disq.us", "/url"): ("url",),
    ("duckduckgo.com", "/l/"): ("uddg",),
    ("facebook.com", "/l.php"): ("u",),
    ("l.facebook.com", "/l.php"): ("u",),
    ("l.instagram.com", "/"): ("u",),
    ("lm.facebook.com", "/l.php"): ("u",),
    ("medium.com", "/r/"): ("url",),
    ("news.google.com", "/news/url"): ("url",),
    ("out.reddit.com", "*"): ("url",),
    ("slack-redir.net", "/link"): ("url",),
    ("t.umblr.com", "/redirect"): ("z",),
    ("vk.com", "/away.php"): ("to",),
    ("youtube.com", "/redirect"): ("q",),
}
_HOSTS = frozenset({host for host, _ in _PARAMETERS} | {"web.archive.org", "youtu.be"})
_AMP_CACHE = ".cdn.ampproject.org"
# https://developers.google.com/amp/cache/overview: `c` a document, `v` in a viewer, `s` fetched by HTTPS
_CACHED = re.compile(r"/(?:c|v|wp)/(?:s/)?([^/]+\.[^/]+/.*)")
_GOOGLE_AMP = re.compile(r"/amp/(?:s/)?([^/]+\.[^/]+/.*)")
_ARCHIVED = re.compile(r"/web/(?:[\d*]+(?:[a-z]{2}_)?/)?(https?):/{1,2}(.+)", re.IGNORECASE)
_GOOGLE_NEWS = re.compile(r"(?:/__i)?(?:/rss)?(?:/rd)?/articles/([\w-]+)=*")
_YOUTUBE = re.compile(r"/([\w-]{11})")


def is_wrapper(host: str) -> bool:
    """Whether an address at this host (lower case, without `www.`) may lead to another one that it names."""
    return host in _HOSTS or host.startswith("google.") or host.endswith(_AMP_CACHE)


def wrapped_target(host: str, path: str, query: str) -> str | None:
    """The address of HTTP or HTTPS that this one names as its target, or None."""
    found: str | None
    if host == "web.archive.org":
        copy = _ARCHIVED.fullmatch(path)
        return _with_query(f"{copy[1]}://{copy[2]}", query) if copy else None
    if host.endswith(_AMP_CACHE):
        cached = _CACHED.fullmatch(path)
        return _with_query(f"https://{cached[1]}", query) if cached else None
    if host == "youtu.be":
        video = _YOUTUBE.fullmatch(path)
        return f"https://youtube.com/watch?v={video[1]}" if video else None
    if host == "news.google.com" and (found := _google_news(path)):
        return found
    names = _PARAMETERS.get((host, path)) or _PARAMETERS.get((host, "*"), ())
    if host.startswith("google."):
        if cached := _GOOGLE_AMP.fullmatch(path):
            return _with_query(f"https://{cached[1]}", query)
        names = ("q", "url") if path == "/url" else ()
    return _parameter(query, names)


def _parameter(query: str, names: tuple[str, ...]) -> str | None:
    given = dict(parse_qsl(query)) if names else {}
    for name in names:
        if given.get(name, "").lower().startswith(("http://", "https://")):
            return given[name]
    return None


def _google_news(path: str) -> str | None:
    """Until 2024 the article's number was base64 of a message whose fourth field (tag 0x22) is the address."""
    number = _GOOGLE_NEWS.fullmatch(path)
    if not number:
        return None
    try:
        message = base64.urlsafe_b64decode(number[1] + "=" * (-len(number[1]) % 4))
    except (binascii.Error, ValueError):
        return None
    if not message.startswith(b"\x08\x13\x22") or len(message) < 5:
        return None
    # The length is a varint: seven bits a byte, the lowest first; addresses take one or two bytes.
    size, start = message[3], 4
    if size >= 0x80:
        size, start = (size & 0x7F) | message[4] << 7, 5
    target = message[start : start + size]
    whole = len(target) == size and target.isascii() and target.startswith((b"http://", b"https://"))
    return target.decode("ascii") if whole else None


def _with_query(url: str, query: str) -> str:
    """Caches and archives keep the query of the address as their own."""
    return f"{url}?{query}" if query else url
