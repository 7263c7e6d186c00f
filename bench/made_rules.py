"""Rule sets of any size, and what two simpler programs would look for in their place."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice, pairwise
from typing import Literal

from bench.articles import Article
from rules import words

Kind = Literal["selective", "non-matching"]
_PER_FILE = 100  # rules of one file: what a person still finds their way in
_RARE = range(1, 3)  # articles that hold a term, of some 10,000: with 10,000 rules, one or two match a document


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a rule is made: for each group its terms (`{}` is a word or phrase of the stock), and the condition."""

    groups: tuple[tuple[str, ...], ...]
    when: str


# 17 terms in 10 rules. More phrases than word parts, as in the shipped watches.
_SHAPES = (
    _Shape((("{}",),), "a"),
    _Shape((("{}",), ("{}",)), "a near b"),
    _Shape((("{}", "{}"),), "a"),
    _Shape((("{}*",),), "a"),
    _Shape((("{}",), ("{}",)), "a and not b"),
    _Shape((("{}", "{}*"),), "lead:a"),
    _Shape((("~{}~",),), "a"),
    _Shape((("{}",), ("{}", "~{}~")), "lead:(a near b)"),
    _Shape((("{}",),), "title:a or text:a"),
    _Shape((("{}", "{}"),), "a"),
)


@dataclass(frozen=True, slots=True)
class MadeRule:
    """One rule: the terms of its groups as a rule file has them, and its condition."""

    name: str
    groups: tuple[tuple[str, ...], ...]
    when: str

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms of all groups."""
        return tuple(term for group in self.groups for term in group)


def stock(articles: Iterable[Article]) -> list[str]:
    """Words and pairs of words that few articles hold, in an order that depends on nothing else."""
    held: Counter[str] = Counter()
    for article in articles:
        text = f"{article.title}\n{article.text}"
        found = [word for word in words(text) if text[word.start : word.end].isascii() and word.text.isalpha()]
        pairs = [(a, b) for a, b in pairwise(found) if text[a.end : b.start] == " "]
        long_pairs = {f"{a.text} {b.text}" for a, b in pairs if len(a.text) + len(b.text) >= 8}
        held.update(long_pairs | {word.text for word in found if len(word.text) >= 5})
    rare = sorted(term for term, count in held.items() if count in _RARE)
    random.Random(3).shuffle(rare)
    return rare


def unheard(known: Iterable[str]) -> list[str]:
    """As many words that occur in no text."""
    source = random.Random(4)
    return ["".join(source.choices("bcdfghjklmnpqrstvwxz", k=9)) for _ in known]


def make(kind: Kind, count: int, known: list[str]) -> list[MadeRule]:
    """`count` rules whose terms are the stock's, or occur nowhere."""
    terms = cycle(known if kind == "selective" else unheard(known))
    return [
        MadeRule(
            name=f"r{number}",
            groups=tuple(tuple(form.format(next(terms)) for form in group) for group in shape.groups),
            when=re.sub(r"\b([ab])\b", rf"\g<1>{number}", shape.when),
        )
        for number, shape in enumerate(islice(cycle(_SHAPES), count))
    ]


def rule_files(rules: list[MadeRule]) -> dict[str, str]:
    """The rules as YAML files of a hundred rules each."""
    parts = (rules[start : start + _PER_FILE] for start in range(0, len(rules), _PER_FILE))
    return {f"watch-{number}.yaml": "".join(_lines(number, part)) for number, part in enumerate(parts)}


def _lines(number: int, rules: list[MadeRule]) -> Iterator[str]:
    yield f"watch: watch-{number}\nterms:\n"
    for rule in rules:
        for letter, group in zip("ab", rule.groups, strict=False):
            yield f"  {letter}{rule.name[1:]}: {{any: [{', '.join(group)}]}}\n"
    yield "rules:\n"
    for rule in rules:
        yield f"  - name: {rule.name}\n    when: {rule.when}\n"


def expression(rule: MadeRule) -> re.Pattern[str]:
    """What one would write without this program: the rule's terms as one alternation."""
    alternatives = (re.sub("[~*]", r"\\w*", term) for term in rule.terms)
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)


def needle(term: str) -> str:
    """The bare string of a term."""
    return term.strip("*~")
