"""The whole program in this process on sources that no rackwatch.yaml would accept, and how long it leaves its loop."""

from __future__ import annotations

import asyncio
import contextlib
import io
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from bot.app import App
from bot.documents.entries import Kind
from bot.settings import load_settings
from storage.records import SourceDefinition
from tests.safety.raw_server import ALLOWED
from tests.world import Folder

TICK = 0.01
"""Seconds between two looks at the clock."""


def source(
    key: str, url: str, *, kind: Kind = Kind.FEED, options: Mapping[str, str] | None = None, full_text: str = "never"
) -> SourceDefinition:
    """A source as the database keeps it; the address is taken as it stands."""
    return SourceDefinition(
        key=key, url=url, kind=kind.value, options=options or {}, via="", place=url[:50], full_text=full_text,
        title="", language="en", publisher=None, tags=(), paused=False,
    )  # fmt: skip


@contextlib.asynccontextmanager
async def watching(folder: Folder, sources: Sequence[SourceDefinition], **sections: Any) -> AsyncIterator[App]:
    """The program with these sources, one address allowed; `sections` are those of rackwatch.yaml."""
    fetch = {"allow_hosts": [ALLOWED], "min_interval": "0s", "host_gap": "0s", "deadline": "10s"}
    folder.configure(**({"fetch": fetch} | sections))
    settings = load_settings(folder.path, environment={})
    async with App(settings, console=Console(file=io.StringIO()), role="poll") as app:
        await app.write(app.store.sources.sync, sources, now=app.now())
        yield app


@dataclass(slots=True)
class Lag:
    """The longest time, in seconds, for which the event loop did not come back to a task that wanted it."""

    worst: float = 0.0


@contextlib.asynccontextmanager
async def measured_lag() -> AsyncIterator[Lag]:
    lag = Lag()

    async def tick() -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(TICK)
            now = time.monotonic()
            lag.worst = max(lag.worst, now - last - TICK)
            last = now

    ticking = asyncio.create_task(tick())
    try:
        await asyncio.sleep(2 * TICK)
        lag.worst = 0.0
        yield lag
        await asyncio.sleep(2 * TICK)
    finally:
        ticking.cancel()
        await asyncio.gather(ticking, return_exceptions=True)
