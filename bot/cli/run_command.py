"""Runs the command line and turns whatever goes wrong into one message and an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from typing import TYPE_CHECKING

from bot.cli.commands import app
from bot.cli.main import INTERNAL_ERROR
from bot.cli.output import err, short_path
from bot.logs import redactor

if TYPE_CHECKING:
    from bot.errors import ConfigInvalid
    from rules import RulesInvalid

INTERRUPTED = 130
"""128 + SIGINT, as shells do."""


def run_command() -> int:
    """The exit code: 0 done, 1 refused or failed with a message, 2 wrong usage, 70 a bug."""
    code = _run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _leave_the_pipe()
    return code


def _leave_the_pipe() -> None:
    """The reader has gone (`| head`): nothing to say, and nothing to flush when the interpreter ends either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run() -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without our letters shows '?', and nothing fails
    try:
        app(prog_name="rackwatch")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _leave_the_pipe()
        return 0
    except Exception as error:  # noqa: BLE001 - the last net: a user never sees a traceback
        return _explained(error)
    return 0


def _explained(error: Exception) -> int:
    # Imported for an error only: the rules and the database come with them, and `--help` needs neither.
    from bot.errors import ConfigInvalid, RackwatchError  # noqa: PLC0415
    from rules import RulesInvalid  # noqa: PLC0415
    from storage.errors import StorageError  # noqa: PLC0415

    if isinstance(error, ConfigInvalid | RulesInvalid):
        _say_problems(error)
        return 1
    if isinstance(error, RackwatchError | StorageError):
        _say(str(error))
        return 1
    if isinstance(error, OSError):
        return _operating_system(error)
    return _bug(error)


def _say(text: str) -> None:
    err.print(f"rackwatch: {redactor.clean(text)}", markup=False, soft_wrap=True)


def _say_problems(error: ConfigInvalid | RulesInvalid) -> None:
    for problem in error.problems:
        line = str(problem)
        if line.startswith(problem.file):
            line = short_path(problem.file) + line[len(problem.file) :]
        err.print(redactor.clean(line), markup=False, soft_wrap=True)


def _operating_system(error: OSError) -> int:
    if error.errno is None or error.errno in {errno.EBADF, errno.EINVAL}:
        return _bug(error)
    place = f"{error.filename}: " if error.filename else ""
    reason = "the disk is full; free some space and try again" if error.errno == errno.ENOSPC else error.strerror
    _say(f"{place}{reason}")
    return 1


def _bug(error: Exception) -> int:
    if os.environ.get("RACKWATCH_DEBUG"):
        sys.stderr.write(redactor.clean("".join(traceback.format_exception(error))))
    _say(
        f"internal error: {type(error).__name__}: {error}. Nothing that was stored is lost. This is a bug: please "
        "report it with what 'RACKWATCH_DEBUG=1 rackwatch …' prints"
    )
    return INTERNAL_ERROR
