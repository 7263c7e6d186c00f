"""Who speaks: the independent owner behind an article, not the feed it came through. Pure."""

from __future__ import annotations

import re

_AGENCIES = "dpa|AFP|AP|Reuters|APA|SDA|ANSA|EFE|PAP|Xinhua|Kyodo|Bloomberg"
# "BERLIN (dpa) -", "(Reuters) -", "dpa/…", "Quelle: dpa", "新华社" at the head or the foot of a text.
_HEAD = re.compile(rf"(?:\((?P<a>{_AGENCIES})(?:[/-][\w-]+)?\)\s*[-–—:]?)|^(?P<b>{_AGENCIES})(?:/[\w-]+)?\s*[-–—:]")
_FOOT = re.compile(
    rf"(?:Quelle|Source|Fuente|Fonte):?\s*(?P<a>{_AGENCIES})\b\.?\s*$|\((?P<b>{_AGENCIES})(?:/[\w-]+)*\)\s*$"
)
HEAD = 200
"""Characters in which an agency's mark stands in a dispatch; further in, the agency is only mentioned."""


def voice(publisher: str, text: str) -> str:
    """The publisher, or the news agency whose dispatch this is: ten papers that print it are one voice."""
    found = _HEAD.search(text[:HEAD]) or _FOOT.search(text[-HEAD:])
    if not found:
        return publisher
    return found.group("a") or found.group("b") or publisher
