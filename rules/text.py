"""Folding and tokens: the one text analysis that matcher, archive index and story clusters share.

A text is cut into *clusters* (a character with the marks and invisible characters behind it), each cluster is
folded by itself, and words are cut out of the folded clusters. So every folded word knows its place in the
original text, whatever a fold did to its length (`ß` → `ss`, `㍿` → `株式会社`).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

#: Stored beside an index; raised whenever the same text may give other tokens than before.
ANALYSIS_VERSION = 1

# Soft hyphen, zero-width and bidi control characters, variation selectors: invisible, and free to stand
# anywhere in a word that a browser or an evader put them in.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")

# What composes with the character before it under NFKC although it is no mark: conjoining Hangul jamo and
# the half-width voicing marks (UAX #15).
_JOINING = re.compile("[\u1160-\u11ff\uff9e\uff9f\uffa0-\uffdc]")

# Scripts written without spaces: Han, Kana, Thai. U+30FB (the middle dot) and U+30A0 are punctuation.
_WIDE = (
    "\u0e01-\u0e5b\u3005\u3007\u303b\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_IS_WIDE = re.compile(f"[{_WIDE}]")

# Hangul syllables and jamo: particles are glued to the word.
IS_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")

# Characters that a fold looks at one by one, so that one regular expression cuts a text of them into words: no
# mark, nothing invisible, nothing wide, no sign that folds to a letter or a mark (½, ™, ´). With ASCII it is all
# the text of 995 articles in 1,000 of a week; the way through clusters, for the rest, takes twice the time.
_PLAIN_LETTERS = "\xaa\xb5\xba\xc0-\u012f\u0131-\u013e\u0141-\u02d7\u0386-\u0482\u048a-\u052f\u1e00-\u1eff\uac00-\ud7a3"
_PLAIN_SIGNS = (
    "\xa0-\xa7\xa9\xab\xac\xae\xb0-\xb3\xb6\xb7\xb9\xbb\xbf\u2000-\u200a\u2010-\u2016\u2018-\u2029\u202f-\u203d"
    "\u20a9-\u20c0\u2190-\u23ff\u2500-\u27bf\U0001f300-\U0001faff"
)
_PLAIN = re.compile(f"[\x00-\x9f{_PLAIN_LETTERS}{_PLAIN_SIGNS}]*")
_PLAIN_WORD = re.compile(r"([^\W_]+)")
# One common Han character, or everything up to the next white space or such a character.
_CHUNK = re.compile("[\u4e00-\u9fff](?![\ufe00-\ufe0f\U000e0100-\U000e01ef])|[^\\s\u4e00-\u9fff]+|[\u4e00-\u9fff].")


class Word(NamedTuple):
    """A folded token and the span of the original text that it stands for."""

    text: str
    start: int
    end: int

    @property
    def wide(self) -> bool:
        """Whether it is one character of a script without spaces (half a word, for distances)."""
        return is_wide(self.text)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A text cut into folded words. Where they stand is worked out when it is first asked for."""

    tokens: Sequence[str]
    parts: Sequence[str] = ()  # of a plain text in lower case: gap, word, gap, …, word, gap
    words: Sequence[Word] = ()  # of any other text

    @cached_property
    def spans(self) -> tuple[Sequence[int], Sequence[int]]:
        """Where each word begins in the text, and where each ends."""
        if not self.parts:
            return [word.start for word in self.words], [word.end for word in self.words]
        borders = list(accumulate(map(len, self.parts)))  # in plain text lower() keeps lengths
        return borders[:-1:2], borders[1::2]


def is_wide(token: str) -> bool:
    """Whether a folded token is a Han, Kana or Thai character (with its marks)."""
    return not token.isascii() and _IS_WIDE.match(token) is not None


def has_wide(text: str) -> bool:
    """Whether a Han, Kana or Thai character stands in the text."""
    return not text.isascii() and _IS_WIDE.search(text) is not None


