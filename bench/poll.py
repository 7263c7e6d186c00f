"""How fast every feed is polled, beside `reader` (PyPI), on the same server in one go (Linux only).

    .venv/bin/python bench/poll.py [--feeds 2000] [--rounds 5] [--only typical] [--workers 1,8,20] [--json]

A process of its own serves the feeds, each on a loopback address of its own. Three phases: `cold` (new databases, every
feed is sent), `all304` (nothing has changed), `typical` (60 % answer 304, 25 % send the same body although only a
change was asked for, 15 % have one or two new items). The contenders take turns; each has a process of its own for a
phase, for each round of `cold`, and a database in a folder on a real disk. A figure is the median of the rounds: wall
and processor time from the first feed asked to the last entry stored, children included, start-up not. Peak memory is
that of the process with its children, looked at every 50 ms while it starts and works: RSS counts pages that two
processes share twice, PSS once. For reader the number of workers that is best in a short trial of each phase is taken.
What they do differs: rackwatch also judges every entry by the shipped rules, groups stories, plans alerts and fills
its search index. Whether a round did what it claims is checked by the server's counts and by the entries stored.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

# bench/ stands first in the path, where `import rules` would find bench/rules.py instead of the package.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.poll_contenders import CONTENDERS
from bench.poll_feeds import Made, build
from bench.poll_plan import MOST_FEEDS, Phase, Plan
from bench.poll_processes import Child, TookTooLong
from bench.poll_rounds import Course, Row, best_workers
from bench.poll_table import HEAD, goals, line, plain, plain_goal

_CONCURRENCY = 50  # fetch.concurrency: rackwatch's workers
_BUSY = 0.5  # load a core above which others decide the figures too


def main() -> int:
    """Build, serve, measure, print; 1 when a round was not what it claims, 2 when something took too long."""
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # also then all that was started ends
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="rackwatch-poll-", dir=asked.folder) as folder:
        try:
            made, rows, complaints = _measure(asked, Path(folder))
        except TookTooLong as error:
            print(error, file=sys.stderr)
            return 2
    if asked.json:
        print(json.dumps(_report(made, rows, complaints, load)))
    else:
        busy = " (others worked on this machine: measure again)" if load > _BUSY * (os.cpu_count() or 1) else ""
        print(
            f"{made.feeds:,} feeds, {made.entries:,} entries, {made.size / 1e6:.1f} MB, as gzip"
            f" {made.compressed / 1e6:.1f} MB; median of {asked.rounds} rounds;"
            f" {os.cpu_count()} cores, load before {load:.2f}{busy}; reader {version('reader')}\n"
        )
        print(HEAD, *map(line, rows), "", *goals(rows), sep="\n")
    for complaint in complaints:
        print(f"NOT WHAT IT CLAIMS: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


def _measure(asked: argparse.Namespace, folder: Path) -> tuple[Made, list[Row], list[str]]:
    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    feeds = folder / "feeds"
    feeds.mkdir()
    tell(f"making {asked.feeds:,} feeds")
    newest = datetime.now(UTC).replace(microsecond=0)
    made = build(feeds, Plan(feeds=asked.feeds, rounds=asked.rounds), newest=newest)
    with Child("bench.poll_server", feeds, patience=60) as server:
        course = Course(port=server.ready["port"], folder=folder, made=made, rounds=asked.rounds, tell=tell, workers={})
        if "rackwatch" in asked.contenders:
            course.workers["rackwatch"] = dict.fromkeys(Phase, asked.concurrency)
        if "reader" in asked.contenders:
            if len(asked.workers) > 1:
                tell("trying how many workers are best for reader")
            course.workers["reader"] = best_workers(
                asked.workers, port=course.port, folder=folder, feeds=made.feeds, patience=course.patience
            )
        return made, list(course.run(asked.only)), course.complaints


def _report(made: Made, rows: list[Row], complaints: list[str], load: float) -> dict[str, Any]:
    return {
        "feeds": made.feeds,
        "entries": made.entries,
        "bytes": made.size,
        "compressed_bytes": made.compressed,
        "cores": os.cpu_count(),
        "load_before": load,
        "reader": version("reader"),
        "rows": [plain(row) for row in rows],
        "goals": [plain_goal(goal) for goal in goals(rows)],
        "complaints": complaints,
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=_count, default=2_000)
    parser.add_argument("--rounds", type=_count, default=5)
    parser.add_argument("--only", type=_phases, default=list(Phase), metavar="PHASE", help="cold,all304,typical")
    parser.add_argument("--contenders", type=_names, default=list(CONTENDERS), help="one of them for a quick look")
    parser.add_argument("--workers", type=_counts, default=(1, 8, 20), help="of reader; several: the best is taken")
    parser.add_argument("--concurrency", type=_count, default=_CONCURRENCY, help="fetch.concurrency of rackwatch")
    parser.add_argument("--folder", type=Path, default="/var/tmp", help="on a disk, not in memory; needs 2 GB")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_FEEDS:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and {MOST_FEEDS}")
    return number


def _counts(text: str) -> tuple[int, ...]:
    return tuple(map(_count, text.split(",")))


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in CONTENDERS]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(CONTENDERS)}")
    return names


def _phases(text: str) -> list[Phase]:
    try:
        return [Phase(name) for name in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} names no phase; there are {', '.join(Phase)}") from error


if __name__ == "__main__":
    sys.exit(main())
