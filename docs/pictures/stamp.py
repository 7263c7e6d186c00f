"""What a picture was taken of, written into the picture: whether it is stale can be told without a browser. Pure."""

from __future__ import annotations

import hashlib
import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEY = b"rackwatch-page"


def mark_of(page: str) -> str:
    return hashlib.sha256(page.encode()).hexdigest()


def stamped(picture: bytes, page: str) -> bytes:
    """The PNG with a text behind its header (PNG specification, 11.3.4.3): the page's mark."""
    end = len(_SIGNATURE) + 25  # the header is always the first chunk, and as long
    data = b"tEXt" + _KEY + b"\0" + mark_of(page).encode()
    chunk = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    return picture[:end] + chunk + picture[end:]


def stamp_of(picture: bytes) -> str | None:
    """The mark in a PNG; None where it has none."""
    at = len(_SIGNATURE)
    while at + 12 <= len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        if kind == b"tEXt" and data.startswith(_KEY + b"\0"):
            return data.removeprefix(_KEY + b"\0").decode()
        at += 12 + length
    return None
