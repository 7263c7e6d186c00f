"""Where the term groups of all rules occur in a passage: one pass for phrases, one for patterns."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from rules.automaton import Automaton
from rules.model import TermGroup
from rules.passage import CLOSE, OPEN, Field, Passage
from rules.regexes import Patterns
from rules.terms import Term, TermKind
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


class Finder:
    """Looks for every term of every group at once."""

    def __init__(self, groups: Collection[TermGroup]) -> None:
        owners = [
            _Owner(group.name, term, exception)
            for group in groups
            for terms, exception in ((group.terms, False), (group.exceptions, True))
            for term in terms
        ]
        self._automaton = Automaton(pattern for owner in owners for pattern in owner.term.patterns)
        self._phrase_owners: list[list[_Owner]] = [[] for _ in self._automaton.numbers]
        for owner in owners:
            for pattern in owner.term.patterns:
                self._phrase_owners[self._automaton.numbers[pattern]].append(owner)
        self._pattern_owners = [owner for owner in owners if owner.term.kind is TermKind.REGEX]
        self._patterns = Patterns([owner.term.body for owner in self._pattern_owners])

    def find(self, passage: Passage, fields: Mapping[Field, str]) -> Occurrences:
        """What occurs in `passage`, which was made of `fields`; exceptions are applied already."""
        found: dict[str, set[Occurrence]] = defaultdict(set)
        excepted: dict[str, list[Occurrence]] = defaultdict(list)
        for number, start, end in self._automaton.find(passage.string):
            span = _tokens_of(passage, start, end)
            if span is None:
                continue
            for owner in self._phrase_owners[number]:
                occurrence = _phrase(passage, fields, owner.term, *span)
                if occurrence is None:
                    continue
                if owner.exception:
                    excepted[owner.group].append(occurrence)
                else:
                    found[owner.group].add(occurrence)
        self._find_patterns(passage, fields, found, excepted)
        kept = {name: _without(places, excepted.get(name, [])) for name, places in found.items()}
        return {name: _longest(places) for name, places in kept.items() if places}

    def _find_patterns(
        self,
        passage: Passage,
        fields: Mapping[Field, str],
        found: dict[str, set[Occurrence]],
        excepted: dict[str, list[Occurrence]],
    ) -> None:
        if not self._pattern_owners:
            return
        for field, text in fields.items():
            for hit in self._patterns.find(text):
                owner = self._pattern_owners[hit.pattern]
                first, last = _tokens_in(passage, field, hit.start, hit.end)
                occurrence = Occurrence(first, last, field, hit.start, hit.end, owner.term.written)
                if owner.exception:
                    excepted[owner.group].append(occurrence)
                else:
                    found[owner.group].add(occurrence)


def _tokens_of(passage: Passage, start: int, end: int) -> tuple[int, int] | None:
    """The first and last token of a hit in the passage's string, or None where it cuts a character's marks."""
    string = passage.string
    bordered = string[start] == OPEN
    first = passage.token_at(start + bordered)
    last = passage.token_at(end - 1)
    if not bordered and start != passage.starts[first] and passage.tokens[first].wide:
        return None
    word = passage.tokens[last]
    if string[end - 1] != CLOSE and word.wide and end != passage.starts[last] + len(word.text):
        return None
    return first, last


def _phrase(passage: Passage, fields: Mapping[Field, str], term: Term, first: int, last: int) -> Occurrence | None:
    field = passage.field_of(first)
    start, end = passage.tokens[first].start, passage.tokens[last].end
    if term.kind is TermKind.EXACT:
        parts = words(term.body)
        cut = fields[field][max(0, start - parts[0].start) : end + len(term.body) - parts[-1].end]
        if unicodedata.normalize("NFC", cut) != unicodedata.normalize("NFC", term.body):
            return None
    return Occurrence(first, last, field, start, end, term.written)


def _tokens_in(passage: Passage, field: Field, start: int, end: int) -> tuple[int, int]:
    """The tokens of a field that a span touches; signs between words count for the word after them."""
    low = passage.first_token(field)
    later = [first for _, first in passage.fields if first > low]
    high = min(later, default=len(passage.tokens))
    first = bisect_right(passage.tokens, start, low, high, key=lambda word: word.end)
    last = bisect_left(passage.tokens, end, low, high, key=lambda word: word.start) - 1
    top = max(low, high - 1)
    return min(first, top), max(min(first, top), min(last, top))


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
