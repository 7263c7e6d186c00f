"""A fast look at a feed: where its items are, so that what is known need not be parsed again.

feedparser reads an item by the item's own bytes and by what its state machine carries along. An item may be left out
only where nothing is carried from it to what follows; `find_items` answers None wherever that is not certain. What the
checks rest on was read in feedparser 6.0.14 (mixin.py, parsers/strict.py, namespaces/_base.py); expat, which feedparser
uses too, decides what is well-formed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from bot.documents.item_scan import InDoubt, Scan
from bot.documents.marks import CONTENT_SIZE
from bot.documents.pace import asked_pace
from bot.documents.xml_encoding import sure_encoding
from bot.documents.xml_names import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Byte ranges of the items of a well-formed feed, with the context that they are read in.

    `uneven` says that what stands before the items makes feedparser read the first one differently from the others.
    `pace` is in seconds.
    """

    body: bytes
    spans: tuple[tuple[int, int], ...]
    context: bytes
    uneven: bool
    pace: float | None

    def hashes(self) -> list[bytes]:
        """One hash an item: its bytes and everything outside it that its entry depends on."""
        context = hashlib.blake2b(self.context, digest_size=CONTENT_SIZE)
        hashes = []
        for number, (start, end) in enumerate(self.spans):
            one = context.copy()
            one.update(self.body[start:end])
            if self.uneven and not number:
                one.update(b" first")
            hashes.append(one.digest())
        return hashes

    def only(self, chosen: Collection[int]) -> bytes:
        """The same document with the chosen items alone (numbers from 0, in the document's order)."""
        pieces = [self.body[: self.spans[0][0]]]
        pieces += [self.body[self.spans[number][0] : self.spans[number][1]] for number in sorted(chosen)]
        pieces.append(self.body[self.spans[-1][1] :])
        return b"\n".join(pieces)


def find_items(body: bytes, *, url: str, content_type: str) -> Items | None:
    """The items of a feed, or None where a part of it might be read differently from the whole."""
    encoding = sure_encoding(body, content_type)
    if encoding is None or not url.startswith(("http://", "https://")):
        return None  # without an absolute base, an item's xml:base lasts beyond the item
    try:
        scan = Scan(body, encoding)
    except InDoubt:
        return None
    return Items(
        body=body,
        spans=tuple(scan.spans),
        context=scan.context(),
        uneven=scan.uneven,
        pace=asked_pace(ttl=scan.noted(Kind.TTL), period=scan.noted(Kind.PERIOD), frequency=scan.noted(Kind.FREQUENCY)),
    )
