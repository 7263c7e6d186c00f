"""`rules match`: rules over any JSON lines."""

from __future__ import annotations

import gzip
import json as jsons
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import IO, Annotated, Any, cast

import typer
from rich.text import Text

from bot.cli.context import state_of
from bot.cli.output import err, out
from bot.cli.rules.failures import print_hanging
from bot.cli.rules.marked import marked, plain_line
from bot.cli.rules.rule_files import RulesOption, rules_for
from bot.errors import Refused
from rules import Judgement, Matcher, Problem
from rules.lines import BadLine, Line, read_line

_GZIP = b"\x1f\x8b"
_TOLD = 100  # broken lines that are told one by one; a file of another kind has nothing else
_PATIENCE = 1.0  # seconds before the progress is shown
_TICK = 0.2  # seconds between two looks of the progress


def register(group: typer.Typer) -> None:
    group.command()(match)


def match(
    context: typer.Context,
    source: Annotated[
        str, typer.Option("--input", metavar="FILE", help="JSON lines, also gzipped; '-': standard input.")
    ],
    rules: RulesOption = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON line for each document on standard output, in order.")
    ] = False,
) -> None:
    """Run rules over JSON lines: id, title, text, url, author, language, source, tags, date; none is required.

    A broken line is told and passed over; the exit code is 1 then.
    """
    matcher = Matcher(rules_for(rules, state_of(context).folder))
    run = _Run(name=source, json=json)
    with _opened(source) as stream:
        for number, line in _documents(stream, run):
            run.take(number, line, matcher.judge(line.document))
    run.conclude()
    if run.broken:
        raise typer.Exit(1)


@contextmanager
def _opened(source: str) -> Iterator[IO[bytes]]:
    """The bytes of a file or of standard input, unzipped where they are zipped."""
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


def _documents(stream: IO[bytes], run: _Run) -> Iterator[tuple[int, Line]]:
    """Each document with the number of its line."""
    number = 0
    try:
        for number, raw in enumerate(stream, start=1):
            if raw.isspace():
                continue
            try:
                line = read_line(raw)
            except BadLine as bad:
                run.refuse(number, bad)
                continue
            yield number, line
    except (OSError, EOFError, zlib.error) as error:
        run.refuse(number + 1, BadLine(f"the file cannot be read from here on: {error}"))


@dataclass(slots=True, kw_only=True)
class _Run:
    """What was read so far; prints what was found, and on standard error what was wrong."""

    name: str
    json: bool
    started: float = field(default_factory=time.monotonic)
    documents: int = 0
    matched: int = 0
    broken: int = 0
    without_id: int = 0
    without_text: int = 0
    watches: Counter[str] = field(default_factory=Counter)
    progress: bool = field(default_factory=lambda: err.is_terminal)
    looked: float = 0.0

    def take(self, number: int, line: Line, judgement: Judgement) -> None:
        self.documents += 1
        self.without_id += line.id is None
        self.without_text += not (line.document.title or line.document.text)
        if judgement.matches:
            self.matched += 1
            self.watches.update({match.watch for match in judgement.matches})
        if self.json:
            self._print_json(number, line, judgement)
        elif judgement.matches:
            self._print(number, line, judgement)
        if self.progress:
            self._show_progress()

    def refuse(self, number: int, bad: BadLine) -> None:
        self.broken += 1
        if self.broken <= _TOLD:
            self._clear()
            problem = Problem(file=self.name, line=number, column=bad.column, message=str(bad))
            err.print(str(problem), markup=False, soft_wrap=True)

    def conclude(self) -> None:
        self._clear()
        notes = (
            (self.broken - _TOLD, "more broken lines are not listed"),
            (self.without_id, f"of {self.documents} documents have no id; their line stands for it"),
            (self.without_text, f"of {self.documents} documents have neither a title nor a text"),
        )
        for count, said in notes:
            if count > 0:
                err.print(f"{self.name}: {count} {said}", markup=False, soft_wrap=True)
        if not self.json:
            watches = ", ".join(f"{watch} {count}" for watch, count in self.watches.most_common())
            broken = f", {self.broken} broken lines" if self.broken else ""
            seconds = f"{time.monotonic() - self.started:.1f} s"
            matched = f"{self.matched} matched" + (f" ({watches})" if watches else "")
            out.print(f"{self.documents} documents{broken}: {matched}, {seconds}", markup=False, soft_wrap=True)

    def _print_json(self, number: int, line: Line, judgement: Judgement) -> None:
        matches = judgement.matches
        said = {
            "watches": list(dict.fromkeys(match.watch for match in matches)),
            "rules": [match.full_name for match in matches],
            "reasons": {match.full_name: match.reason for match in matches},
            "evidence": [
                {
                    "rule": match.full_name,
                    "field": one.field,
                    "start": one.start,
                    "end": one.end,
                    "surface": one.surface,
                    "term": one.term,
                    "group": one.group,
                }
                for match in matches
                for one in match.evidence
            ],
        }
        head = f'"id": {line.id}' if line.id is not None else f'"id": null, "line": {number}'
        self._clear()
        # Bytes: JSON is UTF-8 whatever the terminal speaks.
        sys.stdout.buffer.write(f"{{{head}, {jsons.dumps(said, ensure_ascii=False)[1:]}\n".encode())
        if self.name == "-":
            sys.stdout.buffer.flush()

    def _print(self, number: int, line: Line, judgement: Judgement) -> None:
        """Where it stands; its title, and its text where that is what matched; each rule with its reason."""
        self._clear()
        document = line.document
        shown_id = f"  {plain_line(line.id)}" if line.id is not None else ""
        out.print(Text.assemble((f"{self.name}:{number}", "dim"), shown_id), soft_wrap=True)
        evidence = {one for match in judgement.matches for one in match.evidence}
        for name in ("title", "text", "url", "author"):
            value: str = getattr(document, name)
            spans = [(one.start, one.end) for one in evidence if one.field == name]
            if spans or (name == "title" and value):
                print_hanging("  ", marked(value, spans))
        for match in judgement.matches:
            said = Text.assemble((match.full_name, "bold"), f": {plain_line(match.reason)}")
            print_hanging("  → ", said)
        out.print()

    def _show_progress(self) -> None:
        now = time.monotonic()
        if now - self.started > _PATIENCE and now - self.looked > _TICK:
            err.file.write(f"\r\x1b[K{self.documents} documents, {self.matched} matched")
            err.file.flush()
            self.looked = now

    def _clear(self) -> None:
        """Take the progress away before something else is printed."""
        if self.looked:
            err.file.write("\r\x1b[K")
            err.file.flush()
            self.looked = 0.0
