"""JSON lines that a command reads: of a file or standard input, also gzipped; broken ones are told and passed over."""

from __future__ import annotations

import gzip
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import IO, Annotated, Any, cast

import typer

from bot.cli.output import err
from bot.errors import Refused
from rules import Problem
from rules.lines import BadLine, Line, read_line

InputOption = Annotated[
    str, typer.Option("--input", metavar="FILE", help="JSON lines, also gzipped; '-': standard input.")
]

AnswerOption = Annotated[
    bool, typer.Option("--json", help="One JSON line for each document on standard output, in order.")
]

_GZIP = b"\x1f\x8b"
_TOLD = 100  # broken lines that are told one by one; a file of another kind has nothing else
_PATIENCE = 1.0  # seconds before the progress is shown
_TICK = 0.2  # seconds between two looks of the progress


@contextmanager
def opened(source: str) -> Iterator[IO[bytes]]:
    """The bytes of a file, or of standard input for `-`, unzipped where they are zipped. Raises Refused."""
    if source == "-":
        # Read as it comes, no farther: whoever feeds us line by line gets an answer to each.
        stdin: Any = sys.stdin.buffer
        yield _unzipped(stdin if hasattr(stdin, "peek") else BufferedReader(stdin))
        return
    try:
        stream = Path(source).open("rb")  # noqa: SIM115 - closed below; here only the opening may fail
    except OSError as error:
        raise Refused(f"cannot read {source}: {error.strerror}") from error
    with stream:
        yield _unzipped(stream)


def _unzipped(stream: Any) -> IO[bytes]:
    """`stream` can be peeked into."""
    return cast("IO[bytes]", gzip.GzipFile(fileobj=stream) if stream.peek(2)[:2] == _GZIP else stream)


@dataclass(slots=True, kw_only=True)
class Input:
    """What was read so far of `name`; says what is wrong, and how far it is, on standard error."""

    name: str
    progress: Callable[[], str]
    started: float = field(default_factory=time.monotonic)
    documents: int = 0
    broken: int = 0
    odd: int = 0
    without_id: int = 0
    without_text: int = 0
    shows_progress: bool = field(default_factory=lambda: err.is_terminal)
    looked: float = 0.0

    def lines(self, stream: IO[bytes]) -> Iterator[tuple[int, Line]]:
        """Each document with the number of its line."""
        number = 0
        try:
            for number, raw in enumerate(stream, start=1):
                if raw.isspace():
                    continue
                try:
                    line = read_line(raw)
                except BadLine as bad:
                    self._refuse(number, bad)
                    continue
                self.documents += 1
                self.without_id += line.id is None
                self.without_text += not (line.document.title or line.document.text)
                yield number, line
                if self.shows_progress:
                    self._show_progress()
        except (OSError, EOFError, zlib.error) as error:
            self._refuse(number + 1, BadLine(f"the file cannot be read from here on: {error}"))

    def conclude(self) -> None:
        """Say what was odd about all of it."""
        self.clear()
        notes = (
            (self.broken - _TOLD, "more broken lines are not listed"),
            (self.without_id, f"of {self.documents} documents have no id; their line stands for it"),
            (self.without_text, f"of {self.documents} documents have neither a title nor a text"),
        )
        for count, said in notes:
            if count > 0:
                err.print(f"{self.name}: {count} {said}", markup=False, soft_wrap=True)

    def write(self, line: str) -> None:
        """A line of JSON on standard output; UTF-8 whatever the terminal speaks."""
        self.clear()
        sys.stdout.buffer.write(f"{line}\n".encode())
        if self.name == "-":
            sys.stdout.buffer.flush()

    def clear(self) -> None:
        """Take the progress away before something else is printed."""
        if self.looked:
            err.file.write("\r\x1b[K")
            err.file.flush()
            self.looked = 0.0

    def remark(self, number: int, message: str) -> None:
        """Say what is odd about a document that is taken all the same."""
        self.odd += 1
        if self.odd <= _TOLD:
            self._tell(Problem(file=self.name, line=number, column=1, message=message))

    def _refuse(self, number: int, bad: BadLine) -> None:
        self.broken += 1
        if self.broken <= _TOLD:
            self._tell(Problem(file=self.name, line=number, column=bad.column, message=str(bad)))

    def _tell(self, problem: Problem) -> None:
        self.clear()
        err.print(str(problem), markup=False, soft_wrap=True)

    def _show_progress(self) -> None:
        now = time.monotonic()
        if now - self.started > _PATIENCE and now - self.looked > _TICK:
            err.file.write(f"\r\x1b[K{self.progress()}")
            err.file.flush()
            self.looked = now
