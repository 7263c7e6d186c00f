"""The real command in a process of its own, without its second of imports: one that has done them forks for each.

Hundreds of tests run commands. What comes before `main` is the same for all of them: Python and the imports. The
service is always started from nothing, and so is a command whose environment is more than our own settings.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
_SERVE = f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); from tests.warm_command import serve; serve()"
_READY = b"ready\n"


def run_warm(
    arguments: Sequence[str], *, env: Mapping[str, str], cwd: Path, timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run `rackwatch` with these arguments. Raises subprocess.TimeoutExpired; the command is killed then."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, socket.socket(socket.AF_UNIX) as call:
        call.connect(_server())
        call.settimeout(timeout)
        asked = json.dumps({"arguments": list(arguments), "env": dict(env), "cwd": str(cwd)})
        socket.send_fds(call, [f"{asked}\n".encode()], [out.fileno(), err.fileno()])
        with call.makefile("r") as answers:
            pid = int(answers.readline())
            try:
                code = int(answers.readline())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(list(arguments), timeout) from None
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
        return subprocess.CompletedProcess(list(arguments), code, *texts)


@cache
def _server() -> str:
    """The address of this test process's own server, which ends with it."""
    folder = tempfile.mkdtemp(prefix="warm-")
    env = {key: value for key, value in os.environ.items() if not key.startswith("RACKWATCH_")}
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _SERVE, f"{folder}/socket"],
        env=env | {"COLUMNS": "200", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    atexit.register(process.kill)
    assert process.stdout is not None
    assert process.stdout.readline() == _READY
    return f"{folder}/socket"


def serve() -> None:
    """Import the program once, then fork for every call."""
    sys.path.remove(str(CHECKOUT))
    import bot.app  # noqa: F401, PLC0415
    import storage.migrate  # noqa: F401, PLC0415
    from bot.cli import run_command  # noqa: PLC0415 - the process is for this

    del run_command
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(sys.argv[1])
        listening.listen(16)
        os.write(1, _READY)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            call, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _answer(call)
                return
            call.close()


def _answer(call: socket.socket) -> None:
    """Fork the command and tell its end; returns in the command's own process once it is the command."""
    message, files, _, _ = socket.recv_fds(call, 1 << 20, 2)
    asked = json.loads(message)
    pid = os.fork()
    if pid:
        call.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        call.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    call.close()
    for descriptor, file in enumerate(files, 1):
        os.dup2(file, descriptor)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    sys.argv = ["-c", *asked["arguments"]]
    from bot.cli.main import main  # noqa: PLC0415 - as the command does

    main()
