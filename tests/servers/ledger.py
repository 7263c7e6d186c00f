"""What a fake saw and did: one JSON line an event, on disk before the client gets its answer."""

import json
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Ledger:
    """`ledger.jsonl` in a state folder, and the same lines in memory. An older file is read and continued."""

    def __init__(self, state: Path) -> None:
        state.mkdir(parents=True, exist_ok=True)
        path = state / "ledger.jsonl"
        self.lines: list[Line] = []
        if path.exists():
            # A line without its end was cut by a kill: it was never answered.
            whole, _, cut = path.read_bytes().rpartition(b"\n")
            self.lines = [json.loads(line) for line in whole.splitlines()]
            if cut:
                path.write_bytes(whole + b"\n" if whole else b"")
        self._file = path.open("a", encoding="utf-8")

    def append(self, line: Line) -> None:
        """Write and flush. The operating system has it then: it outlives a kill of this process."""
        line = {"n": len(self.lines) + 1, **line}
        self._file.write(json.dumps(line, ensure_ascii=True) + "\n")
        self._file.flush()
        self.lines.append(line)

    def clear(self) -> None:
        self._file.truncate(0)
        self.lines.clear()

    def close(self) -> None:
        self._file.close()
