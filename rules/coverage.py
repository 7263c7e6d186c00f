"""Which terms are found wherever another term is, so that one of the two says nothing.

Terms are looked for as strings with marks at the borders of words (rules/passage.py): a term is found with another
when one of its strings stands inside each of the other's. Compared are the strings that hold in every language.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rules.automaton import Automaton
from rules.model import TermGroup
from rules.passage import CLOSE, OPEN, SOFT
from rules.terms import Term, TermKind
from rules.text import is_wide, words

_OPEN_ENDED = {TermKind.PREFIX, TermKind.INFIX}
_FEW = 60  # strings: looking for each in turn is quicker than building an automaton
_STEM = 3  # letters that a word keeps in all its forms, at least


def shadowed(group: TermGroup) -> Iterator[tuple[int, int]]:
    """(number of a term, number of another that is found wherever it is); of two equal ones the later is told.

    A longer term may reach out of a `not:` phrase of its group, and in a script without spaces it shows the reader the
    whole word: there only terms that cover the same words shadow each other.
    """
    if len(group.terms) < 2:
        return
    index = _Index(group.terms)
    covering = [
        index.covering(term, same_words=bool(group.exceptions) or any(map(is_wide, term.body)), besides=number)
        for number, term in enumerate(group.terms)
    ]
    for number, others in enumerate(covering):
        for other in sorted(others):
            if other < number or number not in covering[other]:
                yield number, other
                break


def never_counting(group: TermGroup) -> Iterator[tuple[int, int]]:
    """(number of a term, number of the `not:` phrase that covers it wherever it stands)."""
    if group.exceptions:
        index = _Index(group.exceptions)
        for number, term in enumerate(group.terms):
            phrases = index.covering(term, same_words=True)
            if phrases:
                yield number, min(phrases)


def idle_phrases(group: TermGroup) -> Iterator[int]:
    """Numbers of the `not:` phrases that hold no term of the group, and so never take anything away."""
    if not group.exceptions or any(term.kind is TermKind.REGEX for term in group.terms):
        return
    searched = _Strings(pattern for term in group.terms for pattern in term.patterns)
    for number, phrase in enumerate(group.exceptions):
        if phrase.kind is TermKind.REGEX or any(any(searched.found_in(pattern)) for pattern in phrase.patterns):
            continue
        if not _may_hold(phrase, group.terms):
            yield number


def always_with(group: TermGroup, other: TermGroup) -> bool:
    """Whether `other` occurs wherever `group` does."""
    if group.name == other.name:
        return True
    if other.exceptions:
        return False
    index = _Index(other.terms)
    return all(index.covering(term, same_words=False) for term in group.terms)


class _Strings:
    """Strings, and which of them stand in another one."""

    def __init__(self, strings: Iterable[str]) -> None:
        self._strings = list(dict.fromkeys(strings))
        self._automaton = Automaton(self._strings) if len(self._strings) > _FEW else None

    def found_in(self, text: str) -> Iterator[tuple[str, int, int]]:
        """(string, start, end), one or every occurrence of each string that stands in `text`."""
        if self._automaton is not None:
            yield from ((self._strings[number], start, end) for number, start, end in self._automaton.find(text))
            return
        for string in self._strings:
            start = text.find(string)
            while start >= 0:
                yield string, start, start + len(string)
                start = text.find(string, start + 1)


class _Index:
    """Terms by the strings they are looked for with."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = terms
        self._owners: dict[str, list[int]] = defaultdict(list)
        for number, term in enumerate(terms):
            for pattern in term.patterns:
                self._owners[pattern].append(number)
        self._strings = _Strings(self._owners)

    def covering(self, term: Term, *, same_words: bool, besides: int = -1) -> set[int]:
        """Numbers of the terms, `besides` left out, that are found wherever `term` is.

        With `same_words` only those that cover all of it.
        """
        if term.kind is TermKind.REGEX:
            return {n for n, other in enumerate(self._terms) if n != besides and _same_regex(other, term)}
        covering: set[int] = set()
        for number, pattern in enumerate(term.patterns):
            here = {
                owner
                for string, start, end in self._strings.found_in(pattern)
                if not same_words or _same_words(pattern, start, end)
                for owner in self._owners[string]
            }
            covering = here if number == 0 else covering & here
            if covering <= {besides}:
                return set()
        return {number for number in covering if number != besides and _reaches(self._terms[number], term)}


def _same_regex(other: Term, term: Term) -> bool:
    return other.kind is TermKind.REGEX and other.body == term.body and other.language in {None, term.language}


def _reaches(other: Term, term: Term) -> bool:
    """Whether nothing but the strings decides if `other` is found with `term`: language, spelling, endings."""
    if other.language not in {None, term.language}:
        return False
    if other.kind is TermKind.EXACT:
        return term.kind is TermKind.EXACT and _composed(other.body) in _composed(term.body)
    return not term.inflects or other.inflects or other.kind in _OPEN_ENDED


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _same_words(pattern: str, start: int, end: int) -> bool:
    """Whether what was found between `start` and `end` of a term's string touches all its words."""
    before, after = pattern[:start], pattern[end:]
    if CLOSE in before or OPEN in after:
        return False
    return not any(sign == SOFT or is_wide(sign) for sign in before + after)


def _may_hold(phrase: Term, terms: Sequence[Term]) -> bool:
    """Whether some form of a term could stand in some form of the phrase; in doubt it can."""
    kinds = {term.kind for term in terms}
    if (phrase.kind is TermKind.INFIX and kinds & _OPEN_ENDED) or (
        phrase.kind is TermKind.PREFIX and TermKind.INFIX in kinds
    ):
        return True
    own = [word.text for word in words(phrase.body)]
    return any(_kindred(word.text, other) for term in terms for word in words(term.body) for other in own)


def _kindred(a: str, b: str) -> bool:
    """Whether two words may be forms of one, or one a part of the other."""
    if min(len(a), len(b)) < _STEM:
        return a == b
    return a[:_STEM] == b[:_STEM] or a in b or b in a
