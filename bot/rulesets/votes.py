"""What votes say of rules: how many of a rule's alerts were wanted, and which words the others have. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.stories.frequencies import share_of_articles
from rules import words
from storage.records import FoundEntry, VotedAlert

SUGGESTIONS = 8

_Z = 1.959964
"""The normal distribution's two-sided 95 % point."""

_COMMON = 0.05
"""A word that stands in one short article of twenty would exclude more than was meant."""

_READ = 20_000
"""Characters of a text that are read: what an article is about is said by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """The share of alerts that were wanted, with the ends of its 95 % interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A word in the articles of so many alerts that were not wanted, and of none that was."""

    word: str
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReport:
    """One rule's alerts and votes. An alert is `wanted` with more 👍 than 👎, `unwanted` with fewer."""

    rule: str
    alerts: int
    up: int
    down: int
    wanted: int
    unwanted: int
    precision: Precision | None
    suggestions: tuple[Suggestion, ...]


def wilson(good: int, of: int) -> Precision | None:
    """The Wilson score interval; None where nothing was judged.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, J. Amer. Statist. Assoc. 22
    (1927); advised for few trials by Brown, Cai and DasGupta, Interval estimation for a binomial proportion,
    Statistical Science 16 (2001).
    """
    if not of:
        return None
    share, square = good / of, _Z * _Z / of
    centre = (share + square / 2) / (1 + square)
    spread = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    return Precision(share=share, low=max(0.0, centre - spread), high=min(1.0, centre + spread))


def report(alerts: Sequence[VotedAlert], articles: Mapping[int, FoundEntry]) -> list[RuleReport]:
    """For each rule that made an alert, most votes against it first."""
    by_rule: dict[str, list[VotedAlert]] = defaultdict(list)
    for alert in alerts:
        for rule in alert.matched:
            by_rule[rule].append(alert)
    reports = [_of_rule(rule, told, articles) for rule, told in by_rule.items()]
    return sorted(reports, key=lambda one: (-one.down, -one.up, -one.alerts, one.rule))


def articles_needed(alerts: Iterable[VotedAlert]) -> set[int]:
    """The articles that a report reads: of alerts that somebody voted on."""
    return {entry for alert in alerts if alert.up or alert.down for ids in alert.matched.values() for entry in ids}


def _of_rule(rule: str, told: Sequence[VotedAlert], articles: Mapping[int, FoundEntry]) -> RuleReport:
    wanted = [alert for alert in told if alert.up > alert.down]
    unwanted = [alert for alert in told if alert.down > alert.up]
    return RuleReport(
        rule=rule,
        alerts=len(told),
        up=sum(alert.up for alert in told),
        down=sum(alert.down for alert in told),
        wanted=len(wanted),
        unwanted=len(unwanted),
        precision=wilson(len(wanted), len(wanted) + len(unwanted)),
        suggestions=_suggestions(rule, wanted, unwanted, articles),
    )


def _suggestions(
    rule: str, wanted: Sequence[VotedAlert], unwanted: Sequence[VotedAlert], articles: Mapping[int, FoundEntry]
) -> tuple[Suggestion, ...]:
    """The most frequent first, of equally frequent ones the rarest in its language."""
    known: set[str] = set()
    for alert in wanted:
        known |= _words(rule, alert, articles).keys()
    for alert in unwanted:
        known |= {word.text for surface in alert.found[rule] for word in words(surface)}
    counts: Counter[str] = Counter()
    shares: dict[str, float] = {}
    for alert in unwanted:
        found = {word: share for word, share in _words(rule, alert, articles).items() if word not in known}
        counts.update(found.keys())
        shares |= found
    enough = min(2, len(unwanted))
    frequent = [word for word, count in counts.items() if count >= enough and shares[word] < _COMMON]
    frequent.sort(key=lambda word: (-counts[word], shares[word], word))
    return tuple(Suggestion(word=word, alerts=counts[word]) for word in frequent[:SUGGESTIONS])


def _words(rule: str, alert: VotedAlert, articles: Mapping[int, FoundEntry]) -> dict[str, float]:
    """Folded words of the articles that the rule matched, with how common each is in its language."""
    found: dict[str, float] = {}
    for number in alert.matched[rule]:
        article = articles.get(number)
        if article is None:
            continue
        language = (article.language or "en").partition("-")[0].lower()
        for word in _said(f"{article.title}\n{article.text[:_READ]}"):
            if word not in found:
                found[word] = share_of_articles(word, language)
    return found


def _said(text: str) -> Iterable[str]:
    """Words that could be terms of a rule; of a script without spaces, two characters in a row."""
    before = None
    for word in words(text):
        if word.wide:
            if before is not None and before.wide and before.end == word.start:
                yield before.text + word.text
        elif len(word.text) > 1 and not word.text.isdecimal():
            yield word.text
        before = word
