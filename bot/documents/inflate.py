"""A gzip file's content, within a bound."""

from __future__ import annotations

import zlib

_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS


def is_gzip(body: bytes) -> bool:
    return body.startswith(_MAGIC)


def inflated(body: bytes, *, limit: int) -> bytes:
    """The content, at most `limit` bytes; all members of the file one after the other (RFC 1952, 2.2).

    Raises ValueError in words for a person where there is more, or the data is broken or cut off.
    """
    parts: list[bytes] = []
    while is_gzip(body):
        member = zlib.decompressobj(_GZIP)
        room = limit - sum(map(len, parts))
        try:
            parts.append(member.decompress(body, room + 1))
        except zlib.error as error:
            raise ValueError(f"the gzip data is broken ({error})") from None
        if len(parts[-1]) > room:
            raise ValueError(f"it inflates to more than {limit // 1024**2} MB")
        if not member.eof:
            raise ValueError("the gzip data is cut off")
        body = member.unused_data
    return b"".join(parts)
