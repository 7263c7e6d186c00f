"""Stems of words, by the Snowball stemmers: the one file that imports Stemmer."""

import threading
from collections.abc import Callable

import Stemmer

STEMMERS = {
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
"""Snowball's names by ISO 639-1."""

_mine = threading.local()  # a stemmer keeps a state: each thread has its own


def new_stemmer(language: str) -> Callable[[str], str]:
    """A function from a word to its stem, for one thread at a time. Raises KeyError where Snowball lacks a language."""
    made: Callable[[str], str] = Stemmer.Stemmer(STEMMERS[language]).stemWord
    return made


def stem(word: str, language: str) -> str:
    """The stem of a folded word; the word itself where Snowball does not know the language."""
    if language not in STEMMERS:
        return word
    known: dict[str, Callable[[str], str]] = _mine.__dict__.setdefault("known", {})
    if language not in known:
        known[language] = new_stemmer(language)
    return known[language](word)
