"""Polls' way to the writer's thread: whatever waits while a transaction runs goes into the next one together.

A lone poll is written at once; two thousand that end in the same second cost a handful of commits, not two thousand
(each waits for the disk).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Protocol

from storage.apply import Applied
from storage.polls import Memory, PollWork

WORKS_TOGETHER = 250
ENTRIES_TOGETHER = 500
"""Bounds of one transaction, so that a delivery never waits for the writer much longer than a second."""


class PollStore(Protocol):
    """The port of polls: one transaction from look-up to write."""

    def apply(self, work: Sequence[PollWork], *, memory: Memory) -> list[Applied | Exception]: ...


class GroupWriter:
    """Writes polls in the writer's thread, in the order in which they came; `memory` is what their planners share."""

    def __init__(self, store: PollStore, executor: Executor, *, memory: Memory) -> None:
        self._store = store
        self._executor = executor
        self._memory = memory
        self._waiting: deque[tuple[PollWork, asyncio.Future[Applied]]] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def apply(self, work: PollWork) -> Applied:
        """Write one poll's work. Raises StorageError, and what its planner raised."""
        answer: asyncio.Future[Applied] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, answer))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all(), name="write")
        return await answer

    async def _write_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch = self._next_batch()
            try:
                answers: Sequence[Applied | BaseException] = await loop.run_in_executor(
                    self._executor, partial(self._store.apply, [work for work, _ in batch], memory=self._memory)
                )
            except Exception as error:  # noqa: BLE001 - it is each waiting poll's to raise
                answers = [error] * len(batch)
            for (_, waiting), answer in zip(batch, answers, strict=True):
                if waiting.done():
                    continue  # a stop cut its poll off; what is written is written
                if isinstance(answer, BaseException):
                    waiting.set_exception(answer)
                else:
                    waiting.set_result(answer)

    def _next_batch(self) -> list[tuple[PollWork, asyncio.Future[Applied]]]:
        batch: list[tuple[PollWork, asyncio.Future[Applied]]] = []
        entries = 0
        while self._waiting and len(batch) < WORKS_TOGETHER and entries < ENTRIES_TOGETHER:
            work, answer = self._waiting.popleft()
            if answer.done():
                continue  # cut off before it was written: the poll is simply done again
            entries += len(work.keys.guids) if work.keys is not None else 0
            batch.append((work, answer))
        return batch
