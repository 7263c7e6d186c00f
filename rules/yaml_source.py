"""Strict YAML that remembers where every character came from.

YAML's own guesses are refused: every scalar is text (`no` stays "no"), a key stands once, and anchors,
aliases, tags and second documents are mistakes. This is the one file that reads with ruamel.yaml, through
its nodes, because constructed values have no places.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from rules.problems import Problem, Severity, did_you_mean, nearest
from rules.yaml_complaints import explain, quote

__all__ = ["Problem", "Severity", "YamlDocument", "did_you_mean", "nearest", "parse_yaml", "quote", "read_yaml"]

PathSteps = tuple[str | int, ...]
Style = Literal["plain", "single", "double", "literal", "folded"]
_STYLES: dict[str | None, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
_HEX_ESCAPES = {"x": 2, "u": 4, "U": 8}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    start: int
    end: int
    key: int
    style: Style


@dataclass(slots=True, kw_only=True)
class YamlDocument:
    """One parsed file: its data (dict, list, str or None), its problems, and the place of everything."""

    file: str
    text: str
    data: Any = None
    problems: list[Problem] = field(default_factory=list)
    _places: dict[PathSteps, _Place] = field(default_factory=dict)
    _lines: list[int] = field(default_factory=list)

    def position(self, path: PathSteps) -> tuple[int, int]:
        """Line and column (from 1) of the value at `path`, or of its nearest parent that exists."""
        return self.locate(self._nearest(path).start)

    def key_position(self, path: PathSteps) -> tuple[int, int]:
        """Line and column of the key itself (for a list's item: of the item)."""
        return self.locate(self._nearest(path).key)

    def position_in(self, path: PathSteps, offset: int) -> tuple[int, int]:
        """Where character `offset` of the scalar at `path` stands in the file."""
        place = self._places.get(path)
        value = self.value(path)
        if place is None or not isinstance(value, str):
            return self.position(path)
        return self.locate(_source_index(self.text, place, value, offset))

    def style(self, path: PathSteps) -> Style:
        """How the scalar at `path` is written."""
        return self._nearest(path).style

    def comment_after(self, path: PathSteps) -> str | None:
        """The comment behind a plain scalar in its line, '#' included: perhaps meant as part of the text."""
        place = self._places.get(path)
        if place is None or place.style != "plain":
            return None
        rest = self.text[place.end :].split("\n", 1)[0].strip()
        return rest if rest.startswith("#") else None

    def value(self, path: PathSteps) -> Any:
        """The data at `path`; None where there is nothing."""
        value = self.data
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def problem(self, at: tuple[int, int], message: str, hint: str | None = None) -> Problem:
        """An error of this file at a line and column."""
        return Problem(file=self.file, line=at[0], column=at[1], message=message, hint=hint)

    def locate(self, index: int) -> tuple[int, int]:
        """Line and column of a character index of the file's text."""
        if not self._lines:
            self._lines.append(0)
            self._lines.extend(i + 1 for i, character in enumerate(self.text) if character == "\n")
        line = bisect_right(self._lines, index)
        return line, index - self._lines[line - 1] + 1

    def _nearest(self, path: PathSteps) -> _Place:
        while path and path not in self._places:
            path = path[:-1]
        return self._places.get(path, _Place(start=0, end=0, key=0, style="plain"))


def read_yaml(path: Path, file: str | None = None) -> YamlDocument:
    """Read and parse a file (`file` is its name in messages); what cannot be read becomes a problem."""
    name = file if file is not None else str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, start = before.count(b"\n") + 1, before.rfind(b"\n") + 1
        column = len(before[start:].decode("utf-8", "replace")) + 1
        return _failed(name, line, column, "this character is not UTF-8", "save the file as UTF-8")
    except OSError as error:
        return _failed(name, 1, 1, f"cannot be read: {error.strerror}", None)
    return parse_yaml(text, name)


def parse_yaml(text: str, file: str) -> YamlDocument:
    """Parse one document; never raises for bad input, `problems` carries what is wrong."""
    document = YamlDocument(file=file, text=text.removeprefix("\ufeff").replace("\r\n", "\n"))
    try:
        # "safe" rather than "rt": the round-trip scanner plants \a characters into folded scalars.
        root = YAML(typ="safe", pure=True).compose(document.text)
    except ReaderError as error:
        code = error.character if isinstance(error.character, int) else ord(str(error.character))
        message = f"the control character U+{code:04X} is not allowed"
        document.problems.append(document.problem(document.locate(error.position), message))
    except MarkedYAMLError as error:
        mark, began = error.problem_mark or error.context_mark, error.context_mark
        index = mark.index if mark else 0
        context = (str(error.context or ""), began.index if began else index)
        complaint = explain(str(error.problem or ""), index, *context, document.text)
        at = document.locate(complaint.index)
        document.problems.append(document.problem(at, complaint.message, complaint.hint))
    except RecursionError:
        document.problems.append(document.problem((1, 1), "nested too deeply"))
    except (YAMLError, ValueError) as error:
        document.problems.append(document.problem((1, 1), f"not valid YAML: {error}"))
    else:
        if root is not None:
            _Reader(document).read(root)
    return document


class _Reader:
    """Turns nodes into plain data and notes every place on the way."""

    def __init__(self, document: YamlDocument) -> None:
        self._document = document
        self._seen: set[int] = set()

    def read(self, root: Node) -> None:
        self._document.data = self._value(root, (), root.start_mark.index)

    def _value(self, node: Node, path: PathSteps, key: int) -> Any:
        start = node.start_mark.index
        style = _STYLES.get(getattr(node, "style", None), "plain")
        self._document._places[path] = _Place(start=start, end=node.end_mark.index, key=key, style=style)  # noqa: SLF001 - the document's own builder
        if id(node) in self._seen:
            return None  # an alias; its anchor was refused already, and it may contain itself
        self._seen.add(id(node))
        self._refuse_extras(node, start)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._value(item, (*path, number), item.start_mark.index) for number, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)  # noqa: S101 - YAML knows three kinds of node
        text = str(node.value)
        return None if style == "plain" and text in {"", "~", "null"} else text

    def _mapping(self, node: MappingNode, path: PathSteps) -> dict[str, Any]:
        data: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            at = key_node.start_mark.index
            if not isinstance(key_node, ScalarNode) or not key_node.value:
                self._complain(at, "a key must be a text", None)
                continue
            self._refuse_extras(key_node, at)
            key = str(key_node.value)
            if key in first:
                line, _ = self._document.locate(first[key])
                self._complain(at, f"duplicate key '{key}'", f"it stands on line {line} already")
                continue
            first[key] = at
            data[key] = self._value(value_node, (*path, key), at)
        return data

    def _refuse_extras(self, node: Node, at: int) -> None:
        if node.anchor:
            word = f"&{node.anchor}"
            self._complain(at, f"'{word}' is a YAML anchor, which is not used here", f"quote it: {quote(word)}")
        text = self._document.text
        if text[at : at + 1] == "!":
            word = text[at:].split(maxsplit=1)[0]
            self._complain(at, f"'{word}' is a YAML tag, which is not used here", f"quote it: {quote(word)}")

    def _complain(self, index: int, message: str, hint: str | None) -> None:
        document = self._document
        document.problems.append(document.problem(document.locate(index), message, hint))


