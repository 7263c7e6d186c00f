"""The programs that are measured, each in a process of its own.

    python -m bench.poll_contenders NAME FOLDER PORT FEEDS WORKERS

It opens NAME's database in FOLDER, or makes it, and knows all feeds then. Each line on stdin is a command: `round`
polls every feed once, `count` tells how many entries are stored. It ends when stdin does.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol, TextIO

from bench.poll_plan import url
from bench.poll_processes import cpu_used
from bot.event_loop import complete


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one round of a contender brought: entries that were new, and why feeds failed."""

    new: int
    failures: list[str]


class Contender(Protocol):
    """One that can be measured."""

    async def poll(self) -> Polled:
        """Poll every feed once, and store what came."""
        ...

    def count(self) -> int:
        """Entries stored."""
        ...


@asynccontextmanager
async def rackwatch(folder: Path, port: int, feeds: int, workers: int) -> AsyncIterator[Contender]:
    """As `rackwatch poll` works: the shipped rules, alerts planned and put into the outbox, which stays closed.

    `workers` is fetch.concurrency; article pages are not fetched. Reading the sources from the database counts as part
    of a round, as it does for reader.
    """
    from rich.console import Console  # noqa: PLC0415 - each contender imports what it needs, and pays for it

    from bot.app import App  # noqa: PLC0415
    from bot.logs import set_up_logs  # noqa: PLC0415
    from bot.poll_report import Outcome  # noqa: PLC0415
    from bot.settings import load_settings  # noqa: PLC0415

    _write_folder(folder, port, feeds, workers)
    set_up_logs(quiet=True)

    class Rackwatch:
        async def poll(self) -> Polled:
            reports = await app.poll_many(app.store.sources.named())
            failures = [report.reason for report in reports if report.outcome is Outcome.FAILED]
            return Polled(new=sum(report.new for report in reports), failures=failures)

        def count(self) -> int:
            return app.store.archive.counts().entries

    settings = load_settings(folder, environment={})
    async with App(settings, console=Console(file=io.StringIO()), role="poll") as app:
        yield Rackwatch()


def _write_folder(folder: Path, port: int, feeds: int, workers: int) -> None:
    from bot.settings import CONFIG_NAME  # noqa: PLC0415
    from bot.workfolder import write_folder, write_missing  # noqa: PLC0415

    sources = "".join(
        f"  - {{key: feed-{feed}, url: '{url(feed, port)}', full_text: never}}\n" for feed in range(feeds)
    )
    config = f"""\
fetch:
  allow_hosts: [127.0.0.0/8]
  concurrency: {workers}
chats:
  console: {{kind: console}}
sources:
{sources}"""
    write_missing({folder / CONFIG_NAME: config})
    write_folder(folder)  # the shipped rules, beside it


@asynccontextmanager
async def reader(folder: Path, port: int, feeds: int, workers: int) -> AsyncIterator[Contender]:
    """`reader` (PyPI) as it comes: no plugins, and no search index, which it fills in a second step."""
    from reader import make_reader  # noqa: PLC0415 - each contender imports what it needs, and pays for it

    class Reader:
        async def poll(self) -> Polled:
            new, failures = 0, []
            # Without `scheduled=False` it looks at each feed once an hour and does nothing in between.
            for update in database.update_feeds_iter(scheduled=False, workers=workers):
                if isinstance(update.value, Exception):
                    failures.append(str(update.value))
                elif update.value is not None:
                    new += update.value.new
            return Polled(new=new, failures=failures)

        def count(self) -> int:
            return database.get_entry_counts().total or 0

    with make_reader(str(folder / "reader.db")) as database:
        for feed in range(feeds):
            database.add_feed(url(feed, port), exist_ok=True)
        yield Reader()


CONTENDERS = {"rackwatch": rackwatch, "reader": reader}


async def main() -> None:
    """Converse."""
    name, folder, *numbers = sys.argv[1:]
    answers = sys.stdout
    sys.stdout = sys.stderr  # nothing that a library prints may reach the answers
    async with CONTENDERS[name](Path(folder), *map(int, numbers)) as contender:
        _say(answers, {"ready": True})
        while command := await asyncio.to_thread(sys.stdin.readline):
            if command.strip() == "count":
                _say(answers, {"entries": contender.count()})
                continue
            began, used = time.perf_counter(), cpu_used()
            polled = await contender.poll()
            wall, cpu = time.perf_counter() - began, cpu_used() - used
            _say(answers, {"wall": wall, "cpu": cpu, **asdict(polled)})


def _say(answers: TextIO, value: object) -> None:
    answers.write(json.dumps(value) + "\n")
    answers.flush()


if __name__ == "__main__":
    complete(main())
