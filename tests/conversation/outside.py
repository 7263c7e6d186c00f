"""What a person cannot do in Telegram: the client asks its parent for it, line by line.

The client writes `ASK {"do": …}` on its stdout, the parent answers with one line of JSON on the client's stdin. Every
other line of the client is for whoever watches.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

ASK = "ASK "


@dataclass(slots=True)
class Outside:
    """The client's side."""

    kills: int = 0

    def kill(self) -> None:
        """End the service as a power cut would."""
        self.kills += 1
        self._ask(do="kill")

    def start(self) -> None:
        """Start it anew; it is not waited for."""
        self._ask(do="start")

    def publish(self, paper: str, title: str) -> None:
        """An article comes into the feed of a paper."""
        self._ask(do="publish", paper=paper, title=title)

    def pair(self, code: str) -> str:
        """`rackwatch chats pair CODE --operator`; what it prints."""
        return str(self._ask(do="pair", code=code))

    def _ask(self, **wish: str) -> Any:
        sys.stdout.write(f"{ASK}{json.dumps(wish)}\n")
        sys.stdout.flush()
        answer = sys.stdin.readline()
        if not answer:
            raise SystemExit("nobody is there any more who starts the service")
        return json.loads(answer)


def asked(line: str) -> dict[str, str] | None:
    """The parent's side: what a line of the client asks for; None where it is for whoever watches."""
    return json.loads(line.removeprefix(ASK)) if line.startswith(ASK) else None