def fold(text: str) -> str:
    """NFKC, case folded, marks off Latin and Greek letters, invisible characters removed; idempotent."""
    if text.isascii():
        return text.lower()
    for _ in range(4):  # a fold may open the next composition; real text is stable after one round
        folded = "".join(_fold_cluster(text[start:end]) for start, end in _clusters(text))
        if folded == text:
            break
        text = folded
    return text


# Matcher, archive index and stories ask for the title and the text of one entry, one after the other.
@lru_cache(maxsize=4)
def cut(text: str) -> Cut:
    """The folded words of `text`; every Han, Kana or Thai character is a word."""
    if text.isascii() or _PLAIN.fullmatch(text):
        return _cut_plain(text)
    found: list[Word] = []
    for match in _CHUNK.finditer(text):
        start = match.start()
        for token, begin, end in _chunk_words(match[0]):
            found.append(Word(token, start + begin, start + end))
    return Cut(tokens=[word.text for word in found], words=found)


def words(text: str) -> list[Word]:
    """The folded words of `text` with their spans."""
    found = cut(text)
    return list(map(Word, found.tokens, *found.spans))


def index_tokens(text: str) -> list[str]:
    """The folded surface tokens for the archive's index, in order."""
    return list(cut(text).tokens)


def _cut_plain(text: str) -> Cut:
    parts = _PLAIN_WORD.split(text.lower())
    tokens = parts[1::2]
    if not text.isascii():
        tokens = [word if word.isascii() else _fold_plain(word) for word in tokens]
    return Cut(tokens=tokens, parts=parts)


class _Letters(dict[int, str]):
    """What each letter folds to, by its number."""

    def __missing__(self, number: int) -> str:
        folded = self[number] = fold(chr(number))
        return folded


_LETTERS = _Letters()


@lru_cache(maxsize=1 << 15)
def _fold_plain(word: str) -> str:
    """`fold`, for a word of a plain text: a tenth of the time for a new one, and common ones come again."""
    return word.translate(_LETTERS)


# A week of news in twenty languages has about 300,000 different words; the frequent ones stay cached.
@lru_cache(maxsize=1 << 16)
def _chunk_words(chunk: str) -> tuple[Word, ...]:
    """The words of a piece of text without white space."""
    if chunk.isascii():
        plain = _cut_plain(chunk)
        return tuple(map(Word, plain.tokens, *plain.spans))
    found: list[Word] = []
    letters: list[str] = []
    begin = end = 0

    def close() -> None:
        if any(letter.isalnum() for letter in letters):
            found.append(Word("".join(letters), begin, end))
        letters.clear()

    for start, stop in _clusters(chunk):
        for character in fold(chunk[start:stop]):
            mark = unicodedata.category(character)[0] == "M"
            if not (mark or character.isalnum()):
                close()
                continue
            if not mark and (is_wide(character) or (letters and is_wide(letters[0]))):
                close()
            if not letters:
                begin = start
            letters.append(character)
            end = stop
    close()
    return tuple(found)


def _clusters(text: str) -> list[tuple[int, int]]:
    """Spans of the characters of `text`, each with what composes with it."""
    starts = [
        index for index, character in enumerate(text) if character < "\u00ad" or not _extends(character) or index == 0
    ]
    return list(pairwise([*starts, len(text)]))


@lru_cache(maxsize=1 << 13)
def _extends(character: str) -> bool:
    return bool(unicodedata.category(character)[0] == "M" or _INVISIBLE.match(character) or _JOINING.match(character))


@lru_cache(maxsize=1 << 15)
def _fold_cluster(cluster: str) -> str:
    text = _INVISIBLE.sub("", cluster)
    # Twice, as Unicode's toNFKC_Casefold asks for: case folding may undo the normal form.
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).casefold()
    kept: list[str] = []
    bare = False
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.category(character)[0] == "M":
            if not bare:
                kept.append(character)
            continue
        bare = _loses_marks(character)
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def _loses_marks(character: str) -> bool:
    if character.isascii():
        return character.isalpha()
    return unicodedata.name(character, "").startswith(("LATIN", "GREEK"))
