"""A process of its own that fetches what it is told, and says how each fetch ended and how far its memory grew.

`python -m tests.safety.fetching`, an `Order` as JSON on stdin, a list of `Ended` as JSON on stdout.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.event_loop import complete
from bot.sources.fetch import Fetcher
from bot.sources.fetch_results import Fetched, FetchFailure
from bot.sources.guard import Guard
from tests.safety.raw_server import ALLOWED
from tests.servers.process import CHECKOUT

PEAK = Path("/proc/self/clear_refs")
"""Linux: writing "5" here forgets the peak (proc(5))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Fetch these, one after the other; `deadline` in seconds, `max_size` in bytes."""

    urls: Sequence[str]
    allow: Sequence[str] = (ALLOWED,)
    deadline: float = 5.0
    max_size: int = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """`reason` is "" where a document came; `grown` is the growth of memory at its highest, in MB."""

    url: str
    reason: str
    detail: str
    seconds: float
    grown: float


def fetch_apart(order: Order, environment: Mapping[str, str] | None = None) -> list[Ended]:
    """Have a process of its own do it, with these variables besides our own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.safety.fetching"],
        cwd=CHECKOUT,
        env={**os.environ, **(environment or {})},
        input=json.dumps(asdict(order)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Ended(**one) for one in json.loads(done.stdout)]


async def _fetch_all(order: Order) -> list[Ended]:
    fetcher = Fetcher(
        guard=Guard(order.allow),
        user_agent="t",
        deadline=order.deadline,
        max_size=order.max_size,
        host_gap=0,
        concurrency=1,
    )
    ended = []
    await fetcher.get(order.urls[0])  # what is loaded and allocated once is no growth
    for url in order.urls:
        before, began = _peak(forget=True), time.monotonic()
        found = await fetcher.get(url)
        ended.append(
            Ended(
                url=url,
                reason=found.reason.value if isinstance(found, FetchFailure) else "",
                detail=str(len(found.body)) if isinstance(found, Fetched) else str(found),
                seconds=round(time.monotonic() - began, 2),
                grown=round(_peak() - before, 1),
            )
        )
        del found
    return ended


def _peak(*, forget: bool = False) -> float:
    """The highest memory of this process so far, in MB."""
    if forget:
        PEAK.write_text("5", encoding="ascii")
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps([asdict(one) for one in complete(_fetch_all(Order(**json.load(sys.stdin))))]))
