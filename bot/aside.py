"""Long work beside the event loop, in a thread that does not keep the process from ending.

`asyncio.to_thread` is for what takes milliseconds: at its end asyncio waits for those threads, and a service that is
asked to stop while it loads ten thousand rules would not stop in time.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")


async def aside(function: Callable[..., _T], *arguments: Any, **keywords: Any) -> _T:
    """The function's result; a cancelled wait leaves the thread to finish for nobody."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_T] = loop.create_future()

    def settle(put: Callable[[Any], None], value: Any) -> None:
        if not future.done():
            put(value)

    def work() -> None:
        put: Callable[[Any], None] = future.set_result
        value: Any
        try:
            value = function(*arguments, **keywords)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            put, value = future.set_exception, error
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
            loop.call_soon_threadsafe(settle, put, value)

    threading.Thread(target=work, name=f"aside-{function.__name__}", daemon=True).start()
    return await future
