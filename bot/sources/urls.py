"""The canonical form of an article's address: one article, one form; two articles, never the same.

What carries no identity goes: scheme, `www.`/`m.`/`amp.`, default port, trailing slash, AMP and print paths, session
numbers, most fragments, tracking parameters (`tracking.py`), parameter order. Every other parameter stays, since it may
be the article's number. An address that names another as its target stands for that one (`wrapped_urls.py`).

The form is for comparing, not for fetching: it has no scheme.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote_from_bytes, unquote_to_bytes, urlsplit

from bot.sources.tracking import carries_no_identity
from bot.sources.wrapped_urls import MAX_WRAPPINGS, is_wrapper, wrapped_target

# Not of hosts such as `m.org`, nor of `m.co.uk`, where it is the name.
_FRONT = re.compile(r"^(www\d?|m|mobile|amp)\.(?=[^.]+\.)(?!(?:com?|org|net|ac|gov|edu|ne|or)\.[a-z]{2}$)")
_WIKI_MOBILE = ".m.wiki"  # en.m.wikipedia.org
_AMP_FOLDER = re.compile(r"(?<=.)/(amp|amp\.html)/?$")
# A section and more must follow: a shop's /amp/ may be a folder of amplifiers.
_AMP_FIRST = re.compile(r"^/amp(?=/[^/]+/[^/]+)")
_AMP_FILE = re.compile(r"\.amp(\.html)?$")
# Only below what looks like an article: /magazine/print is a section.
_PRINT_FOLDER = re.compile(r"(/[^/]*[\d-][^/]*)/(?:print|drucken|druckversion)/?$")
_FEED_FILE = re.compile(r"(?<=\d)-rss(?=\.html$)")  # golem.de names the page so in its feed
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)  # Java Servlet 6.0, section 7.1.3
# A host's number of the article (`ar-…` at MSN) as its identity was tried and dropped: MSN gives a number to another
# article after a while (one of 35 numbers with several headlines in a week).
# Fragments that name one of several articles on a page: routes of a script (`#!/a`), entries of a live blog, a status
# page, a forum or a change log. Others are places in the article, or tracking (`#ref=rss`, `#ftag=…`, `#:~:text=…`).
_IDENTIFYING = re.compile(
    r"[!/].+|"
    r"[pc]\d{3,}|v?\d+[._-]\d[\w.-]*|"
    r"(?:incident|maintenance|post|entry|event|item|msg|message|comment|issuecomment|discussioncomment|reply|answer|"
    r"block|update|card|live|liveblog|ticker|beitrag|eintrag|release|story|article)[-_=:/]?(?=[\w.-]*\d)[\w.-]+",
    re.IGNORECASE,
)
_ESCAPES = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_PLAIN = re.compile(r"[\w.~-]*", re.ASCII)
_LABEL = re.compile(r"[^\W_][\w-]*")


def canonical_url(url: str) -> str:
    """`https://www.example.org/a/?utm_source=x#top` → `example.org/a`. Other text comes back."""
    parts = _parts(url)
    if parts is None:
        return url.strip()
    host = _host(parts)
    for _ in range(MAX_WRAPPINGS):
        if not is_wrapper(host):
            break
        inner = _parts(wrapped_target(host, parts.path, parts.query) or "")
        if inner is None:
            break
        parts, host = inner, _host(inner)
    port = parts.port
    place = host if port in {None, 80, 443} else f"{host}:{port}"
    path = _path(parts.path)
    query = _query(host, parts.path, parts.query) if parts.query else ""
    fragment = _fragment(parts.fragment, path) if parts.fragment else ""
    return f"{place}{path}{query}{fragment}".strip()


_FRONT_PAGE = re.compile(r"/?(?:(?:index|home|default)(?:\.\w+)?)?|/[a-z]{2}(?:[-_][a-z]{2})?", re.IGNORECASE)
_NAMES_ARTICLE = re.compile(r"\d{5}|(?:[^-_/]+[-_]){3}[^/]+$")
"""What a section or a script is not called: a long number, or four words of a headline."""


def may_stand_for(stated: str, given: str) -> bool:
    """Whether `stated`, which a document calls its own address, may be that of the article found at `given`.

    Careless templates state one address on all their pages. Not believed: the site's front page, what lacks the
    fragment by which the article is told from others (the server never sees it), and a folder above the article or its
    script without the parameters.
    """
    if _parts(stated) is None:
        return False
    try:
        own, found = urlsplit(f"//{canonical_url(stated)}"), urlsplit(f"//{canonical_url(given)}")
    except ValueError:  # `given` is no address, but looks like one
        return False
    if found.fragment and own.fragment != found.fragment:
        return False
    if not own.query and not own.fragment and _FRONT_PAGE.fullmatch(own.path):
        return not found.query and _FRONT_PAGE.fullmatch(found.path) is not None
    above = own.netloc == found.netloc and not own.query and found.path.startswith(own.path)
    shorter = above and (found.path[len(own.path) :].startswith("/") or (found.path == own.path and found.query != ""))
    return not shorter or _NAMES_ARTICLE.search(own.path) is not None


def _parts(url: str) -> SplitResult | None:
    """None where the text is no address of HTTP or HTTPS."""
    try:
        parts = urlsplit(url.strip())
        sound = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port >= 0)
    except ValueError:
        return None
    return parts if sound else None


def _host(parts: SplitResult) -> str:
    host = _FRONT.sub("", (parts.hostname or "").rstrip("."))
    if ":" in host:
        return f"[{host}]"
    if _WIKI_MOBILE in host:
        return host.replace(_WIKI_MOBILE, ".wiki", 1)
    return ".".join(map(_decoded_label, host.split("."))) if "xn--" in host else host


def _decoded_label(label: str) -> str:
    """Punycode as letters (RFC 3492). Encoding would make `straße` and `strasse` one, with Python's IDNA of 2003."""
    if not label.startswith("xn--"):
        return label
    try:
        text = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    return text if _LABEL.fullmatch(text) and text == text.lower() and not text.isascii() else label


