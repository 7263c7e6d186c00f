"""Entries into and out of a block list, the kind with dashes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.edits.places import BlockList, colon_behind, column, is_flow
from bot.edits.splice import Lines, Splice
from bot.edits.yaml_text import list_entry
from rules.yaml_document import Place

_STEP = 2  # columns of an indentation where the file shows none of its own


def appended(text: str, place: Place, new: Sequence[object]) -> list[Splice]:
    """New entries behind the last one, with its indentation, and a blank line where the last two have one."""
    block = BlockList(text, place)
    last = block.entries[-1]
    key = block.dash + _STEP
    if not is_flow(text, last) and block.lines.of(last.start) == block.first_line(-1):
        key = column(text, last.start)
    above = block.comments_above(len(block.entries) - 1) - 1
    gap = "\n" if len(block.entries) > 1 and block.lines.is_blank(above) else ""
    lines = "".join(gap + list_entry(entry, dash=block.dash, key=key) for entry in new)
    return [block.lines.put_before(block.line_behind_all(), lines)]


def begun(text: str, place: Place, sources: Sequence[Mapping[str, object]]) -> list[Splice]:
    """The sources under `sources:`, which is empty or `[]`, behind unused entries that stand there as comments."""
    lines = Lines(text)
    base, colon = column(text, place.key), colon_behind(text, place.key, "sources")
    written = place.end > place.start
    first = behind = lines.of(place.end - 1 if written else colon) + 1
    while behind < len(lines) and lines.is_comment(behind) and lines.indent(behind) > base:
        behind += 1
    dash = lines.indent(first) if behind > first else base + _STEP
    new = lines.put_before(behind, "".join(list_entry(source, dash=dash, key=dash + _STEP) for source in sources))
    if not written:
        return [new]
    start = colon + 1 if lines.of(place.start) == lines.of(colon) else place.start
    return [Splice(start=start, end=place.end, text=""), new]


def new_section(text: str, root: Place, sources: Sequence[Mapping[str, object]]) -> list[Splice]:
    """`sources:` at the end of the file, which has none."""
    base = column(text, root.start) if root.inside else 0
    gap = "\n" if text.strip() and not text.endswith("\n\n") else ""
    new = "".join(list_entry(source, dash=base + _STEP, key=base + 2 * _STEP) for source in sources)
    return [Lines(text).put_before(len(Lines(text)), f"{gap}{' ' * base}sources:\n{new}")]


def without(text: str, place: Place, index: int) -> list[Splice]:
    """The lines of an entry taken out, and a blank line that would stand there twice.

    Comments above it stay: nobody can say whether they are about this entry or head a section, and one too many
    is seen and deleted, one too few is lost.
    """
    block = BlockList(text, place)
    lines = block.lines
    first, behind = block.first_line(index), block.line_behind(index)
    is_last = index == len(block.entries) - 1
    if first and lines.is_blank(first - 1) and (is_last or behind == len(lines) or lines.is_blank(behind)):
        first -= 1
    gone = [lines.without(first, behind)]
    if len(block.entries) == 1:
        colon = colon_behind(text, place.key, "sources")
        gone.append(Splice(start=colon + 1, end=colon + 1, text=" []"))
    return gone
