"""In which encoding feedparser will read a document, where that is beyond doubt."""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(rb"<\?[^\n]*encoding=['\"]([^'\"\n]*)['\"][^\n]*\?>")
"""As feedparser looks for it (encodings.py, 6.0.14), in the first instruction only."""

_SAFE = re.compile(r"utf-8|ascii|iso8859-\d+|cp125\d|koi8-[rtu]")
"""Codecs, by Python's names, that keep ASCII below 128 and in which no byte depends on the one before a `<`."""


def sure_encoding(body: bytes, content_type: str) -> str | None:
    """Python's name of the encoding, or None where feedparser might have to guess.

    feedparser tries one encoding after the other on the whole document: HTTP, XML declaration, byte order mark, a
    guess. A part of a document is read like the whole only if all that is stated agrees and decodes every byte.
    """
    mark = codecs.BOM_UTF8 if body.startswith(codecs.BOM_UTF8) else b""
    if _may_mislead(body):
        return None
    declaration = _DECLARED.match(body[len(mark) : body.find(b"?>") + 2])
    declared = declaration[1].decode("latin-1") if declaration else ""
    stated = (declared, _charset(content_type), "utf-8" if mark else "")
    names = {_name(one) for one in stated if one}
    if None in names:
        return None
    # us-ascii is tried first for text/*; where it decodes all, every other codec here gives the same.
    encoding = "utf-8"
    if names:
        names -= {"ascii"} if len(names) > 1 else set()
        encoding = str(names.pop())
        if names:
            return None
    elif content_type.strip().lower().startswith("text/"):
        encoding = "ascii"  # RFC 3023; everything beyond it feedparser guesses
    try:
        body.decode(encoding)
    except UnicodeDecodeError:
        return None
    return encoding


def _may_mislead(body: bytes) -> bool:
    """Whether feedparser might take an encoding from the first line's text, behind the declaration."""
    line = body[: body.find(b"\n")] if b"\n" in body else body
    rest = line[line.find(b"?>") + 2 :]
    return b"encoding=" in rest and b"?>" in rest


def _charset(content_type: str) -> str:
    for parameter in content_type.split(";")[1:]:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            return value.strip().strip("\"'")
    return ""


def _name(stated: str) -> str | None:
    try:
        name = codecs.lookup(stated).name
    except (LookupError, ValueError):
        return None
    return name if _SAFE.fullmatch(name) else None
