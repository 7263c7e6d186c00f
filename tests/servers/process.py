"""Start one of the fakes as a process of its own, talk to its control endpoints, end it."""

import contextlib
import json
import select
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CHECKOUT = Path(__file__).resolve().parents[2]

START_DEADLINE = 20.0
"""Seconds until the port line must be there; a start takes about 0.2 s on an idle machine."""

END_DEADLINE = 10.0
"""Seconds that a fake has to end by itself before it is killed."""

CONTROL_DEADLINE = 30.0
"""Seconds that a control request may take; they take milliseconds unless the machine is overloaded."""


class ServerProcess:
    """`python -m <module> --port … --state … <arguments>` for the length of a with block.

    It ends with the process that started it, because its stdin closes then.
    """

    def __init__(self, module: str, *arguments: str, state: Path, port: int = 0) -> None:
        self._module = module
        self._arguments = ("--state", str(state), *arguments)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process id. Raises RuntimeError when it was not started."""
        return self._started().pid

    def start(self) -> None:
        """Start it and wait for its port line; a second start takes the same port again.

        Raises RuntimeError, with its stderr, when no port line comes.
        """
        command = [sys.executable, "-m", self._module, "--port", str(self.port), *self._arguments]
        with tempfile.TemporaryFile() as errors:
            self._process = subprocess.Popen(
                command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
            line = self._first_line()
            try:
                self.port = json.loads(line)["port"]
            except ValueError:
                self.stop()
                errors.seek(0)
                said = errors.read().decode(errors="replace")
                raise RuntimeError(f"{self._module} printed no port line: {line!r}\n{said}") from None

    def stop(self) -> int | None:
        """End it and return its exit code; None when it was not running. Only its own pid is touched."""
        process, self._process = self._process, None
        if process is None:
            return None
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        try:
            code = process.wait(END_DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        process.stdout.close()
        return code

    def terminate(self) -> int:
        """Send SIGTERM and return the exit code. Raises subprocess.TimeoutExpired when it stays."""
        process = self._started()
        process.terminate()
        code = process.wait(END_DEADLINE)
        self.stop()
        return code

    def get(self, path: str) -> Any:
        """GET a control endpoint; the decoded JSON."""
        return self._control("GET", path, None)

    def post(self, path: str, value: Any = None) -> Any:
        """POST JSON to a control endpoint; the decoded JSON. Raises ValueError when it is refused."""
        return self._control("POST", path, value)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError(f"{self._module} is not running")
        return self._process

    def _first_line(self) -> bytes:
        """What it prints until the first line end, its own end, or the deadline."""
        stdout = self._started().stdout
        assert stdout is not None
        deadline = time.monotonic() + START_DEADLINE
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([stdout], [], [], max(0.0, deadline - time.monotonic()))
            more = stdout.read1(4096) if ready else b""  # type: ignore[attr-defined]
            if not more:
                break
            line += more
        return line

    def _control(self, method: str, path: str, value: Any) -> Any:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=CONTROL_DEADLINE)
        with contextlib.closing(connection):
            body = None if value is None else json.dumps(value).encode()
            connection.request(method, path, body=body, headers={"Connection": "close"})
            with connection.getresponse() as response:
                answer = json.loads(response.read())
        if response.status != 200:
            raise ValueError(f"{method} {path}: {answer}")
        return answer
