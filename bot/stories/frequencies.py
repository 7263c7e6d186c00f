"""How common a word is in its language: the one file that imports wordfreq."""

from __future__ import annotations

from functools import cache, lru_cache

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
    import wordfreq  # noqa: PLC0415 - a second and 16 MB, which only grouping needs

    code = "nb" if language == "no" else language
    if code not in _languages():
        return {}
    folded: dict[str, float] = {}
    for word, frequency in wordfreq.get_frequency_dict(code, "small").items():
        key = word if word.isascii() else fold(word)
        folded[key] = folded.get(key, 0.0) + frequency
    return folded


@cache
def _languages() -> frozenset[str]:
    import wordfreq  # noqa: PLC0415 - as above

    return frozenset(wordfreq.available_languages("small"))
