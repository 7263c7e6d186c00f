"""A title guessed from an address, where a sitemap gives no other."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from bot.documents.plain_text import clean

_ENDING = re.compile(r"((?<!.)(index|default))?\.(html?|php|aspx?|jsp|shtml|amp)$", re.IGNORECASE)
_BETWEEN = re.compile(r"[-_+.,\s]+")
_NUMBER = re.compile(r"[a-z]{0,3}\d{3,}|(?=[0-9a-f]*\d)[0-9a-f]{6,}|(?=\w*\d\w*\d)[a-z0-9]{10,}", re.IGNORECASE)
"""Article numbers, hashes, and long mixtures of letters and digits."""


def title_from_address(url: str) -> str:
    """`…/tesla-opens-data-center-123.html` → `tesla opens data center`; "" where the path holds no words.

    The last part of the path with at least two words, or else with one; numbers at its ends go.
    """
    titles = [_words(part) for part in reversed(urlsplit(url).path.split("/")) if part]
    several = (title for title in titles if " " in title or not title.isascii())
    return next(several, next((title for title in titles if title), ""))


def _words(part: str) -> str:
    words = [word for word in _BETWEEN.split(_ENDING.sub("", clean(unquote(part)))) if word]
    numbered = False
    # The single letter before a number belongs to it: "…-a-1234".
    while words and (_NUMBER.fullmatch(words[-1]) or (numbered and len(words[-1]) == 1)):
        words.pop()
        numbered = True
    while words and _NUMBER.fullmatch(words[0]):
        words.pop(0)
    return " ".join(words) if any(character.isalpha() for character in "".join(words)) else ""
