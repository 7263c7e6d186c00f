"""Copies of one text are told from a few hundred bytes."""

from __future__ import annotations

import random
from statistics import median

import pytest

from bot.stories.sketch import COPY, KEYS, LEAST, SIZE, resemblance, sketch


def vocabulary(seed: int, size: int) -> list[str]:
    dice = random.Random(seed)
    return ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(size)]


def sharing(seed: int, size: int, jaccard: float) -> tuple[list[str], list[str]]:
    """Two sets of so many words, of whose union this part is common."""
    common = round(size * 2 * jaccard / (1 + jaccard))
    pool = vocabulary(seed, 2 * size)
    return pool[:size], pool[size - common : 2 * size - common]


@pytest.mark.parametrize("size", [30, 90, 200, 1500])
@pytest.mark.parametrize("jaccard", [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
def test_the_estimate_is_near_the_truth(size: int, jaccard: float) -> None:
    for seed in range(3):
        a, b = sharing(seed, size, jaccard)
        true = len({*a} & {*b}) / len({*a} | {*b})
        assert resemblance(sketch(a), sketch(b)) == pytest.approx(true, abs=0.1)


@pytest.mark.parametrize("jaccard", [0.0, 0.1, 0.2, 0.3])
def test_what_is_far_from_a_copy_is_not_called_one(jaccard: float) -> None:
    estimates = [resemblance(*map(sketch, sharing(seed, 400, jaccard))) for seed in range(9)]
    assert median(estimates) < min(COPY, jaccard + 0.05), "a single estimate may miss by more"


def test_a_short_text_within_a_long_one_is_no_copy_of_it() -> None:
    words = vocabulary(7, 2000)
    assert resemblance(sketch(words[:60]), sketch(words)) < COPY


@pytest.mark.parametrize("edited", [0, 5, 20])
def test_an_edited_copy_is_found_by_its_keys(edited: int) -> None:
    """A key in common is how copies find each other; whoever prints a dispatch changes words and adds a few."""
    for seed in range(20):
        dispatch = vocabulary(seed, 150)
        printed = [*dispatch[edited:], *vocabulary(seed + 1000, edited)]
        one, other = sketch(dispatch), sketch(printed)
        assert set(one[:KEYS]) & set(other[:KEYS])
        assert resemblance(one, other) >= COPY


def test_the_order_of_words_and_short_words_do_not_matter() -> None:
    words = vocabulary(3, 50)
    assert sketch(words) == sketch([*reversed(words), "a", "the", "of"])


def test_too_few_words_say_nothing() -> None:
    words = vocabulary(4, LEAST)
    assert sketch(words[:-1]) == ()
    assert len(sketch(words)) == LEAST
    assert resemblance((), sketch(words)) == resemblance(sketch(words), ()) == resemblance((), ()) == 0.0


def test_a_sketch_is_bounded() -> None:
    assert len(sketch(vocabulary(5, 5000))) == SIZE
