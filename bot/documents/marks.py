"""What is remembered of a document's items between two looks: 16 letters an item, opaque to everybody else.

A mark is 8 bytes of a hash of the item as it stands in the document, with all that it inherits, and 4 bytes of a hash
of the id that its entry got (zeros where it became none). The second half tells, without parsing, whether a new item
takes the id of a known one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from itertools import islice

MAX_MARKS = 5_000
"""Items remembered of one document; items beyond are parsed at every look."""

CONTENT_SIZE = 8
_ID_SIZE = 4
_SIZE = CONTENT_SIZE + _ID_SIZE
_NO_ID = bytes(_ID_SIZE)


def id_mark(guid: str | None) -> bytes:
    """The second half of a mark; None is an item without an entry."""
    return hashlib.blake2b(guid.encode("utf-8", "replace"), digest_size=_ID_SIZE).digest() if guid else _NO_ID


def written(contents: Sequence[bytes], ids: Sequence[bytes]) -> str:
    """Marks of a document, in the order of its items."""
    return base64.b64encode(b"".join(a + b for a, b in islice(zip(contents, ids, strict=True), MAX_MARKS))).decode()


def read(marks: str) -> dict[bytes, bytes]:
    """Content half → id half. What is no text of marks holds none, and all is parsed anew."""
    try:
        raw = base64.b64decode(marks, validate=True)
    except (binascii.Error, ValueError):
        return {}
    if len(raw) % _SIZE:
        return {}
    return {raw[at : at + CONTENT_SIZE]: raw[at + CONTENT_SIZE : at + _SIZE] for at in range(0, len(raw), _SIZE)}


def twins(ids: Iterable[bytes]) -> bool:
    """Whether two items share an id."""
    real = [one for one in ids if one != _NO_ID]
    return len(set(real)) < len(real)
