"""Buttons under a message. Pure."""

from __future__ import annotations

from dataclasses import dataclass

DATA_LIMIT = 64
"""Bytes of a button's data (core.telegram.org/bots/api#inlinekeyboardbutton)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One button: it sends `data` ("verb:argument", ASCII), or opens `url`."""

    text: str
    data: str = ""
    url: str = ""


Keyboard = tuple[tuple[Key, ...], ...]
