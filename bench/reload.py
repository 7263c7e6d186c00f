"""How long the event loop stands still, at most, while a thread makes new rules ready.

    .venv/bin/python bench/reload.py [--rules 10000] [--text FILE.jsonl.gz]

A thread and the loop share one interpreter: the loop waits for whatever the thread does in one piece of C or Rust.
Printed for each step: its seconds, the longest gap between ticks of 5 ms, and the longest collection of garbage.
"""

import argparse
import asyncio
import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple

# `import rules` would find bench/rules.py otherwise.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.articles import articles
from bench.made_rules import make, rule_files, stock
from rules import Document, Matcher, load_texts, run_tests

_TICK = 0.005
_ALLOWED = 0.2  # seconds: what a reader of the archive or Telegram's long poll does not notice


class Stall(NamedTuple):
    """What one step did to the loop, in seconds."""

    step: str
    took: float
    longest: float
    collection: float


async def stall(step: str, work: Callable[[], object]) -> Stall:
    """Run `work` in a thread while this loop ticks."""
    longest = collection = began = 0.0

    def collecting(phase: Literal["start", "stop"], _info: dict[str, int]) -> None:
        nonlocal collection, began
        if phase == "start":
            began = time.perf_counter()
        else:
            collection = max(collection, time.perf_counter() - began)

    gc.callbacks.append(collecting)
    start = last = time.perf_counter()
    running = asyncio.create_task(asyncio.to_thread(work))
    while not running.done():
        await asyncio.sleep(_TICK)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    gc.callbacks.remove(collecting)
    await running
    return Stall(step, last - start, longest, collection)


async def main() -> None:
    """Every step of a reload, and the first text of a language after it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, default=10_000)
    parser.add_argument("--text", type=Path, help="articles to take words from, as for bench/rules.py")
    asked = parser.parse_args()
    files = rule_files(make("selective", asked.rules, stock(articles(asked.text)[1])))
    made: dict[str, Any] = {}

    def load() -> None:
        made["rules"] = load_texts(files)

    def build() -> None:
        made["matcher"] = Matcher(made["rules"])

    def judge() -> None:
        made["matcher"].judge(Document(title="Nowe centra danych Tesli", language="pl"))

    print("step                          took   longest gap   longest collection")
    for step, work in (
        ("load_texts", load),
        ("run_tests", lambda: run_tests(made["rules"])),
        ("Matcher", build),
        ("first text in Polish", judge),
    ):
        found = await stall(step, work)
        verdict = "" if found.longest <= _ALLOWED else f"   over {_ALLOWED * 1e3:.0f} ms"
        print(
            f"{step:25} {found.took:>6.2f} s {found.longest * 1e3:>10.0f} ms"
            f" {found.collection * 1e3:>17.0f} ms{verdict}"
        )


if __name__ == "__main__":
    asyncio.run(main())
