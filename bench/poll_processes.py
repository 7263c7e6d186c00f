"""Child processes that answer lines, and what the processes of a tree use (Linux: /proc)."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

CHECKOUT = Path(__file__).resolve().parents[1]

_LOOK_EVERY = 0.05  # seconds between two looks at the memory
_GROWN = 1.01  # the costlier figure is taken only where the cheap one grew so much
_END_PATIENCE = 30.0  # seconds; a big database is checkpointed when it is closed

_PAGE = resource.getpagesize()
_TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(slots=True, kw_only=True)
class Memory:
    """The most that a process and all below it held at once, in bytes.

    `resident` counts a page that two of them share twice; `proportional` counts it once, and is taken whenever
    `resident` reaches a new height, because it costs the kernel some ms.
    """

    resident: int = 0
    proportional: int = 0

    def look(self, process: int) -> None:
        """Look at a tree once."""
        tree = [process, *descendants(process)]
        resident = sum(int(_read(one, "statm", "0 0").split()[1]) for one in tree) * _PAGE
        if resident > self.resident * _GROWN:
            self.proportional = max(self.proportional, sum(map(_proportional, tree)))
        self.resident = max(self.resident, resident)


def descendants(process: int) -> list[int]:
    """All processes below this one."""
    found = []
    with suppress(OSError):  # it has just ended
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in map(int, _read(process, f"task/{thread.name}/children").split()):
                found += [child, *descendants(child)]
    return found


def cpu_used() -> float:
    """Seconds of the processor, user and system, of this process and all below it, also of those that have ended."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    running = sum(map(_ticks, descendants(os.getpid()))) * _TICK
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime + running


def _ticks(process: int) -> int:
    """utime, stime, cutime and cstime of proc(5); the command before them may hold spaces."""
    return sum(map(int, _read(process, "stat", ") " + "0 " * 20).rpartition(")")[2].split()[11:15]))


def _proportional(process: int) -> int:
    lines = _read(process, "smaps_rollup").splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _read(process: int, name: str, otherwise: str = "") -> str:
    try:
        return Path(f"/proc/{process}/{name}").read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has just ended
        return otherwise


class TookTooLong(Exception):
    """A child did not answer in time, or ended instead."""


class Child:
    """`python -m MODULE ARGUMENTS` that says lines of JSON; the first one when it is ready.

    It ends when its stdin does: with this block, and with the process that started it.
    """

    def __init__(self, module: str, *arguments: object, patience: float) -> None:
        self.memory = Memory()
        self._patience = patience
        self._name = " ".join([module, *map(str, arguments)])
        began = time.perf_counter()
        # Everything here is on loopback, also where the environment names a proxy.
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours; we end it
        )
        try:
            self.ready = self._answer()
        except BaseException:
            self.close(patience=0)
            raise
        self.start_up = time.perf_counter() - began

    def ask(self, command: str) -> dict[str, Any]:
        """Its answer to one line; its memory is watched meanwhile. Raises TookTooLong."""
        assert self._process.stdin is not None
        self._process.stdin.write(command.encode() + b"\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        deadline = time.monotonic() + self._patience
        line = b""
        while not line.endswith(b"\n"):
            if time.monotonic() > deadline:
                raise TookTooLong(f"{self._name}: no answer within {self._patience:.0f} s")
            if select.select([self._process.stdout], [], [], _LOOK_EVERY)[0]:
                more = os.read(self._process.stdout.fileno(), 65536)
                if not more:
                    raise TookTooLong(f"{self._name}: ended without an answer; what it said stands above")
                line += more
            self.memory.look(self._process.pid)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self, patience: float = _END_PATIENCE) -> None:
        """Let it end; what is left of it and its children after so many seconds is killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)  # the session that it was started in
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(patience=_END_PATIENCE if kind is None else 0)  # what went wrong need not be waited for
