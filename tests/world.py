"""A working folder, the fakes around it and the real command: what most end-to-end tests stand on."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.process import ServerProcess
from tests.warm_command import run_warm

TOKEN = "123456789:AAsentinel-token-for-tests-0123456789"
COMMAND = [sys.executable, "-P", "-c", "from bot.cli.main import main; main()"]
COMMAND_DEADLINE = 60.0
"""Seconds that a command may take; they take one or two."""

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Real material beside the checkout; tests that want it skip where it is not."""

RULES = """\
watch: data-centers
title: Data centers
terms:
  firm: {any: [Tesla]}
  place: {any: [data center, Rechenzentr*]}
rules:
  - name: firm-and-place
    when: firm near place
    priority: high
    tests:
      alert: ["Tesla opens a data center"]
      silent: ["Tesla opens a shop"]
"""


def rss(*items: Mapping[str, str], title: str = "A feed") -> str:
    """An RSS 2.0 document; an item's `guid` stands in for its link where it has none."""
    body = "".join(
        "<item>"
        f"<title>{item.get('title', '')}</title>"
        f"<link>{item.get('link', 'https://news.example/' + item['guid'])}</link>"
        f"<guid isPermaLink='false'>{item['guid']}</guid>"
        f"<description>{item.get('text', '')}</description>"
        + (f"<pubDate>{item['date']}</pubDate>" if "date" in item else "")
        + "</item>"
        for item in items
    )
    channel = f"<channel><title>{title}</title>{body}</channel>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0">{channel}</rss>'


@dataclass(slots=True)
class Folder:
    """A working folder and the command on it."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def configure(self, **sections: Any) -> None:
        """Write rackwatch.yaml; JSON is YAML. What a fast test needs is the default."""
        config = {
            "fetch": {"allow_hosts": ["127.0.0.1"], "min_interval": "0s", "host_gap": "0s", "deadline": "5s"},
            "schedule": {"interval": "300ms"},
            "alerts": {"edit_gap": "0s"},
        } | sections
        self.write("rackwatch.yaml", json.dumps(config, indent=1, ensure_ascii=False))

    def env(self) -> dict[str, str]:
        # Hundreds of starts: let the first one write its bytecode, as an installed program has it.
        dropped = ("RACKWATCH_", "PYTHONDONTWRITEBYTECODE")
        base = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
        return base | {"COLUMNS": "200", "NO_COLOR": "1"} | self.environment

    def run(self, *arguments: str, check: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run `rackwatch -C <folder> …`; `check` is the exit code expected, None for any."""
        asked = ["-C", str(self.path), *arguments]
        if all(name.startswith("RACKWATCH_") for name in self.environment):
            done = run_warm(asked, env=self.env(), cwd=self.path, timeout=COMMAND_DEADLINE)
        else:
            done = subprocess.run(
                [*COMMAND, *asked],
                env=self.env(),
                cwd=self.path,
                capture_output=True,
                text=True,
                timeout=COMMAND_DEADLINE,
                check=False,
            )
        assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
        if check is not None:
            assert done.returncode == check, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)

    @contextlib.contextmanager
    def service(self) -> Iterator[Service]:
        """`rackwatch run` for the length of a block; killed at its end where it still runs."""
        with (self.path / "service.log").open("ab") as log:
            process = subprocess.Popen(
                [*COMMAND, "-C", str(self.path), "run"], env=self.env(), cwd=self.path, stdout=log, stderr=log
            )
            try:
                yield Service(process=process, folder=self)
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait(10)


@dataclass(slots=True)
class Service:
    process: subprocess.Popen[bytes]
    folder: Folder

    @property
    def log(self) -> str:
        return (self.folder.path / "service.log").read_text(encoding="utf-8", errors="replace")

    def wait_for(self, condition: Callable[[], Any], what: str, deadline: float = 20.0) -> Any:
        """The first true value of `condition`; the service must be alive meanwhile."""
        end = time.monotonic() + deadline
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            assert self.process.poll() is None, f"the service ended while waiting for {what}:\n{self.log}"
            time.sleep(0.05)
        raise AssertionError(f"{what} did not happen within {deadline} s:\n{self.log}")

    def wait_for_log(self, text: str) -> None:
        self.wait_for(lambda: text in self.log, repr(text))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> float:
        """SIGTERM; the seconds until it ended. Fails where the exit code is not 0."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0, self.log
        return time.monotonic() - started


@dataclass(slots=True)
class BotApi:
    """The fake Bot API and what it was told."""

    server: ServerProcess

    def faults(self, *faults: Mapping[str, Any]) -> None:
        self.server.post("/control/faults", [dict(fault) for fault in faults])

    def ledger(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = self.server.get("/control/ledger")
        return lines

    def messages(self) -> list[dict[str, Any]]:
        """What the chats show now."""
        shown: list[dict[str, Any]] = self.server.get("/control/messages")
        return shown
