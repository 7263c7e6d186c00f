"""A short name for a new source, made of its title or address. Pure."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")  # what rackwatch.yaml takes
_LONGEST = 40  # characters that somebody will type; rackwatch.yaml allows 64, so that a number has room
# Letters that lose more than a mark on the way to a-z, as their languages write them without special keys.
_SPELLED = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "aa", "þ": "th", "ð": "d",
        "đ": "d", "ł": "l", "ı": "i", "'": "", "’": "",
    }
)  # fmt: skip
_ADDRESS = re.compile(r"[a-z][a-z+]*://.*|[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#].*)?", re.IGNORECASE | re.DOTALL)
_SECOND_LEVEL = {"ac", "co", "com", "edu", "go", "gov", "gob", "ne", "net", "or", "org"}
# Houses with many tenants: whose site it is stands before their name.
_LANDLORDS = {
    "blogspot", "bsky", "buttondown", "fandom", "ghost", "github", "gitlab", "livejournal", "medium", "mastodon",
    "netlify", "substack", "tumblr", "typepad", "vercel", "wordpress",
}  # fmt: skip
_SERVICES = {"www", "feeds", "feed", "rss", "blog", "blogs", "news", "m", "api"}


def free_key(wanted: str, taken: Iterable[str], address: str = "") -> str:
    """A valid key that is not taken: `Ars Technica` → `ars-technica`, `https://www.heise.de/rss` → `heise`.

    `wanted` is a title, a host or an address. A title in another script than Latin gives nothing to type; then the
    host of `address` does. The second of a name is `name-2`.
    """
    base = _from_text(wanted.strip()) or _from_address(address) or "source"
    known = set(taken)
    if base not in known:
        return base
    return next(
        key for number in itertools.count(2) if (key := f"{base[: 63 - len(str(number))]}-{number}") not in known
    )


def _from_text(text: str) -> str:
    if _ADDRESS.fullmatch(text):
        return _from_address(text)
    if _KEY.fullmatch(text):
        return text
    return "" if any(_is_foreign(sign) for sign in text) else _slug(text)


def _from_address(address: str) -> str:
    """The name that a host is known by: `feeds.arstechnica.com` → `arstechnica`, `bbc.co.uk` → `bbc`."""
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    if re.fullmatch(r"\d+(?:\.\d+){3}", host):
        return host
    labels = host.rstrip(".").split(".")
    name = labels[:-1] or labels
    if len(name) > 1 and name[-1] in _SECOND_LEVEL:
        name = name[:-1]
    if len(name) > 1 and name[-1] in _LANDLORDS and name[-2] not in _SERVICES:
        name = name[:-1]
    return "" if any(map(_is_foreign, name[-1])) else _slug(name[-1])


def _slug(text: str) -> str:
    spelled = unicodedata.normalize("NFC", text).lower().translate(_SPELLED)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(sign))
    slug = re.sub("[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) <= _LONGEST:
        return slug
    words, _, _ = slug[: _LONGEST + 1].rpartition("-")
    return words or slug[:_LONGEST]


def _is_foreign(sign: str) -> bool:
    """A letter of another script, of which a key would keep nothing."""
    return sign.isalpha() and "LATIN" not in unicodedata.name(sign, "")
