"""What changes in the text of rackwatch.yaml when a source is added, removed or paused. Pure.

Each edit comes with the data that the file must have afterwards; who writes it compares (bot/edits/file.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.edits import block_list, flow_list
from bot.edits.places import colon_behind, column, entries, is_flow, section
from bot.edits.splice import Edit, Lines, Splice
from bot.edits.yaml_text import as_data
from bot.errors import Refused
from rules.problems import nearest
from rules.yaml_document import Place, YamlDocument

_YES = {"true", "yes", "on", "1"}


def added(document: YamlDocument, sources: Sequence[Mapping[str, object]]) -> Edit:
    """The sources behind the last one; the section is made where there is none. Raises Refused."""
    data = {} if document.data is None else document.data
    present = data.get("sources") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(present, list | None):
        raise Refused(f"{document.file} has no list of sources that could be added to; 'sources:' must be a list")
    _refuse_taken(document.file, present or [], sources)
    new = [as_data(source) for source in sources]
    return Edit(splices=tuple(_added(document, sources)), data=data | {"sources": [*(present or []), *new]})


def removed(document: YamlDocument, key: str) -> Edit:
    """The list without the source of this key; of the last one `sources: []` stays. Raises Refused."""
    index, sources, place = _find(document, key)
    text = document.text
    take_out = flow_list.without if is_flow(text, place) else block_list.without
    left = sources[:index] + sources[index + 1 :]
    return Edit(splices=tuple(take_out(text, place, index)), data=document.data | {"sources": left})


def with_paused(document: YamlDocument, key: str, *, paused: bool) -> Edit | None:
    """The source with `paused` set so; None where it is so already. Raises Refused."""
    index, sources, place = _find(document, key)
    if (str(sources[index].get("paused", "false")).lower() in _YES) == paused:
        return None
    value = "true" if paused else "false"
    changed = [*sources[:index], sources[index] | {"paused": value}, *sources[index + 1 :]]
    splice = _paused(document.text, entries(place)[index], value)
    return Edit(splices=(splice,), data=document.data | {"sources": changed})


def _added(document: YamlDocument, sources: Sequence[Mapping[str, object]]) -> list[Splice]:
    text, place = document.text, section(document)
    if place is None:
        return block_list.new_section(text, document.root, sources)
    if entries(place):
        append = flow_list.appended if is_flow(text, place) else block_list.appended
        return append(text, place, sources)
    if "#" in text[place.start : place.end]:
        return flow_list.filled(text, place, sources)
    return block_list.begun(text, place, sources)


def _paused(text: str, entry: Place, value: str) -> Splice:
    """A value replaced, or put inside the braces of a flow mapping, or in a line of its own behind `key:`."""
    inside = entry.inside if isinstance(entry.inside, dict) else {}
    old = inside.get("paused")
    if old is not None and old.end > old.start:
        return Splice(start=old.start, end=old.end, text=value)
    if old is not None:
        behind = colon_behind(text, old.key, "paused") + 1
        return Splice(start=behind, end=behind, text=f" {value}")
    if is_flow(text, entry):
        return Splice(start=entry.start + 1, end=entry.start + 1, text=f"paused: {value}, ")
    lines, key = Lines(text), inside["key"]
    return lines.put_before(lines.of(key.end) + 1, f"{' ' * column(text, key.key)}paused: {value}\n")


def _find(document: YamlDocument, key: str) -> tuple[int, list[dict[str, Any]], Place]:
    """The number of the source with this key, all sources, and where they stand."""
    place = section(document)
    sources = document.data.get("sources") if isinstance(document.data, dict) else None
    keys = [source.get("key") if isinstance(source, dict) else None for source in sources or []]
    if place is None or not isinstance(sources, list) or key not in keys:
        near = nearest(key, [one for one in keys if isinstance(one, str)])
        hint = f"did you mean '{near}'?" if near else "see 'rackwatch sources list'"
        raise Refused(f"no source named {key} in {document.file}; {hint}")
    return keys.index(key), sources, place


def _refuse_taken(file: str, present: Sequence[Any], sources: Sequence[Mapping[str, object]]) -> None:
    taken = {str(source.get("key")) for source in present if isinstance(source, dict)}
    for source in sources:
        if str(source["key"]) in taken:
            raise Refused(f"a source named {source['key']} is in {file} already; choose another key")
        taken.add(str(source["key"]))
