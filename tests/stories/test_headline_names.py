"""Headlines of one pattern that name different things tell of different events."""

from __future__ import annotations

import pytest

from tests.stories.articles import Desk, signed

# (headline and text of one, of the other, whether they are one story)
PAIRS = [
    (
        ("Nordkap plans new data center in Torsby", "Nordkap plans a new data center in Torsby, it said on Friday."),
        ("Nordkap plans new data center in Lomvik", "Nordkap plans a new data center in Lomvik, it said on Friday."),
        False,
    ),
    (
        ("Nordkap Plans New Data Center In Torsby", "The hall in Torsby will cost a lot, the company said."),
        ("Nordkap Plans New Data Center In Lomvik", "The hall in Lomvik will cost a lot, the company said."),
        False,
    ),
    (
        ("Fjordnet down for thousands of users", "Fjordnet was down for thousands of users on Friday in the north."),
        ("Skagernet down for thousands of users", "Skagernet was down for thousands of users on Friday in the north."),
        False,
    ),
    # the other knows the name, in its text
    (
        ("Nordkap plans new data center in Torsby", "The hall will stand beside the lake of Varmland, in Torsby."),
        ("Nordkap plans new data center in Varmland", "Near Torsby the company found a lake for its hall."),
        True,
    ),
    # a toll is no name
    (
        ("At least 10 servers burn in data center of Nordkap in Torsby", "Flames rose over Torsby at night."),
        ("At least 16 servers burn in data center of Nordkap in Torsby", "Flames rose over Torsby, the brigade said."),
        True,
    ),
    # only one of them names a place
    (
        ("Nordkap plans new data center in Torsby", "Nordkap plans a new data center beside the lake there."),
        ("Nordkap plans new data center beside a lake", "The company plans a new data center there."),
        True,
    ),
]


@pytest.mark.parametrize(("one", "other", "together"), PAIRS)
def test_names_in_headlines_of_one_pattern(one: tuple[str, str], other: tuple[str, str], together: bool) -> None:
    found = Desk().take(signed(*one, source="alpha"), signed(*other, source="beta", hours=2))
    assert (len(set(found)) == 1) is together


def test_wire_texts_of_one_pattern_are_no_copies() -> None:
    def wire(name: str) -> tuple[str, str]:
        pattern = " ".join(f"pattern{number}" for number in range(30))
        return f"{name} down for thousands of users", f"{name} was down for thousands of users. {pattern}"

    desk = Desk()
    assert desk.take(signed(*wire("Fjordnet"), source="a"), signed(*wire("Skagernet"), source="b", hours=1)) == [1, 2]


def test_an_article_that_names_both_does_not_make_one_story_of_two() -> None:
    desk = Desk()
    first, second, both = (
        signed(
            f"Nordkap plans new data center in {place}",
            f"Nordkap plans a new data center in {place}, it said on Friday.",
            source=place,
            hours=hours,
        )
        for hours, place in enumerate(["Torsby", "Lomvik", "Torsby and Lomvik"])
    )
    assert desk.take(first, second) == [1, 2]
    assert desk.take(both)[0] in {1, 2}
    assert desk.grouper.story_of(1) != desk.grouper.story_of(2)
