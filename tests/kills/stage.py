"""Everything around the service: the two servers, the working folder, and the service's own processes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.kills.news import FEEDS, WATCHES, NewsDesk
from tests.servers.process import CHECKOUT, ServerProcess

TOKEN = "123456789:AAsentinel-token-for-kill-runs-01234"
CHATS = {"north": 4711, "south": 4712}
FOLLOWS = {"north": ("amber", "cobalt"), "south": ("amber", "umber")}
"""Chat → its watches: one shared, one each of its own, so that routing is seen as well."""

END_DEADLINE = 10.0
"""Seconds that SIGTERM may take (the issue's number)."""

LIFE = 90
"""Seconds after which a life ends itself whatever happens; no kill waits half as long."""

EXPECTED_WARNINGS = ("messages may have arrived before the last stop", "not delivered ")
"""What the service says of kills and of faults."""

PAUSE = 0.02
"""Seconds between two looks at a condition."""


def wait_for(condition: Callable[[], Any], deadline: float) -> bool:
    """Whether it came true within `deadline` seconds."""
    end = time.monotonic() + deadline
    while not condition():
        if time.monotonic() >= end:
            return False
        time.sleep(PAUSE)
    return True


@dataclass(slots=True, kw_only=True)
class Life:
    """One process of the service, from its start to its end."""

    process: subprocess.Popen[bytes]
    log: Path
    log_start: int

    def watching(self) -> bool:
        """Whether its start is over: from then on it heeds SIGTERM."""
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            return b"watching" in log.read()

    def ended(self) -> bool:
        return self.process.poll() is not None

    def kill(self) -> int:
        """SIGKILL to this very process; its exit code, which tells when it had ended before."""
        if not self.ended():
            os.kill(self.process.pid, signal.SIGKILL)
        return self.process.wait(END_DEADLINE)

    def stop(self) -> tuple[int | None, float]:
        """SIGTERM; exit code (None: it did not end and was killed) and seconds."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code: int | None = self.process.wait(END_DEADLINE)
        except subprocess.TimeoutExpired:
            self.kill()
            code = None
        return code, time.monotonic() - started


class Stage:
    """Use as a context manager: the servers run inside it, and no service outlives it."""

    def __init__(self, folder: Path, *, sabotage: str | None) -> None:
        self._state = folder
        self._sabotage = sabotage
        self._life: Life | None = None
        self._ledger = folder / "bot-api" / "ledger.jsonl"
        self.folder = folder / "watch"
        self.database = self.folder / "rackwatch.db"
        self.log = folder / "service.log"
        self.evidence = folder / "evidence.json"
        self.feeds = ServerProcess("tests.servers.feeds", state=folder / "feeds")
        chats = [argument for chat in CHATS.values() for argument in ("--chat", str(chat))]
        self.bot_api = ServerProcess("tests.servers.bot_api", "--token", TOKEN, *chats, state=folder / "bot-api")

    def __enter__(self) -> Self:
        self.feeds.start()
        try:
            self.bot_api.start()
        except BaseException:
            self.feeds.stop()
            raise
        self._write_folder()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._life is not None:
            self._life.kill()
        self.bot_api.stop()
        self.feeds.stop()

    def _write_folder(self) -> None:
        config = {
            "schedule": {"interval": "200ms"},
            "fetch": {"min_interval": "100ms", "host_gap": "0s", "allow_hosts": ["127.0.0.1"], "deadline": "10s"},
            "parser": {"processes": 1},
            "telegram": {"base_url": self.bot_api.base_url, "timeout": "5s"},
            "alerts": {"edit_gap": "0s", "most_at_once": 1000},  # each story is followed in a message of its own
            "chats": {name: {"id": number, "watches": list(FOLLOWS[name])} for name, number in CHATS.items()},
            "sources": [
                {
                    "key": feed.key,
                    "title": feed.publisher,
                    "url": self.feeds.base_url + feed.path,
                    "language": "en",
                    "interval": "200ms",
                }
                for feed in FEEDS
            ],
        }
        rules = self.folder / "rules"
        rules.mkdir(parents=True)
        for watch, word in WATCHES.items():
            rule = {"name": "named", "when": "thing"}
            text = {"watch": watch, "title": watch.title(), "terms": {"thing": {"any": [word]}}, "rules": [rule]}
            (rules / f"{watch}.yaml").write_text(json.dumps(text, indent=1), encoding="utf-8")
        (self.folder / "rackwatch.yaml").write_text(json.dumps(config, indent=1), encoding="utf-8")

    # ── the servers ──────────────────────────────────────────────────────────────────────────────────────────────

    def publish(self, desk: NewsDesk) -> None:
        for feed in FEEDS:
            document = {"path": feed.path, "body": desk.document(feed), "content_type": feed.content_type}
            self.feeds.post("/control/publish", document)

    def faults(self, *faults: Mapping[str, Any]) -> None:
        self.bot_api.post("/control/faults", [dict(fault) for fault in faults])

    def held(self) -> int:
        return int(self.bot_api.get("/control/held")["held"])

    def ledger(self) -> list[dict[str, Any]]:
        """What is on disk: the truth, even if the server had died."""
        whole, _, _ = self._ledger.read_bytes().rpartition(b"\n")
        return [json.loads(line) for line in whole.splitlines()]

    def ledger_length(self) -> int:
        return self._ledger.read_bytes().count(b"\n")

    # ── the service ──────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, *, kill: str | None = None, life: int = LIFE) -> Life:
        """Start the service, armed with a kill point or not. The one before must have ended."""
        self.evidence.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.kills.service_under_test", str(self.folder), "--life", str(life)]
        if kill is not None:
            command += ["--kill", kill, "--evidence", str(self.evidence)]
        if self._sabotage is not None:
            command += ["--sabotage", self._sabotage]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RACKWATCH_")}
        environment |= {"RACKWATCH_TELEGRAM_TOKEN": TOKEN, "NO_COLOR": "1", "COLUMNS": "200"}
        with self.log.open("ab") as log:
            log_start = log.tell()
            process = subprocess.Popen(
                command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._life = Life(process=process, log=self.log, log_start=log_start)
        return self._life

    def note(self, kill: Mapping[str, Any]) -> None:
        """One line of kills.jsonl: how the run went, for whoever looks into a failure."""
        with (self._state / "kills.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(kill) + "\n")

    def log_tail(self, lines: int = 25) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def surprises(self) -> Counter[str]:
        """Warnings in the service's log that no kill and no fault explains; to be read, they break no promise."""
        if not self.log.exists():
            return Counter()
        text = self.log.read_text(encoding="utf-8", errors="replace")
        warnings = [line.partition("[warning  ] ")[2].strip() for line in text.splitlines() if "[warning  ]" in line]
        return Counter(line for line in warnings if not line.startswith(EXPECTED_WARNINGS))

    def complaints(self) -> list[str]:
        """Tracebacks and errors in the service's log: nothing in a kill run should cause one."""
        if not self.log.exists():
            return []
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return [
            line for line in text.splitlines() if "Traceback" in line or "[error" in line or "internal error" in line
        ]
