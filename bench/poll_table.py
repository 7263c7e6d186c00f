"""The figures as a table for reading and as values for programs, with the goals beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from bench.poll_plan import Phase
from bench.poll_rounds import Row

_OVER_READER = {Phase.TYPICAL: 10.0, Phase.ALL_304: 10.0, Phase.COLD: 2.5}
_MEMORY = {Phase.TYPICAL: 250e6, Phase.COLD: 500e6}
"""Goals of issue 4: times as fast as reader, and bytes."""

HEAD = """\
                              wall  slowest  feeds     CPU  CPU a feed  server's  .. peak memory ..  start-up
phase    contender  workers      s        s    a s       s          ms     CPU s  PSS, MB   RSS, MB         s\
"""


def line(row: Row) -> str:
    """One row of the table."""
    return (
        f"{row.phase:8} {row.contender:9} {row.workers:>8} {row.wall:>8.2f} {max(t.wall for t in row.turns):>8.2f}"
        f" {row.rate:>6,.0f} {row.cpu:>7.2f} {row.cpu_per_feed:>11.2f} {row.server_cpu:>9.2f}"
        f" {row.proportional / 1e6:>8.0f} {row.resident / 1e6:>9.0f} {max(row.start_ups):>9.2f}"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A promise, and what was measured; without a bound it is only stated."""

    what: str
    value: float
    least: float = 0.0
    below: float = math.inf

    @property
    def bounded(self) -> bool:
        """Whether anything was promised."""
        return bool(self.least) or self.below < math.inf

    @property
    def met(self) -> bool:
        """Whether the promise holds."""
        return self.least <= self.value < self.below

    def __str__(self) -> str:
        if not self.bounded:
            return f"{self.what}: {self.value:.2f}"
        goal = f"at least {self.least:g}" if self.least else f"below {self.below:g}"
        return f"{self.what}: {self.value:,.1f} (goal: {goal}; {'met' if self.met else 'MISSED'})"


def goals(rows: list[Row]) -> Iterator[Goal]:
    """What is promised, as far as the rows tell."""
    by_name = {(row.phase, row.contender): row for row in rows}
    for phase in Phase:
        ours, theirs = by_name.get((phase, "rackwatch")), by_name.get((phase, "reader"))
        if ours and theirs:
            yield Goal(
                what=f"{phase}: times as fast as reader", value=ours.rate / theirs.rate, least=_OVER_READER[phase]
            )
        if ours and phase in _MEMORY:
            yield Goal(
                what=f"{phase}: MB of memory, children included (RSS)",
                value=ours.resident / 1e6,
                below=_MEMORY[phase] / 1e6,
            )
        for row in (ours, theirs):
            if row and phase is Phase.ALL_304:
                yield Goal(what=f"{phase}: ms of CPU for a 304, {row.contender}", value=row.cpu_per_feed)


def plain(row: Row) -> dict[str, Any]:
    """A row for programs: every turn, and the medians."""
    return asdict(row) | {
        "wall": row.wall,
        "cpu": row.cpu,
        "server_cpu": row.server_cpu,
        "rate": row.rate,
        "cpu_per_feed_ms": row.cpu_per_feed,
    }


def plain_goal(goal: Goal) -> dict[str, Any]:
    """A goal for programs; `met` is null where nothing was promised."""
    return {"what": goal.what, "value": goal.value, "met": goal.met if goal.bounded else None}
