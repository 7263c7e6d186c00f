"""The parser's child process: documents in on stdin, results out on stdout, within a limit of memory.

Started as `python -P -m bot.documents.child MEMORY_BYTES`. One request is a line of JSON (`size` and a `Question`)
followed by `size` bytes; one answer is a line of JSON, and `pieces` more lines with entries where it has any. It ends
when stdin ends, and, on Linux, when its parent dies.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from typing import Any

READY = b"ready\n"
PIECE = 64 * 1024
"""Characters of entries in one line, about: the other side does nothing else while it decodes a line."""

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def limit(memory: int) -> None:
    """Bound the address space and die with the parent; a system without these limits goes on without them."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            sys.exit(0)  # the parent died before the call


def in_lines(wire: dict[str, Any]) -> list[bytes]:
    """An answer as lines: all but its entries, then those in pieces."""
    pieces: list[bytes] = []
    size, piece = 0, list[str]()
    entries = wire["values"].pop("entries", None)
    for entry in entries or ():
        text = json.dumps(entry)
        if piece and size + len(text) > PIECE:
            pieces.append(f"[{','.join(piece)}]\n".encode())
            size, piece = 0, []
        piece.append(text)
        size += len(text)
    if entries is not None:
        pieces.append(f"[{','.join(piece)}]\n".encode())
    return [json.dumps(wire | {"pieces": len(pieces)}).encode() + b"\n", *pieces]


def main() -> None:
    # Ctrl-C in a terminal reaches the whole group; the parent decides when we end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit(int(sys.argv[1]))
    from bot.documents.entries import NotAFeed, to_wire  # noqa: PLC0415 - imported under the limit
    from bot.documents.parse import Question, parse  # noqa: PLC0415 - imported under the limit

    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing that a library prints may reach the answers
    sink.write(READY)
    sink.flush()
    while line := source.readline():
        request = json.loads(line)
        body = source.read(request["size"])
        try:
            answer = in_lines(to_wire(parse(body, Question.read(request["question"]))))
        except MemoryError:
            answer = in_lines(to_wire(NotAFeed(reason="needs more memory than parser.memory allows")))
        except RecursionError:
            answer = in_lines(to_wire(NotAFeed(reason="nested too deeply")))
        except Exception as error:  # noqa: BLE001 - whatever a hostile document does to the parser is its own fault
            answer = in_lines(to_wire(NotAFeed(reason=f"the parser failed: {type(error).__name__}: {error}"[:300])))
        sink.writelines(answer)
        sink.flush()


if __name__ == "__main__":
    main()
