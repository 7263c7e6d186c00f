"""The command line in this process: as a person types it, without the second that a new process takes to start."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import output
from bot.cli.run_command import run_command
from tests.world import Folder


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Shell:
    """The command `rackwatch`, run in `folder`."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[bytes]

    def __call__(self, *arguments: str, code: int | None = 0, stdin: bytes = b"") -> Done:
        self.monkeypatch.setattr(sys, "argv", ["rackwatch", *arguments])
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        self.capture.readouterr()
        ended = run_command()
        out, err = self.capture.readouterr()
        done = Done(code=ended, out=out.decode(), err=err.decode())
        assert code is None or ended == code, done
        return done

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file


@dataclass(slots=True)
class NearFolder(Folder):
    """A working folder whose commands run in this process: for those that start nothing."""

    shell: Shell | None = None

    def run(self, *arguments: str, check: int | None = 0) -> subprocess.CompletedProcess[str]:
        """As a process would: with its environment, in the folder, on a wide terminal."""
        assert self.shell is not None
        environment = self.env()
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ.keys() - environment.keys():
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.chdir(self.path)
            for console in (output.out, output.err):
                patch.setattr(console, "_width", 200)
            done = self.shell("-C", str(self.path), *arguments, code=check)
        assert "Traceback" not in done.out + done.err, done
        return subprocess.CompletedProcess([*arguments], done.code, done.out, done.err)
