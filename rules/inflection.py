"""Regular forms of a term's words: plurals and case endings, never another word.

Two layers. The *common* forms hold in every text: the plurals of English and of most loan words. The forms *of a
language* count only in texts of that language: candidates are made from its endings of nouns and adjectives, and the
Snowball stemmer (the one file that imports Stemmer) must reduce a candidate to the stem of the word itself. The
stemmer alone would go too far: it also joins "fire" and "fired".
"""

import unicodedata

from rules.endings import ENDINGS
from rules.stems import new_stemmer
from rules.text import fold

_SHORTEST = 4  # letters; shorter words are mostly names and abbreviations: "xAI", "AWS", "SMF"
_SHORTEST_IN = {"de": 6}  # Messe and Messer, Fall and Falle, Reis and Reise: short German nouns have such neighbours
_SIBILANT = ("s", "x", "z", "ch", "sh")
_VOWELS = "aeiou"
#: Languages that have an Inflector; in English the common forms are all there is.
INFLECTED = frozenset(ENDINGS)


def common_forms(written: str, folded: str) -> list[str]:
    """Folded forms of one folded word in any language, itself first; `written` shows its letter case."""
    if not _inflects(written) or not _latin(folded):
        return [folded]
    name = written[:1].isupper()
    forms = [folded, *_plural(folded, name=name)]
    if folded.endswith("um") and len(folded) > 5:  # Zentrum → Zentren, centrum → centra
        forms += [folded[:-2] + "en", folded[:-2] + "a"]
    if name and folded.endswith(("ung", "heit", "keit", "schaft", "ion")):  # German nouns
        forms.append(folded + "en")
    if name and folded.endswith(("age", "enz", "ie")):  # Anlage → Anlagen; not "-e" at large: names
        forms.append(folded + ("en" if folded.endswith("z") else "n"))
    return list(dict.fromkeys(forms))


class Inflector:
    """The forms of words in one language. Not for two threads at once: the stemmer keeps a state."""

    def __init__(self, language: str) -> None:
        self._stem = new_stemmer(language)
        self._shortest = _SHORTEST_IN.get(language, _SHORTEST)
        self._endings = {
            ending: tuple("" if other == "-" else other for other in others.split())
            for ending, others in ENDINGS[language].items()
        }
        self._longest = max(map(len, self._endings))
        self._known: dict[str, tuple[str, ...]] = {}

    def forms(self, written: str) -> tuple[str, ...]:
        """Folded forms of a word, the word itself left out; none for names in capitals and short words."""
        known = self._known.get(written)
        if known is None:
            known = self._known[written] = self._forms(written) if self._bends(written) else ()
        return known

    def _bends(self, written: str) -> bool:
        return len(written) >= self._shortest and _inflects(written)

    def _forms(self, written: str) -> tuple[str, ...]:
        word = unicodedata.normalize("NFC", written).lower()
        ending = next(
            word[cut:] for cut in range(max(1, len(word) - self._longest), len(word) + 1) if word[cut:] in self._endings
        )
        base, stem = word.removesuffix(ending), self._stem(word)
        kept = [
            base + other.removeprefix("!")
            for other in self._endings[ending]
            if other.startswith("!") or self._stem(base + other) == stem
        ]
        folded = fold(word)
        return tuple(dict.fromkeys(form for form in map(fold, kept) if form != folded))


def _inflects(written: str) -> bool:
    return len(written) >= _SHORTEST and written.isalpha() and not written.isupper()


def _plural(word: str, *, name: bool) -> list[str]:
    if word.endswith("sis") and not name:  # crisis → crises
        return [word[:-2] + "es"]
    if word.endswith(_SIBILANT):
        return [] if name or (word.endswith("s") and not word.endswith(("ss", "us"))) else [word + "es"]
    if word.endswith("y") and word[-2] not in _VOWELS:
        return [word + "s"] if name else [word[:-1] + "ies"]
    forms = [word + "s"]
    if name:
        return forms
    if word.endswith("o") and word[-2] not in _VOWELS:  # hero → heroes
        forms.append(word + "es")
    if word.endswith(("dor", "cion", "dad")):  # servidor → servidores, instalación → instalaciones
        forms.append(word + "es")
    if word.endswith("cao"):  # instalação → instalações
        forms.append(word[:-2] + "oes")
    if word.endswith("eau"):  # réseau → réseaux
        forms.append(word + "x")
    return forms


def _latin(word: str) -> bool:
    return all(
        (letter.isascii() and letter.isalpha()) or unicodedata.name(letter, "").startswith("LATIN") for letter in word
    )
