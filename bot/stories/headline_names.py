"""Names in headlines: where two of one pattern name different ones, they tell of different events. Pure.

"Tesla plans a data center in Texas" and "… in Nevada" share all words but the one that matters. Numbers are left out:
a toll that rises has one pattern, too. So are texts in German, where every noun has a capital.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from rules.text import Word

_HEADLINE_CASE = 0.6
"""Part of a headline's longer words with a capital from which capitals say nothing ("Fire Breaks Out in Reno")."""

_LONGER = 4
_ONE_PATTERN = 0.5
"""Part of the words of two headlines, the names that differ left out, that both have: then they are of one pattern."""

_ENDS = frozenset(".!?:;…\"“„»«'’‘()[]-–—|•\n")


def named(title: str, title_words: list[tuple[Word, str]], text: str, text_words: list[tuple[Word, str]]) -> set[str]:
    """The features of the names in a headline; words come with their features.

    A capital inside a sentence makes a name. A headline in which nearly all words have one, and a headline's first
    word, are believed where the text agrees: it has the word inside a sentence, or never without a capital.
    """
    upper_case = {feature for word, feature in text_words if text[word.start].isupper()}
    inside = {feature for word, feature in text_words if text[word.start].isupper() and not _begins(text, word.start)}
    inside |= upper_case - {feature for word, feature in text_words if not text[word.start].isupper()}
    capital = [(word, feature) for word, feature in title_words if title[word.start].isupper()]
    longer = [word for word, _ in title_words[1:] if word.end - word.start >= _LONGER]
    capitals = sum(title[word.start].isupper() for word in longer)
    if capitals >= _HEADLINE_CASE * len(longer):
        return {feature for _, feature in capital if feature in inside}
    return {feature for word, feature in capital if feature in inside or not _begins(title, word.start)}


def contradict(
    weights: Mapping[str, float],
    names: AbstractSet[str],
    other_weights: Mapping[str, float],
    other_names: AbstractSet[str],
    *,
    title: float,
) -> bool:
    """Whether two headlines of one pattern each name what the other article does not know.

    Features from `title` on in weight stand in the headline.
    """
    own = names - other_weights.keys()
    theirs = other_names - weights.keys()
    if not own or not theirs:
        return False
    words, other_words = _headline(weights, title), _headline(other_weights, title)
    return len(words & other_words) >= _ONE_PATTERN * len((words | other_words) - own - theirs) > 0


def _headline(weights: Mapping[str, float], title: float) -> set[str]:
    return {feature for feature, weight in weights.items() if weight >= title and feature[0] == "w"}


def _begins(text: str, at: int) -> bool:
    """Whether a sentence, a quotation or a part of a headline begins here."""
    before = text[max(0, at - 3) : at].rstrip(" \t\u00a0")
    return not before or before[-1] in _ENDS