def _path(path: str) -> str:
    if "amp" in path:
        path = _AMP_FILE.sub(r"\1", _AMP_FOLDER.sub("", _AMP_FIRST.sub("", path)))
    if "/print" in path or "/druck" in path:
        path = _PRINT_FOLDER.sub(r"\1", path)
    if path.endswith("-rss.html"):
        path = _FEED_FILE.sub("", path)
    if ";" in path:
        path = _SESSION.sub("", path)
    path = path.rstrip("/")
    if " " in path:
        path = path.replace(" ", "%20")
    return _ESCAPES.sub(_letters, path) if "%" in path else path


def _letters(escapes: re.Match[str]) -> str:
    """Percent-encoded letters as letters; what would change the path's structure, or is no UTF-8, stays encoded."""
    try:
        text = unquote_to_bytes(escapes[0]).decode()
    except UnicodeDecodeError:
        return escapes[0].upper()
    return text if text.isprintable() and not any(sign in text for sign in "/?#%; ") else escapes[0].upper()


def _query(host: str, path: str, query: str) -> str:
    """`?` and what is left, sorted by name: `b=&a=1&utm_source=x` → `?a=1&b=`; the order within one name stays."""
    if "&amp;" in query:  # encoded twice on the way into the feed
        query = query.replace("&amp;", "&")
    kept = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if pair and not carries_no_identity(host, path, name, value):
            kept.append((_encoded(name), _encoded(value)))
    kept.sort(key=lambda pair: pair[0])
    return "?" + "&".join(f"{name}={value}" for name, value in kept) if kept else ""


def _encoded(text: str) -> str:
    """One way of encoding, byte by byte: what is no UTF-8 (`%E4`, `%F6`) must not become one and the same sign."""
    if _PLAIN.fullmatch(text):
        return text
    plain = unquote_to_bytes(text.replace("+", " ").encode("utf-8", "surrogatepass"))
    return quote_from_bytes(plain, safe=" ").replace(" ", "+")


def _fragment(fragment: str, path: str) -> str:
    fragment = fragment.partition(":~:")[0]
    return f"{'' if path else '/'}#{fragment}" if _IDENTIFYING.fullmatch(fragment) else ""


def host_of(url: str) -> str:
    """Host and port, lower-case: what one connection at a time is counted by."""
    try:
        parts = urlsplit(url)
        return f"{(parts.hostname or '').lower()}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    except ValueError:
        return url
