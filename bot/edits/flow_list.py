"""Entries into and out of a flow list, the kind in brackets. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.edits.places import column, entries
from bot.edits.splice import Lines, Splice
from bot.edits.yaml_text import flow
from rules.yaml_document import Place

_COMMA = re.compile(r"(?:\s|(?<=\s)#[^\n]*)*+,")


def appended(text: str, place: Place, new: Sequence[object]) -> list[Splice]:
    """New entries behind the last one: in lines of their own where the last entry has one, else in its line."""
    lines, last = Lines(text), entries(place)[-1]
    comma = _COMMA.match(text, last.end)
    behind = comma.end() if comma else last.end
    indent = column(text, last.start)
    own_line = not text[last.start - indent : last.start].strip()
    if not own_line or lines.of(behind - 1) == lines.of(place.end - 1):
        added = ", ".join(map(flow, new))
        return [Splice(start=behind, end=behind, text=f" {added}," if comma else f", {added}")]
    added = ",\n".join(" " * indent + flow(entry) for entry in new) + (",\n" if comma else "\n")
    missing = [] if comma else [Splice(start=last.end, end=last.end, text=",")]
    return [*missing, lines.put_before(lines.of(behind - 1) + 1, added)]


def filled(text: str, place: Place, sources: Sequence[Mapping[str, object]]) -> list[Splice]:
    """The sources between brackets that hold comments only: in lines above the closing bracket."""
    lines = Lines(text)
    closing = lines.of(place.end - 1)
    indent = " " * (column(text, place.end - 1) + 2)
    return [lines.put_before(closing, ",\n".join(indent + flow(source) for source in sources) + "\n")]


def without(text: str, place: Place, index: int) -> list[Splice]:
    """An entry taken out with its comma; with its lines, and the comment in them, where they hold nothing else."""
    lines, items = Lines(text), entries(place)
    gone = items[index]
    comma = _COMMA.match(text, gone.end)
    end = comma.end() if comma else gone.end
    first, last = lines.of(gone.start), lines.of(end - 1)
    if len(items) == 1 and "#" not in text[place.start : gone.start] + text[gone.end : place.end]:
        return [Splice(start=place.start, end=place.end, text="[]")]
    rest = text[end : lines.end(last)].lstrip()
    if not text[lines.start(first) : gone.start].strip() and (not rest or rest.startswith("#")):
        return [lines.without(first, last + 1)]
    if index + 1 < len(items) and "#" not in text[gone.end : items[index + 1].start]:
        return [Splice(start=gone.start, end=items[index + 1].start, text="")]
    if index and "#" not in text[items[index - 1].end : gone.start]:
        return [Splice(start=items[index - 1].end, end=gone.end, text="")]
    return [Splice(start=gone.start, end=end, text="")]
