"""Strict YAML that remembers where every character came from.

YAML's own guesses are refused: every scalar is text (`no` stays "no"), a key stands once, and anchors,
aliases, tags and second documents are mistakes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rules.problems import Problem, Severity, did_you_mean, nearest
from rules.yaml_complaints import quote
from rules.yaml_document import PathSteps, Place, YamlDocument
from rules.yaml_events import DoubtfulYaml, Event, Kind, NotYaml, careful_events, quick_events

__all__ = [
    "PathSteps",
    "Problem",
    "Severity",
    "YamlDocument",
    "did_you_mean",
    "nearest",
    "not_utf8",
    "parse_yaml",
    "quote",
    "read_yaml",
]


def read_yaml(path: Path, file: str | None = None) -> YamlDocument:
    """Read and parse a file (`file` is its name in messages); what cannot be read becomes a problem."""
    name = file if file is not None else str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return YamlDocument(file=name, text="", problems=[not_utf8(error, name)])
    except OSError as error:
        problem = Problem(file=name, line=1, column=1, message=f"cannot be read: {error.strerror}")
        return YamlDocument(file=name, text="", problems=[problem])
    return parse_yaml(text, name)


def not_utf8(error: UnicodeDecodeError, file: str) -> Problem:
    """Where a file stops being UTF-8."""
    before = error.object[: error.start]
    line, start = before.count(b"\n") + 1, before.rfind(b"\n") + 1
    column = len(before[start:].decode("utf-8", "replace")) + 1
    return Problem(
        file=file, line=line, column=column, message="this character is not UTF-8", hint="save the file as UTF-8"
    )


def parse_yaml(text: str, file: str) -> YamlDocument:
    """Parse one document; never raises for bad input, `problems` carries what is wrong."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        return _read(YamlDocument(file=file, text=text), quick_events(text))
    except DoubtfulYaml:
        pass
    try:
        return _read(YamlDocument(file=file, text=text), careful_events(text))
    except NotYaml as bad:
        document = YamlDocument(file=file, text=text)
        at = document.locate(bad.complaint.index)
        document.problems.append(document.problem(at, bad.complaint.message, bad.complaint.hint))
        return document


def _read(document: YamlDocument, events: Iterator[Event]) -> YamlDocument:
    """The document with the data, places and problems of these events."""
    root = next(events, None)
    if root is not None:
        reader = _Reader(document, events)
        document.data, document.root = reader.value(root, root.start)
        next(events, None)  # only now the parser knows that nothing follows
    return document


class _Reader:
    """Turns events into plain data and notes every place on the way."""

    def __init__(self, document: YamlDocument, events: Iterator[Event]) -> None:
        self._document = document
        self._text = document.text
        self._events = events

    def value(self, event: Event, key: int) -> tuple[Any, Place]:
        """The data that begins with `event`, and its place; `key` is where its key stands."""
        kind, start, end, text, style, anchor = event
        if anchor or self._text.startswith("!", start):
            self._refuse_extras(event)
        if kind is Kind.SCALAR:
            empty = style == "plain" and text in {"", "~", "null"}
            return None if empty else text, Place(start, end, key, style)
        if kind is Kind.MAPPING:
            return self._mapping(start, key)
        if kind is Kind.SEQUENCE:
            return self._sequence(start, key)
        return None, Place(start, end, key, style)  # an alias; its anchor was refused already

    def _sequence(self, start: int, key: int) -> tuple[list[Any], Place]:
        data: list[Any] = []
        places: list[Place] = []
        for event in self._events:
            if event.kind is Kind.END:
                break
            value, place = self.value(event, event.start)
            data.append(value)
            places.append(place)
        return data, Place(start, event.end, key, "plain", places)

    def _mapping(self, start: int, key: int) -> tuple[dict[str, Any], Place]:
        data: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for event in self._events:
            if event.kind is Kind.END:
                break
            name = self._key(event, places)
            first = next(self._events)
            if name is None:
                self._skip(first)
            else:
                data[name], places[name] = self.value(first, event.start)
        return data, Place(start, event.end, key, "plain", places)

    def _key(self, event: Event, places: dict[str, Place]) -> str | None:
        """A mapping's key, or None where it was refused."""
        if event.kind is not Kind.SCALAR or not event.value:
            self._complain(event.start, "a key must be a text", None)
            self._skip(event)
            return None
        if event.anchor or self._text.startswith("!", event.start):
            self._refuse_extras(event)
        if event.value in places:
            line, _ = self._document.locate(places[event.value].key)
            self._complain(event.start, f"duplicate key '{event.value}'", f"it stands on line {line} already")
            return None
        return event.value

    def _skip(self, event: Event) -> None:
        """Pass over what is refused already: its inside deserves no second complaint."""
        depth = 0
        while True:
            depth += {Kind.MAPPING: 1, Kind.SEQUENCE: 1, Kind.END: -1}.get(event.kind, 0)
            if depth == 0:
                return
            event = next(self._events)

    def _refuse_extras(self, event: Event) -> None:
        if event.anchor and event.kind is not Kind.ALIAS:
            self._refuse(event.start, f"&{event.anchor}", "anchor")
        if self._text.startswith("!", event.start):
            self._refuse(event.start, self._text[event.start :].split(maxsplit=1)[0], "tag")

    def _refuse(self, index: int, word: str, what: str) -> None:
        self._complain(index, f"'{word}' is a YAML {what}, which is not used here", f"quote it: {quote(word)}")

    def _complain(self, index: int, message: str, hint: str | None) -> None:
        document = self._document
        document.problems.append(document.problem(document.locate(index), message, hint))
