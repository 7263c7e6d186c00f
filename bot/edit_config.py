"""Edits of rackwatch.yaml by a command: what is not meant stays, comments and layout included.

Every edit is made on the text, read again and compared with what was meant before it is written; the file is replaced
in one step and the old one kept beside it as `.bak`. Edits at the same time wait for each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.edits.file import edit_file
from bot.edits.keys import free_key
from bot.edits.source_list import added, removed, with_paused
from bot.edits.splice import Edit
from bot.edits.yaml_text import as_data
from bot.errors import Refused
from rules.yaml_document import YamlDocument

__all__ = ["add_sources", "free_key", "remove_source", "set_paused"]


def set_paused(file: Path, keys: Sequence[str], *, paused: bool) -> tuple[str, ...]:
    """Set or clear `paused` of these sources, all or none. Returns the keys of those where it was not so already.

    Raises Refused when the file lacks one of them, or is written in a way that cannot be edited safely.
    """
    changed: list[str] = []

    def change(document: YamlDocument) -> Edit | None:
        edits = {key: edit for key in keys if (edit := with_paused(document, key, paused=paused))}
        changed[:] = edits
        if not edits:
            return None
        sources = [
            next((new for edit in edits.values() if (new := edit.data["sources"][number]) != old), old)
            for number, old in enumerate(document.data["sources"])
        ]
        splices = tuple(splice for edit in edits.values() for splice in edit.splices)
        return Edit(splices=splices, data=document.data | {"sources": sources})

    edit_file(file, change)
    return tuple(changed)


def add_sources(file: Path, sources: Sequence[Mapping[str, object]]) -> None:
    """Append sources to the list, all or none, in the file's own style.

    Each is what an entry of `sources:` holds, in the order in which it is to be written (`key` always first): texts,
    numbers, bools, lists, and mappings such as `page:`; None leaves a key out. Whether the values make sense is the
    caller's to check. Raises Refused when a key is taken, or the file cannot be edited safely.
    """
    _refuse_unwritable(sources)
    keys_first = [{"key": source["key"], **source} for source in sources]
    edit_file(file, lambda document: added(document, keys_first) if keys_first else None)


def remove_source(file: Path, key: str) -> dict[str, Any]:
    """Take one source out of the list, and return what stood there. Of the last one, `sources: []` stays.

    Comments inside the entry go with it; a comment above it stays where it may be the heading of others. Raises
    Refused when the file has no such source, or is written in a way that cannot be edited safely.
    """
    found: dict[str, Any] = {}

    def change(document: YamlDocument) -> Edit:
        edit = removed(document, key)
        found.update(next(one for one in document.data["sources"] if one.get("key") == key))
        return edit

    edit_file(file, change)
    return found


def _refuse_unwritable(sources: Sequence[Mapping[str, object]]) -> None:
    for source in sources:
        if not source.get("key"):
            raise Refused("a source without a key cannot be added")
        try:
            json.dumps(as_data(source), ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise Refused(f"source {source['key']} has a character that no file can hold; type it again") from error
