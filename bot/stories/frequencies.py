"""How common a word is in its language: the one file that reads wordfreq's data, and that imports msgpack."""

from __future__ import annotations

import gzip
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import msgpack

from rules.text import fold

ARTICLE_WORDS = 60
"""Words of a headline with its teaser, about."""

UNKNOWN = 0.0004
"""Share of articles that hold a word which the tables do not know: names, most of all."""

_ABROAD = 0.3
"""A word that only English knows is as likely a name or a borrowed word: this part of its frequency counts."""

_TABLES_KEPT = 12
"""Languages in memory at once, 3 to 10 MB each."""


def share_of_articles(word: str, language: str) -> float:
    """The share (0 to 1) of short articles in `language` (ISO 639-1) that hold the folded `word`.

    From the frequencies of words in books, subtitles, web pages and social media (wordfreq, its small lists: 30,000 to
    60,000 words a language), times the words of a short article.
    """
    frequency = _table(language).get(word)
    if frequency is None and language != "en":
        frequency = _ABROAD * _table("en").get(word, 0.0)
    return min(0.9, ARTICLE_WORDS * frequency) if frequency else UNKNOWN


@lru_cache(maxsize=_TABLES_KEPT)
def _table(language: str) -> dict[str, float]:
    """Frequencies by folded word.

    The package's data are read without importing its code: tokenizers for many languages, a second and 16 MB. The
    format, "cBpack", is described in its `read_cBpack`: lists of words by frequency, a hundredth of a power of ten
    apart.
    """
    path = _data() / f"small_{'nb' if language == 'no' else language}.msgpack.gz"
    if not path.is_file():
        return {}
    header, *buckets = msgpack.unpackb(gzip.decompress(path.read_bytes()))
    if header.get("format") != "cB" or header.get("version") != 1:
        raise RuntimeError(f"{path} is of another version than this program knows; install the pinned wordfreq")
    folded: dict[str, float] = {}
    for centibels, words in enumerate(buckets):
        frequency = 10 ** (-centibels / 100)
        for word in words:
            key = word if word.isascii() else fold(word)
            folded[key] = folded.get(key, 0.0) + frequency
    return folded


@cache
def _data() -> Path:
    spec = find_spec("wordfreq")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package wordfreq is missing; install rackwatch with its dependencies")
    return Path(spec.origin).parent / "data"
