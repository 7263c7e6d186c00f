"""`python -m tests.safety.table`: what each bomb and bad server costs, as a table in Markdown.

The growth of memory is that of a process that fetches, at its highest, beside a limit of 20 MB for one document.
"""

from __future__ import annotations

import sys

from tests.safety.bad_answers import BOMBS, SERVERS
from tests.safety.fetching import Order, fetch_apart
from tests.safety.raw_server import RawServer

DEADLINE = 5.0
"""Seconds; that of the settings is 30."""


def main() -> None:
    bad = BOMBS + SERVERS
    with RawServer({one.path: one.script for one in bad}) as server:
        ended = fetch_apart(Order(urls=[server.url(one.path) for one in bad], deadline=DEADLINE))
    lines = ["| what the server sends | memory, MB | seconds | how the fetch ends |", "|---|--:|--:|---|"]
    for one, end in zip(bad, ended, strict=True):
        how = end.detail if end.reason else f"read, {end.detail} bytes"
        lines.append(f"| {one.name} | {max(end.grown, 0):.1f} | {end.seconds:.2f} | {how[:90]} |")
    sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
