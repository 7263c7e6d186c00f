"""The course: contenders take turns on one server, and every round is checked to be what it claims."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench.poll_feeds import Made
from bench.poll_plan import Answer, Phase
from bench.poll_processes import Child
from bench.poll_server import CONTROL, Report

_PAUSE = 1.1
"""Seconds before a round: longer than rackwatch's pause between two requests to one host (fetch.host_gap, 1 s)."""

_TRIED_FEEDS = 200
_TRIED_304 = 3  # rounds; the others take long enough by themselves

_CONTROL_PATIENCE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One round of one contender: seconds, and what the server saw."""

    wall: float
    cpu: float
    server: Report


@dataclass(slots=True, kw_only=True)
class Row:
    """All turns of a contender in one phase. Times in seconds, memory in bytes: the most of all its turns."""

    phase: Phase
    contender: str
    workers: int
    feeds: int
    turns: list[Turn] = field(default_factory=list)
    start_ups: list[float] = field(default_factory=list)
    resident: int = 0
    proportional: int = 0

    @property
    def wall(self) -> float:
        """Median."""
        return statistics.median(turn.wall for turn in self.turns)

    @property
    def cpu(self) -> float:
        """Median of user and system time, children included."""
        return statistics.median(turn.cpu for turn in self.turns)

    @property
    def server_cpu(self) -> float:
        """Median of what the server needed meanwhile."""
        return statistics.median(turn.server.cpu for turn in self.turns)

    @property
    def rate(self) -> float:
        """Feeds a second."""
        return self.feeds / self.wall

    @property
    def cpu_per_feed(self) -> float:
        """Milliseconds."""
        return self.cpu / self.feeds * 1e3

    def saw(self, child: Child) -> None:
        """Note what a process held, and how long it took until it was ready."""
        self.start_ups.append(child.start_up)
        self.resident = max(self.resident, child.memory.resident)
        self.proportional = max(self.proportional, child.memory.proportional)


@dataclass(slots=True, kw_only=True)
class Course:
    """One server, one folder for the databases, and who competes with how many workers in each phase."""

    port: int
    folder: Path
    made: Made
    rounds: int
    workers: dict[str, dict[Phase, int]]
    tell: Callable[[str], None]
    complaints: list[str] = field(default_factory=list)

    @property
    def patience(self) -> float:
        """Seconds for one answer: almost four times what reader needs for a cold round (40 ms a feed)."""
        return 60 + 0.15 * self.made.feeds

    def run(self, phases: list[Phase]) -> Iterator[Row]:
        """Every phase, in the order in which a database lives through them; a cold round fills it in any case."""
        cold = self._cold(self.rounds if Phase.COLD in phases else 1)
        if Phase.COLD in phases:
            yield from cold
        for phase in (Phase.ALL_304, Phase.TYPICAL):
            if phase in phases:
                yield from self._warm(phase)

    def _cold(self, rounds: int) -> list[Row]:
        rows = self._rows(Phase.COLD)
        for number in range(1, rounds + 1):
            for row in _in_turn(rows, number):
                shutil.rmtree(self.folder / row.contender, ignore_errors=True)
                with self._start(row) as child:
                    self._turn(row, child, number)
                    self._count(row, child, self.made.entries)
                    row.saw(child)
        return rows

    def _warm(self, phase: Phase) -> list[Row]:
        rows = self._rows(phase)
        with ExitStack() as stack:
            children = {row.contender: stack.enter_context(self._start(row)) for row in rows}
            for number in range(1, self.rounds + 1):
                for row in _in_turn(rows, number):
                    self._turn(row, children[row.contender], number)
            fresh = sum(self.made.plan.fresh(phase, number) for number in range(1, self.rounds + 1))
            for row in rows:
                self._count(row, children[row.contender], self.made.entries + fresh)
                row.saw(children[row.contender])
        return rows

    def _rows(self, phase: Phase) -> list[Row]:
        return [
            Row(phase=phase, contender=name, workers=workers[phase], feeds=self.made.feeds)
            for name, workers in self.workers.items()
        ]

    def _start(self, row: Row) -> Child:
        return start(row.contender, self.folder / row.contender, self.port, row.feeds, row.workers, self.patience)

    def _turn(self, row: Row, child: Child, number: int) -> None:
        polled, turn = take_turn(child, self.port, row.phase, number)
        row.turns.append(turn)
        where = f"{row.phase} {number}, {row.contender}"
        self.tell(f"{where}: {turn.wall:.2f} s, CPU {turn.cpu:.2f} s")
        self.complaints += [f"{where}: {said}" for said in disagreements(self.made, row.phase, number, polled, turn)]

    def _count(self, row: Row, child: Child, served: int) -> None:
        stored = child.ask("count")["entries"]
        if stored != served:
            self.complaints.append(f"{row.phase}, {row.contender}: {stored:,} entries stored, {served:,} were served")


def start(name: str, folder: Path, port: int, feeds: int, workers: int, patience: float) -> Child:
    """A contender, ready to poll."""
    folder.mkdir(parents=True, exist_ok=True)
    return Child("bench.poll_contenders", name, folder, port, feeds, workers, patience=patience)


def take_turn(child: Child, port: int, phase: Phase, number: int) -> tuple[dict[str, Any], Turn]:
    """One round: what the contender says of it, and its figures."""
    os.sync()  # nobody pays for what another has left to be written
    time.sleep(_PAUSE)
    control(port, f"/begin/{phase}/{number}")
    polled = child.ask("round")
    return polled, Turn(wall=polled["wall"], cpu=polled["cpu"], server=Report(**control(port, "/report")))


def control(port: int, path: str) -> dict[str, Any]:
    """Tell or ask the server."""
    connection = HTTPConnection(CONTROL, port, timeout=_CONTROL_PATIENCE)
    try:
        connection.request("GET", path)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return answer


def disagreements(made: Made, phase: Phase, number: int, polled: dict[str, Any], turn: Turn) -> list[str]:
    """What a round was not that it should have been."""
    plan = made.plan
    whole = sum(plan.answer(feed, phase, number) is not Answer.NOT_MODIFIED for feed in range(made.feeds))
    expected = {
        "feeds sent whole": (turn.server.whole, whole),
        "304s": (turn.server.not_modified, made.feeds - whole),
        "unconditional requests": (turn.server.unconditional, made.feeds if phase is Phase.COLD else 0),
        "new entries": (polled["new"], made.entries if phase is Phase.COLD else plan.fresh(phase, number)),
        "failed feeds": (len(polled["failures"]), 0),
    }
    found = [f"{name}: {seen:,}, expected {wanted:,}" for name, (seen, wanted) in expected.items() if seen != wanted]
    return [*found, *polled["failures"][:3]]


def best_workers(counts: tuple[int, ...], *, port: int, folder: Path, feeds: int, patience: float) -> dict[Phase, int]:
    """With which of these counts reader is fastest in each phase, on at most 200 feeds and databases of their own."""
    walls: dict[Phase, dict[int, float]] = {phase: {} for phase in Phase}
    for count in counts if len(counts) > 1 else ():
        with start("reader", folder / f"tried-{count}", port, min(feeds, _TRIED_FEEDS), count, patience) as child:
            for phase in Phase:
                times = _TRIED_304 if phase is Phase.ALL_304 else 1
                walls[phase][count] = min(take_turn(child, port, phase, 1)[1].wall for _ in range(times))
    return {phase: min(walls[phase], key=walls[phase].__getitem__, default=counts[0]) for phase in Phase}


def _in_turn(rows: list[Row], number: int) -> list[Row]:
    """Everyone begins a round as often as the others."""
    first = number % len(rows)
    return rows[first:] + rows[:first]
