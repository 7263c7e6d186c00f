"""One number, however a language writes it."""

from __future__ import annotations

import pytest

from bot.stories.numerals import MOST, numbers


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$500M", 5e8),
        ("500 Millionen Euro", 5e8),
        ("500\u00a0millions d'euros", 5e8),
        ("5亿美元", 5e8),
        ("0,5 Mrd. Euro", 5e8),
        ("0.5 billion", 5e8),
        ("500 mln zł", 5e8),
        ("100.000", 1e5),
        ("100 000", 1e5),
        ("100,000", 1e5),
        ("100’000", 1e5),
        ("100\u202f000 Besucher", 1e5),
        ("10万人", 1e5),
        ("100 тысяч", 1e5),
        ("100 tys. osób", 1e5),
        ("1.250.000 Liter", 1.25e6),
        ("3.5 percent", 3.5),
        ("3,5 Prozent", 3.5),
        ("2026", 2026.0),
        ("10 monkeys", 10.0),
        ("12 min later", 12.0),
    ],
)
def test_a_number(written: str, value: float) -> None:
    assert list(numbers(written)) == pytest.approx([value])


def test_numbers_come_in_order_and_do_not_run_together() -> None:
    assert list(numbers("On 3 May, 1200 of 100 000 seats; room 12")) == [3.0, 1200.0, 100_000.0, 12.0]


def test_a_table_of_figures_is_read_only_so_far() -> None:
    assert len(list(numbers(" ".join(["7;"] * 500)))) == MOST


@pytest.mark.parametrize("sign", list(".,'’ "))
def test_no_row_of_digits_is_more_than_a_number_can_hold(sign: str) -> None:
    assert all(value < 1e40 for value in numbers("1" + f"{sign}000" * 400 + " billion"))
    assert all(value < 1e40 for value in numbers("9" * 5000))
