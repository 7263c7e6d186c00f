"""A parsed YAML file: its data, and where every value, key and character of it stands in the text."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rules.problems import Problem
from rules.yaml_events import Style

PathSteps = tuple[str | int, ...]
_HEX_ESCAPES = {"x": 2, "u": 4, "U": 8}
_LINE_END = re.compile("\n")


class Place(NamedTuple):
    """Where a value stands in the text, and the places of what is inside it."""

    start: int
    end: int
    key: int
    style: Style
    inside: "dict[str, Place] | list[Place] | None" = None


_NOWHERE = Place(start=0, end=0, key=0, style="plain")


@dataclass(slots=True, kw_only=True)
class YamlDocument:
    """One parsed file: its data (dict, list, str or None), its problems, and the place of everything."""

    file: str
    text: str
    data: Any = None
    problems: list[Problem] = field(default_factory=list)
    root: Place = _NOWHERE  # the place of `data`
    _lines: list[int] = field(default_factory=list)

    def position(self, path: PathSteps) -> tuple[int, int]:
        """Line and column (from 1) of the value at `path`, or of its nearest parent that exists."""
        return self.locate(self._find(path)[0].start)

    def key_position(self, path: PathSteps) -> tuple[int, int]:
        """Line and column of the key itself (for a list's item: of the item)."""
        return self.locate(self._find(path)[0].key)

    def position_in(self, path: PathSteps, offset: int) -> tuple[int, int]:
        """Where character `offset` of the scalar at `path` stands in the file."""
        place, value = self._find(path)[0], self.value(path)
        return self.locate(_source_index(self.text, place, value, offset) if isinstance(value, str) else place.start)

    def style(self, path: PathSteps) -> Style:
        """How the scalar at `path` is written."""
        return self._find(path)[0].style

    def comment_after(self, path: PathSteps) -> str | None:
        """The comment behind a plain scalar in its line, '#' included: perhaps meant as part of the text."""
        place, exact = self._find(path)
        if not exact or place.style != "plain":
            return None
        line_end = self.text.find("\n", place.end)
        rest = self.text[place.end : line_end if line_end >= 0 else None].strip()
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
            self._lines.extend(match.end() for match in _LINE_END.finditer(self.text))
        line = bisect_right(self._lines, index)
        return line, index - self._lines[line - 1] + 1

    def _find(self, path: PathSteps) -> tuple[Place, bool]:
        """The place of the value at `path` or of its nearest parent that exists, and whether it is the value's."""
        place: Any = self.root
        for step in path:
            try:
                place = place.inside[step]
            except (KeyError, IndexError, TypeError):
                return place, False
        return place, True


def _source_index(text: str, place: Place, value: str, offset: int) -> int:
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
