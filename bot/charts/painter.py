"""Has charts drawn by a child process, one at a time, within a time and a memory; why not is a value."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import dataclass

from bot.charts.chart import Chart
from bot.extras import installed

PATIENCE = 20.0
"""Seconds that a picture may take: 0.8 to 1.6 were measured, and a small machine may be ten times slower.
The next commands are read when those before are answered, so nobody waits for a picture for longer."""

MEMORY = 512 * 1024**2
"""Bytes of address space that the child may use. Thirteen panels of 92 bars took 250 MB of it, and 96 MB of memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDrawn:
    """There is no picture, and why. Where nobody wants pictures (`missing`), that is no trouble."""

    reason: str
    missing: bool = False


class Painter:
    """`patience` in seconds, `memory` in bytes."""

    def __init__(self, *, patience: float = PATIENCE, memory: int = MEMORY) -> None:
        self._patience = patience
        self._memory = memory
        self._one_at_a_time = asyncio.Lock()

    async def draw(self, chart: Chart) -> bytes | NotDrawn:
        """The chart as a PNG; the wait for other pictures counts."""
        if not installed("matplotlib"):
            return NotDrawn(reason="the extra 'charts' is not installed", missing=True)
        try:
            async with asyncio.timeout(self._patience), self._one_at_a_time:
                return await self._drawn(chart)
        except TimeoutError:
            return NotDrawn(reason=f"drawing took longer than {self._patience:g} s")

    async def _drawn(self, chart: Chart) -> bytes | NotDrawn:
        # -P keeps the working folder, which has a folder named `rules`, off the import path.
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "bot.charts.child", str(self._memory),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            picture, errors = await process.communicate(json.dumps(chart.to_json()).encode())
        except BaseException:
            # Not Process.kill(): it polls, and so takes the exit status away from asyncio's own child watcher.
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            await process.wait()
            raise
        if process.returncode or not picture:
            said = errors.decode(errors="replace").strip().splitlines()
            return NotDrawn(reason=f"drawing failed (exit {process.returncode}): {said[-1][:200] if said else ''}")
        return picture
