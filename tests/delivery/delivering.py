"""Polls and deliveries by the program's own parts, in this process."""

from __future__ import annotations

import asyncio

from rich.console import Console

from bot.app import App
from bot.settings import load_settings
from tests.world import Folder


def poll_and_deliver(folder: Folder, *, seconds: float = 8) -> None:
    """One poll and all deliveries, by the program's own parts, for at most so long."""

    async def once() -> None:
        settings = load_settings(folder.path, environment=folder.environment)
        async with App(settings, console=Console(quiet=True), role="run") as app:
            await app.poll_many(app.store.sources.named())
            delivering = asyncio.create_task(app.deliverer.run())
            deadline = asyncio.get_running_loop().time() + seconds
            while asyncio.get_running_loop().time() < deadline:
                waiting = {s: n for s, n in app.store.archive.counts().outbox.items() if s not in {"sent", "dead"}}
                if not waiting:
                    break
                await asyncio.sleep(0.05)
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)
            await app.deliverer.drain(patience=3)

    asyncio.run(once())
