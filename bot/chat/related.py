"""Stories that share rare words with another one: what a reader may want to see beside it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable

from bot.alerts.content import AlertContent
from bot.stories.frequencies import share_of_articles
from rules import words
from storage.records import ToldStory

MOST = 5

_ENOUGH = 3.0
"""One name that is in one article of a thousand, or two words that are in one of thirty."""

_COMMON = 0.05
"""A word that is in one article of twenty says nothing of what an article is about."""


def related(content: AlertContent, story: int, others: Iterable[ToldStory]) -> list[ToldStory]:
    """Those of the others whose headlines share rare words with this alert's, the most alike first.

    Words that a rule matched do not count: every story of a watch has them.
    """
    own = _weights(content)
    scored = []
    for other in others:
        if other.story_id != story:
            shared = own.keys() & _weights(AlertContent.from_json(other.content)).keys()
            score = sum(own[word] for word in shared)
            if score >= _ENOUGH:
                scored.append((score, other))
    scored.sort(key=lambda pair: (-pair[0], -pair[1].alert))
    return [other for _, other in scored[:MOST]]


def _weights(content: AlertContent) -> dict[str, float]:
    """The headline's words that tell something, by how rare they are (as powers of ten)."""
    own = next((report for report in content.reports if report.url == content.url), None)
    language = ((own.language if own is not None else None) or "en").partition("-")[0].lower()
    weights = {}
    for word in words(content.title.text):
        if any(start < word.end and word.start < end for start, end in content.title.spans):
            continue
        share = share_of_articles(word.text, language)
        if share < _COMMON and not word.text.isdecimal():
            weights[word.text] = -math.log10(share)
    return weights
