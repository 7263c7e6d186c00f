"""Values as YAML text in the style of rackwatch.yaml: plain where every reader takes it for a text, else quoted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from rules.yaml_source import parse_yaml, quote

# What a reader of YAML 1.1 or 1.2 takes for something else than a text: truth, nothing, numbers, times, dates.
_OTHER_VALUES = re.compile(
    r"true|false|yes|no|on|off|y|n|null|~|[-+]?\.(?:inf|nan)|[-+]?[\d.][\d_.,]*(?:e[-+]?\d+)?|0[xob][\da-f_]+|"
    r"[-+]?\d+(?::\d+)+(?:\.\d*)?|\d{4}-\d\d?-\d\d?.*|=|<<",
    re.IGNORECASE,
)


def as_data(value: object) -> object:
    """What a strict reader gets back: every scalar is text; a mapping's key without a value (None) is left out."""
    if isinstance(value, Mapping):
        return {str(key): as_data(inside) for key, inside in value.items() if inside is not None}
    if isinstance(value, list | tuple):
        return [as_data(inside) for inside in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def list_entry(entry: object, *, dash: int, key: int) -> str:
    """An entry of a block list: `dash` and `key` are the columns (from 0) of the `-` and of a mapping's keys."""
    lines = _block(entry, key) if isinstance(entry, Mapping) else [" " * key + _scalar(entry, in_flow=False)]
    first = lines[0][key:]
    return "\n".join([f"{' ' * dash}-{' ' * (key - dash - 1)}{first}", *lines[1:]]) + "\n"


def flow(value: object) -> str:
    """The value in one line: `{key: a, tags: [x, y]}`."""
    if isinstance(value, Mapping):
        pairs = (f"{_scalar(str(key))}: {flow(inside)}" for key, inside in value.items() if inside is not None)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(inside) for inside in value) + "]"
    return _scalar(value)


def _block(mapping: Mapping[str, object], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in mapping.items():
        name = f"{' ' * indent}{_scalar(str(key))}:"
        if isinstance(value, Mapping) and value:
            lines += [name, *_block(value, indent + 2)]
        elif isinstance(value, Mapping | list | tuple):
            lines.append(f"{name} {flow(value)}")
        elif value is not None:
            lines.append(f"{name} {_scalar(value, in_flow=False)}")
    return lines


def _scalar(value: object, *, in_flow: bool = True) -> str:
    if isinstance(value, bool | int | float):
        return str(value).lower()
    text = str(value)
    if text.isprintable():
        return text if _is_plain(text, in_flow=in_flow) else quote(text)
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else _escape(ord(sign)) for sign in escaped)


def _is_plain(text: str, *, in_flow: bool) -> bool:
    """Whether the text is read back as it is, without quotes: the parser itself is asked."""
    if not text or _OTHER_VALUES.fullmatch(text):
        return False
    document = parse_yaml(f"k: {{{text}: [{text}]}}\n" if in_flow else f"k: {text}\n{text}: k\n", "")
    wanted = {"k": {text: [text]}} if in_flow else {"k": text} | {text: "k"}
    return not document.problems and document.data == wanted


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
