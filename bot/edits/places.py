"""Where the list of sources and its entries stand in a parsed rackwatch.yaml. Pure."""

from __future__ import annotations

from bot.edits.splice import Lines
from rules.yaml_document import Place, YamlDocument


def section(document: YamlDocument) -> Place | None:
    """The value of `sources:`; its `key` is where the word itself stands."""
    inside = document.root.inside
    return inside.get("sources") if isinstance(inside, dict) else None


def entries(place: Place | None) -> list[Place]:
    """The places of a list's entries."""
    return place.inside if place is not None and isinstance(place.inside, list) else []


def is_flow(text: str, place: Place) -> bool:
    """Whether a list or mapping is written in brackets."""
    return text[place.start : place.start + 1] in {"[", "{"}


def column(text: str, index: int) -> int:
    """The column of a character, from 0."""
    return index - text.rfind("\n", 0, index) - 1


def colon_behind(text: str, key: int, name: str) -> int:
    """Where the ':' behind a key stands, which begins at `key`."""
    return text.index(":", key + len(name))


def content_end(text: str, place: Place) -> int:
    """Where the last visible character of a value ends. (Of a block, a parser says where the next thing begins.)"""
    if place.inside and not is_flow(text, place):
        inside = place.inside.items() if isinstance(place.inside, dict) else [("", one) for one in place.inside]
        return max(
            content_end(text, one) if one.end > one.start else max(one.key + len(name), 0) for name, one in inside
        )
    end = place.end
    while end > place.start and text[end - 1].isspace():
        end -= 1
    return end


class BlockList:
    """A block list by lines: which ones belong to which entry."""

    def __init__(self, text: str, place: Place) -> None:
        self.lines = Lines(text)
        self.entries = entries(place)
        self.dash = column(text, place.start)
        self.base = column(text, place.key)

    def first_line(self, index: int) -> int:
        """The line of the entry's dash."""
        number = self.lines.of(self.entries[index].start)
        while number > 0 and not self._has_dash(number):
            number -= 1
        return number

    def line_behind(self, index: int) -> int:
        """The first line that is not the entry's any more; comments indented deeper than the dash are its own."""
        number = self.lines.of(content_end(self.lines.text, self.entries[index]) - 1) + 1
        return self._behind_comments(number, deeper_than=self.dash)

    def line_behind_all(self) -> int:
        """The line behind the last entry and the comments that are indented like the list, e.g. unused entries."""
        return self._behind_comments(self.line_behind(len(self.entries) - 1), deeper_than=self.base)

    def comments_above(self, index: int) -> int:
        """The first of the comment lines directly above the entry that are not the entry's before; else its own."""
        number = self.first_line(index)
        lowest = self.line_behind(index - 1) if index else number
        while number > lowest and self.lines.is_comment(number - 1):
            number -= 1
        return number

    def _behind_comments(self, number: int, *, deeper_than: int) -> int:
        while number < len(self.lines) and self.lines.is_comment(number) and self.lines.indent(number) > deeper_than:
            number += 1
        return number

    def _has_dash(self, number: int) -> bool:
        line = self.lines[number]
        return not line[: self.dash].strip() and line[self.dash : self.dash + 1] == "-"
