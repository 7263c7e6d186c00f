"""Where the term groups of all rules occur in a passage.

One pass for phrases, one for their forms in the text's language, one for patterns.
"""

import threading
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from rules.automaton import Automaton
from rules.inflection import INFLECTED, Inflector
from rules.languages import could_be, is_likely
from rules.model import TermGroup
from rules.passage import Field, Passage
from rules.regexes import Patterns
from rules.terms import Term, TermKind, inflected
from rules.text import words


class Occurrence(NamedTuple):
    """One term found: its tokens in the passage, its span in the document's field. Sorts by place."""

    first: int
    last: int
    field: Field
    start: int
    end: int
    term: str


#: Occurrences by the group's full name, each list in order of place.
Occurrences = dict[str, list[Occurrence]]


class _Owner(NamedTuple):
    group: str
    term: Term
    exception: bool


class _Phrases:
    """Strings to look for, and whose they are."""

    def __init__(self, owners: Iterable[_Owner], patterns: Callable[[Term], Iterable[str]]) -> None:
        by_pattern: dict[str, list[_Owner]] = {}
        for owner in owners:
            for pattern in patterns(owner.term):
                by_pattern.setdefault(pattern, []).append(owner)
        self.automaton = Automaton(by_pattern)
        self.owners = list(by_pattern.values())


class Finder:
    """Looks for every term of every group at once. Safe to use from many threads."""

    def __init__(self, groups: Collection[TermGroup]) -> None:
        self._owners = [
            _Owner(group.name, term, exception)
            for group in groups
            for terms, exception in ((group.terms, False), (group.exceptions, True))
            for term in terms
        ]
        self._phrases = _Phrases(self._owners, lambda term: term.patterns)
        # Built when the first text of a language comes: most users read few of them.
        self._inflected: dict[str, _Phrases] = {}
        self._building = threading.Lock()
        self._pattern_owners = [owner for owner in self._owners if owner.term.kind is TermKind.REGEX]
        self._patterns = Patterns([owner.term.body for owner in self._pattern_owners])

    def find(self, passage: Passage, fields: Mapping[Field, str], language: str | None = None) -> Occurrences:
        """What occurs in `passage`, which was made of `fields`; exceptions are applied already.

        `language` is the text's primary language: it brings the forms of that language, and leaves out the terms of
        others. None, not known, brings no forms and leaves nothing out.
        """
        found: dict[str, set[Occurrence]] = defaultdict(set)
        excepted: dict[str, list[Occurrence]] = defaultdict(list)
        self._find_phrases(self._phrases, passage, fields, language, found, excepted)
        if language in INFLECTED:
            self._find_phrases(self._forms_in(language), passage, fields, language, found, excepted)
        self._find_patterns(passage, fields, language, found, excepted)
        if not found:
            return {}
        kept = {name: _without(places, excepted.get(name, [])) for name, places in found.items()}
        return {name: _longest(places) for name, places in kept.items() if places}

    def _forms_in(self, language: str) -> _Phrases:
        phrases = self._inflected.get(language)
        if phrases is None:
            with self._building:
                if language not in self._inflected:
                    inflector = Inflector(language)
                    owners = (owner for owner in self._owners if _bends_in(owner.term, language))
                    self._inflected[language] = _Phrases(
                        owners, lambda term: inflected(term, inflector, together=_agrees_in(term, language))
                    )
                phrases = self._inflected[language]
        return phrases

    def _find_phrases(
        self,
        phrases: _Phrases,
        passage: Passage,
        fields: Mapping[Field, str],
        language: str | None,
        found: dict[str, set[Occurrence]],
        excepted: dict[str, list[Occurrence]],
    ) -> None:
        forms = phrases is not self._phrases
        for number, start, end in phrases.automaton.find(passage.string):
            span = passage.tokens_of(start, end)
            if span is None:
                continue
            for owner in phrases.owners[number]:
                if not _in_language(owner.term, language):
                    continue
                occurrence = _phrase(passage, fields, owner.term, *span)
                if occurrence is None or (forms and _another_word(owner.term, fields, occurrence)):
                    continue
                if owner.exception:
                    excepted[owner.group].append(occurrence)
                else:
                    found[owner.group].add(occurrence)

    def _find_patterns(
        self,
        passage: Passage,
        fields: Mapping[Field, str],
        language: str | None,
        found: dict[str, set[Occurrence]],
        excepted: dict[str, list[Occurrence]],
    ) -> None:
        if not self._pattern_owners:
            return
        for field, text in fields.items():
            for hit in self._patterns.find(text):
                owner = self._pattern_owners[hit.pattern]
                if not _in_language(owner.term, language):
                    continue
                first, last = passage.tokens_in(field, hit.start, hit.end)
                occurrence = Occurrence(first, last, field, hit.start, hit.end, owner.term.written)
                if owner.exception:
                    excepted[owner.group].append(occurrence)
                else:
                    found[owner.group].add(occurrence)


def _bends_in(term: Term, language: str) -> bool:
    if term.language is not None or " " not in term.body:
        return term.language in {None, language}
    return could_be(term.body, language)


def _agrees_in(term: Term, language: str) -> bool:
    """Whether all words of a phrase bend together, as in Polish "serwisy społecznościowe"."""
    return term.language is not None or is_likely(term.body, language)


def _in_language(term: Term, language: str | None) -> bool:
    return term.language is None or language is None or term.language == language


def _another_word(term: Term, fields: Mapping[Field, str], place: Occurrence) -> bool:
    """A name's form must be written like a name: Russian Маска is Musk's, маска is a mask."""
    return " " not in term.body and term.body[:1].isupper() and fields[place.field][place.start].islower()


def _phrase(passage: Passage, fields: Mapping[Field, str], term: Term, first: int, last: int) -> Occurrence | None:
    field = passage.field_of(first)
    start, end = passage.begins[first], passage.ends[last]
    if term.kind is TermKind.EXACT:
        parts = words(term.body)
        cut = fields[field][max(0, start - parts[0].start) : end + len(term.body) - parts[-1].end]
        if unicodedata.normalize("NFC", cut) != unicodedata.normalize("NFC", term.body):
            return None
    return Occurrence(first, last, field, start, end, term.written)


def _longest(places: list[Occurrence]) -> list[Occurrence]:
    """In order of place, and of those that begin at one word the longest: データセンター rather than データセンタ."""
    by_start = {place.first: place for place in sorted(places)}
    return list(by_start.values())


def _without(places: set[Occurrence], excepted: list[Occurrence]) -> list[Occurrence]:
    if not excepted:
        return list(places)
    return [
        place
        for place in places
        if not any(
            other.field == place.field and other.start <= place.start and place.end <= other.end for other in excepted
        )
    ]