def _failed(file: str, line: int, column: int, message: str, hint: str | None) -> YamlDocument:
    problem = Problem(file=file, line=line, column=column, message=message, hint=hint)
    return YamlDocument(file=file, text="", problems=[problem])


def _source_index(text: str, place: _Place, value: str, offset: int) -> int:
    """The index in the file of character `offset` of a scalar's value.

    Value and source are walked side by side: a folded line break or an indentation is white space on both
    sides, so skipping the source's surplus before each visible character is enough for every style.
    """
    at = place.start
    if place.style in {"literal", "folded"}:
        at = text.find("\n", at) + 1
    elif place.style in {"single", "double"}:
        at += 1
    for number, character in enumerate(value):
        if not character.isspace():
            while at < place.end and text[at].isspace():
                at += 1
        while place.style == "double" and text[at : at + 2] == "\\\n":  # an escaped line break is nothing
            at += 2
            while at < place.end and text[at].isspace():
                at += 1
        if number == offset:
            return at
        if place.style == "double" and text[at : at + 1] == "\\":
            at += 2 + _HEX_ESCAPES.get(text[at + 1 : at + 2], 0)
        elif place.style == "single" and text[at : at + 2] == "''":
            at += 2
        elif character.isspace() and not text[at : at + 1].isspace():
            pass  # a space that the fold made out of an indentation already passed
        else:
            at += 1
    return at
