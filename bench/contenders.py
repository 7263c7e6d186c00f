"""Times one rule set, and two simpler programs with the same terms, on the same documents."""

import gc
import re
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from ahocorasick_rs import AhoCorasick, MatchKind

from bench.articles import Article
from bench.made_rules import Kind, MadeRule, expression, make, needle, rule_files
from rules import Document, Matcher, load_texts

T = TypeVar("T")

_ROUNDS = 3
_PATIENCE = 2.0  # seconds for one round of `re`, which needs minutes for all documents and 10,000 rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was measured of one rule set.

    Times in seconds of the processor, so that others on the machine do not count; rates in documents a second,
    memory in MiB.
    """

    kind: Kind
    rules: int
    load: float  # YAML → rule set
    build: float  # rule set → matcher
    first: float  # what the first pass over the documents took more than a later one: forms of words are made
    memory: float  # resident, of rule set and matcher after the first pass
    matches: float  # rules that match a document, on average
    rate: float  # documents of which nobody says the language: it is detected
    stated_rate: float  # the same with their language stated, as most feeds do
    re_rate: float
    re_documents: int
    automaton_rate: float

    @property
    def cost(self) -> float:
        """Microseconds a document."""
        return 1e6 / self.rate

    @property
    def over_re(self) -> float:
        """How many times as many documents as one `re` search a rule."""
        return self.rate / self.re_rate

    @property
    def over_automaton(self) -> float:
        """The same beside an Aho-Corasick automaton that finds the terms and does nothing else."""
        return self.rate / self.automaton_rate


def measure(kind: Kind, count: int, known: list[str], articles: Sequence[Article]) -> Row:
    """Everything about one rule set. Run it in a process of its own, or the memory of other sets counts."""
    made = make(kind, count, known)
    files = rule_files(made)
    documents = [Document(title=article.title, text=article.text) for article in articles]
    texts = [f"{article.title}\n{article.text}" for article in articles]
    lowered = [text.lower() for text in texts]

    before = _resident()
    load, rules = _timed(lambda: load_texts(files))
    build, matcher = _timed(lambda: Matcher(rules))
    first, judgements = _timed(lambda: [matcher.judge(document) for document in documents])
    matches = sum(len(judgement.matches) for judgement in judgements) / len(documents)
    stated = [
        replace(document, language=judgement.language or "und")
        for document, judgement in zip(documents, judgements, strict=True)
    ]
    del judgements
    memory = _resident() - before

    automaton = _automaton(made)
    expressions = [expression(rule) for rule in made]
    some = _as_many_as_fit(expressions, texts)
    rounds = [
        (
            _timed(lambda: _each(matcher.judge, documents))[0],
            _timed(lambda: _each(matcher.judge, stated))[0],
            _timed(lambda: _each(lambda text: automaton.find_matches_as_indexes(text, overlapping=True), lowered))[0],
            _timed(lambda: _each(lambda text: _search(expressions, text), some))[0],
        )
        for _ in range(_ROUNDS)
    ]
    ours, ours_stated, theirs, searching = (statistics.median(times) for times in zip(*rounds, strict=True))
    return Row(
        kind=kind,
        rules=count,
        load=load,
        build=build,
        first=max(0.0, first - ours),
        memory=memory,
        matches=matches,
        rate=len(documents) / ours,
        stated_rate=len(documents) / ours_stated,
        re_rate=len(some) / searching,
        re_documents=len(some),
        automaton_rate=len(lowered) / theirs,
    )


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def _each(work: Callable[[T], object], items: Iterable[T]) -> None:
    for item in items:
        work(item)


def _search(expressions: Iterable[re.Pattern[str]], text: str) -> int:
    return sum(1 for expression in expressions if expression.search(text))


def _automaton(made: Iterable[MadeRule]) -> AhoCorasick:
    needles = dict.fromkeys(needle(term) for rule in made for term in rule.terms)
    return AhoCorasick(list(needles), matchkind=MatchKind.Standard)


def _as_many_as_fit(expressions: list[re.Pattern[str]], texts: list[str]) -> list[str]:
    """The first texts, as many as one round of `re` has time for; trying them warms it up."""
    start = time.process_time()
    for number, text in enumerate(texts, 1):
        _search(expressions, text)
        if time.process_time() - start > _PATIENCE:
            return texts[:number]
    return texts


def _resident() -> float:
    """MiB that this process holds (Linux)."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20
