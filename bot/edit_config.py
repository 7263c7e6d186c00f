"""Edits of rackwatch.yaml by a command: only the line that changes is touched, comments and layout stay.

The file is replaced atomically and the old one kept beside it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bot.errors import Refused
from rules.yaml_source import YamlDocument, parse_yaml, read_yaml


def set_paused(file: Path, key: str, *, paused: bool) -> bool:
    """Set or clear `paused` of one source. Returns False when it is so already.

    Raises Refused when the file has no such source, or is written in a way that cannot be edited safely.
    """
    document = read_yaml(file)
    sources = document.data.get("sources") if isinstance(document.data, dict) else None
    for index, source in enumerate(sources if isinstance(sources, list) else []):
        if isinstance(source, dict) and source.get("key") == key:
            if (str(source.get("paused", "false")).lower() in {"true", "yes", "on", "1"}) == paused:
                return False
            _replace(file, document, _with_paused(document, index, source, paused=paused), index, paused=paused)
            return True
    raise Refused(f"no source named {key} in {file}; see 'rackwatch sources list'")


def _with_paused(document: YamlDocument, index: int, source: dict[str, object], *, paused: bool) -> str:
    """The file's text with the one change: a line of its own behind `key:`, or inside the braces of a flow mapping."""
    value = "true" if paused else "false"
    if "paused" in source:
        start = _offset(document, ("sources", index, "paused"))
        return document.text[:start] + value + document.text[start + len(str(source["paused"])) :]
    start = _offset(document, ("sources", index))
    if document.text[start] == "{":
        return f"{document.text[: start + 1]}paused: {value}, {document.text[start + 1 :]}"
    line, column = document.key_position(("sources", index, "key"))
    lines = document.text.splitlines(keepends=True)
    if not lines[line - 1].endswith("\n"):
        lines[line - 1] += "\n"
    lines.insert(line, f"{' ' * (column - 1)}paused: {value}\n")
    return "".join(lines)


def _offset(document: YamlDocument, path: tuple[str | int, ...]) -> int:
    line, column = document.position(path)
    return sum(len(text) for text in document.text.splitlines(keepends=True)[: line - 1]) + column - 1


def _replace(file: Path, before: YamlDocument, text: str, index: int, *, paused: bool) -> None:
    after = parse_yaml(text, str(file))
    expected = before.data["sources"][index] | {"paused": "true" if paused else "false"}
    others_same = [s for i, s in enumerate(after.data["sources"]) if i != index] == [
        s for i, s in enumerate(before.data["sources"]) if i != index
    ]
    if after.problems or after.data["sources"][index] != expected or not others_same:
        raise Refused(f"{file} is written in a way that cannot be edited safely; set 'paused' there by hand")
    write_atomically(file, text)


def write_atomically(file: Path, text: str) -> None:
    """Replace a file in one step, its mode kept, the old one beside it as `.bak`.

    Raises Refused when the disk or the permissions do not allow it; the old file is then untouched.
    """
    file = file.resolve()  # a symlink stays one: what it points to is replaced
    try:
        windows = b"\r\n" in file.read_bytes()  # line ends stay as the person's editor made them
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\r\n" if windows else "\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.chmod(file.stat().st_mode & 0o777)
            backup = file.with_name(file.name + ".bak")
            backup.unlink(missing_ok=True)
            os.link(file, backup)
            temporary.replace(file)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise Refused(f"cannot write {file}: {error.strerror}; it is unchanged") from error
