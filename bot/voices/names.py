"""Names of outlets as texts write them, found at a given place of a text. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rules.text import is_wide

# Not in capitals: the LA Times are no "Times" with an article.
_ARTICLE = re.compile(r"(?:[Tt]he|[Dd](?:er|ie|as|en|em|es)|[Ll](?:es?|a|os)|[Ee]l|[Ii]l|[Dd]e|[Hh]et)\s+|[Ll]['’]\s*")
_QUOTES = "\"'„“”‚‘’«»‹›《》「」『』()（）[] \t"
_SHORT = 4
"""Names in capitals of so few letters (AP, EFE, PAP) are read as they stand: in other letters they are other words."""

_COMPOUND = re.compile(
    r"-(?:bericht|berichts|berichte|berichten|informationen|angaben|recherche|recherchen|reporter|reporterin|"
    r"journalist|journalistin|artikel|interview|meldung|online|redakteur|autor|umfrage|kolumnist)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r" [A-Z][a-z]+")
_MAY_FOLLOW = frozenset(
    "News TV Online Magazine Business Radio Newspaper Monday Tuesday Wednesday Thursday Friday Saturday Sunday January "
    "February March April May June July August September October November December On In The Last This Late Early "
    "Opinion Investigations Exclusive".split()
)
_PERSONS_TOO = frozenset(["Bloomberg", "Forbes", "Stern", "Barrons"])
_WORD_BEFORE = re.compile(r"([A-Z][a-z]+) $")
_MAY_PRECEDE = frozenset(
    "As But And While When What The After Since Yesterday Today Earlier Last News Agency Magazine Publication Also "
    "Wie Der Die Das Agentur Nachrichtenagentur Wirtschaftsagentur Nachrichtendienst Finanzdienst Magazin Zeitung "
    "Medium Dienst Sender Business That However".split()
)


def fold(name: str) -> str:
    """What two writings of one name have in common: `The Verge` and `verge`, `«Le Monde»` and `Monde`."""
    text = " ".join(unicodedata.normalize("NFKC", name).split()).strip(_QUOTES)
    article = _ARTICLE.match(text)
    return text[article.end() if article else 0 :].casefold()


def joins(sign: str) -> bool:
    """Whether this character continues a word; scripts without spaces have no such ones."""
    return sign.isalnum() and not is_wide(sign)


@dataclass(frozen=True, slots=True)
class Named:
    """A name of the table in a text: whose, as the table writes it, and where."""

    owner: str
    name: str
    start: int
    end: int


class Names:
    """Names by how they begin and end; the longest that fits is meant. A look-up is a few comparisons."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names` are (name, owner's key)."""
        begin: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        end: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, owner in sorted(set(names), key=lambda pair: (-len(pair[0]), pair)):
            if len(name) > 1:  # a single letter is too often something else
                begin[name[:2].lower()].append((name, owner))
                end[name[-2:].lower()].append((name, owner))
        self._begin, self._end = dict(begin), dict(end)

    def at(self, text: str, start: int, *, strict: bool) -> Named | None:
        """The name that begins here; `strict` where capitals continue a name (not in German, where nouns have them)."""
        for name, owner in self._begin.get(text[start : start + 2].lower(), ()):
            end = start + len(name)
            if (
                _written(text[start:end], name)
                and _ends(text, end, name)
                and not (strict and _goes_on(text, end, name))
            ):
                return Named(owner, name, start, end)
        return None

    def before(self, text: str, end: int) -> Named | None:
        """The name that ends here."""
        for name, owner in self._end.get(text[max(0, end - 2) : end].lower(), ()):
            start = end - len(name)
            if start < 0 or not _written(text[start:end], name):
                continue
            if start and joins(text[start - 1]) and not is_wide(name[0]):
                continue
            if name in _PERSONS_TOO and _is_surname(text, start):
                return None
            return Named(owner, name, start, end)
        return None


def _written(text: str, name: str) -> bool:
    if text == name:
        return True
    if (name.isupper() and len(name) <= _SHORT) or text.lower() != name.lower():
        return False
    return text[0].isupper() or name[0].islower() or not name[0].isalpha() or name.lower().startswith("the ")


def _ends(text: str, end: int, name: str) -> bool:
    rest = text[end : end + 1]
    if not rest or is_wide(name[-1]):
        return True
    if rest == "s" and not joins(text[end + 1 : end + 2] or " "):  # des Spiegels
        return True
    if rest == "-" and joins(text[end + 1 : end + 2] or " "):
        return _COMPOUND.match(text, end) is not None
    return not joins(rest)


def _goes_on(text: str, end: int, name: str) -> bool:
    """Whether a capitalised word follows a name of one word: "Time Warner" is not "Time"."""
    follows = _GOES_ON.match(text, end)
    return follows is not None and " " not in name and follows[0].strip() not in _MAY_FOLLOW


def _is_surname(text: str, start: int) -> bool:
    first = _WORD_BEFORE.search(text, max(0, start - 20), start)
    return first is not None and first[1] not in _MAY_PRECEDE
