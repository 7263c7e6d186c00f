"""Statistics as they may come: few and many watches, short and long spans, nothing at all, hostile titles."""

from __future__ import annotations

from datetime import date, timedelta

from bot.charts.stats import Counted, Stats

TITLES = (
    "Tesla data centers",
    "特斯拉数据中心",
    "$x^2$ <b> & \ud800",
    "A title that is far too long to stand beside a number",
)


def some(*, watches: int, days: int, rate: int = 3) -> Stats:
    counted = tuple(
        Counted(
            key=f"watch-{number}",
            title=TITLES[number % len(TITLES)],
            by_day=tuple((day * 7 + number) % (rate + 1) for day in range(days)),
        )
        for number in range(watches)
    )
    return Stats(
        first=date(2026, 11, 24) - timedelta(days=days - 1),
        days=days,
        watches=counted,
        stories=sum(one.total for one in counted),
        alerts=tuple(min(rate, day % 2) for day in range(days)),
    )


SHAPES = [
    {"watches": 1, "days": 1},
    {"watches": 1, "days": 30},
    {"watches": 12, "days": 365},
    {"watches": 40, "days": 366, "rate": 20_000},
    {"watches": 3, "days": 30, "rate": 0},
    {"watches": 0, "days": 7},
]
