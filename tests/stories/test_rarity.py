"""How much a feature tells."""

from __future__ import annotations

import pytest

from bot.stories.features import Features
from bot.stories.rarity import Contexts, Frequencies, Subject, rarity


def test_what_is_frequent_tells_less() -> None:
    known = Frequencies()
    before = known.of(Features(weights={"w:a": 1.0, "w:b": 1.0}, shares={"w:a": 0.001, "w:b": 0.001}))
    for _ in range(50):
        known.add({"w:a": 1.0}, subject=False)
    after = known.of(Features(weights={"w:a": 1.0, "w:b": 1.0}, shares={"w:a": 0.001, "w:b": 0.001}))
    assert before["w:a"] == before["w:b"]
    assert after["w:a"] < after["w:b"]


def test_in_an_empty_archive_the_language_decides() -> None:
    idf = Frequencies().of(Features(weights={"w:the": 1.0, "w:pump": 1.0}, shares={"w:the": 0.9, "w:pump": 0.001}))
    assert idf["w:the"] < 0.2
    assert idf["w:pump"] > 5.0


def test_taking_an_article_away_leaves_no_trace() -> None:
    known, never = Frequencies(), Frequencies()
    features = Features(weights={"w:a": 1.0, "t:x": 1.0}, shares={"w:a": 0.001, "t:x": 0.0}, common=frozenset({"t:x"}))
    known.add(features.weights, subject=True)
    assert known.of(features) != never.of(features)
    known.remove(features.weights, subject=True)
    assert known.of(features) == never.of(features)


def test_nothing_tells_less_than_nothing() -> None:
    known = Frequencies()
    for _ in range(10):
        known.add({"w:a": 1.0}, subject=False)
    assert known.of(Features(weights={"w:a": 1.0}, shares={"w:a": 1.0}))["w:a"] == 0.0


@pytest.mark.parametrize(
    ("stories", "holding", "least", "most"),
    [(0, 0, 1, 1), (1, 1, 1, 1), (50, 1, 1, 1), (50, 2, 0.5, 0.9), (50, 50, 0, 0.1), (50, 500, 0, 0)],
)
def test_rarity_within_a_subject(stories: int, holding: int, least: float, most: float) -> None:
    assert least <= rarity(stories, holding) <= most


def test_rarity_falls_with_the_stories_that_hold_a_feature() -> None:
    falling = [rarity(40, holding) for holding in range(41)]
    assert falling == sorted(falling, reverse=True)


def subject(stories: int, **holding: int) -> Subject:
    made = Subject()
    made.stories = stories
    made.holding.update({f"w:{name}": number for name, number in holding.items()})
    return made


def test_of_several_contexts_the_one_where_a_feature_is_commonest_decides() -> None:
    alone, both = Contexts([subject(40, a=1)]), Contexts([subject(40, a=1), subject(40, a=40)])
    assert alone.rarity("w:a") == 1.0
    assert both.rarity("w:a") < 0.1


def test_the_furniture_of_a_source_tells_little() -> None:
    neighbours = [{"w:furniture": 1.0, f"w:{number}": 1.0} for number in range(20)]
    contexts = Contexts([], neighbours)
    assert contexts.rarity("w:furniture") < 0.2
    assert contexts.rarity("w:3") == 1.0


def test_what_the_rules_look_for_tells_little_while_few_stories_are_known() -> None:
    few, many = (Contexts([subject(number)], said=frozenset(["w:outage"])) for number in (1, 40))
    assert few.rarity("w:outage") < 0.55
    assert few.rarity("g:outage") < 0.55
    assert few.rarity("w:cable") == 1.0
    assert many.rarity("w:outage") == 1.0
