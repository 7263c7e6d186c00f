"""What is drawn: panels of bars, one under the other, with every word that stands in the picture. Pure.

A panel has its name and its total beside it, so that no colour needs a legend; colours only tell stories from alerts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

MOST_BARS = 92
"""Bars that a phone's screen shows apart: three months of days. Of more days, seven make a bar."""

MOST_PANELS = 12
"""Watches that have a panel; of more, those with the most stories."""

TICKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A row of bars. `plain_label` is shown where the font has no letters for `label`."""

    label: str
    plain_label: str
    total: str
    bars: tuple[int, ...]
    accent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All panels have the same number of bars; `ticks` are places of bars with what stands under them."""

    title: str
    note: str
    panels: tuple[Panel, ...]
    ticks: tuple[tuple[int, str], ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(
            title=data["title"],
            note=data["note"],
            panels=tuple(Panel(**{**panel, "bars": tuple(panel["bars"])}) for panel in data["panels"]),
            ticks=tuple((place, text) for place, text in data["ticks"]),
        )


def days_in_bar(days: int, most: int = MOST_BARS) -> int:
    """How many days one bar stands for: one, or whole weeks."""
    return 1 if days <= most else 7 * -(-days // (7 * most))


def bars(by_day: Sequence[int], width: int) -> tuple[int, ...]:
    """The days' numbers in bars of so many days; the last bar ends today, the first may have fewer days."""
    start = len(by_day) % width
    head = (sum(by_day[:start]),) if start else ()
    return (*head, *(sum(by_day[at : at + width]) for at in range(start, len(by_day), width)))


def tick_places(count: int) -> tuple[int, ...]:
    """Bars that are named: the first, the last, and some between them."""
    wanted = min(TICKS, count)
    if wanted == 1:
        return (0,)
    return tuple(round(step * (count - 1) / (wanted - 1)) for step in range(wanted))


def first_day_of_bar(bar: int, days: int, width: int) -> int:
    """The number of the day that a bar begins with."""
    start = days % width
    return max(0, bar * width - (width - start if start else 0))
