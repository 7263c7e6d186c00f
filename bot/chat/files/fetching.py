"""The bytes of a file that was sent, or the answer why there are none."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.incoming import Document, NoFile
from bot.chat.markup import safe
from bot.chat.registry import Call
from bot.chat.say import Say

NAME = 100


async def fetched(call: Call, document: Document, most: int) -> bytes | Sequence[Say]:
    """At most `most` bytes. A file that says itself that it is larger is not asked for."""
    name = safe(document.name, NAME)
    if document.size is not None and document.size > most:
        return _too_large(call, name, most)
    content = await call.room.download(document.file_id, most=most)
    if content is NoFile.TOO_LARGE:
        return _too_large(call, name, most)
    if content is NoFile.NOT_FETCHED:
        return call.answer(call.words.say("file_not_fetched", name=name))
    assert isinstance(content, bytes)  # noqa: S101 - said above
    return content


def _too_large(call: Call, name: str, most: int) -> Sequence[Say]:
    size = f"{most // 1_000_000} MB" if most >= 1_000_000 else f"{most // 1_000} kB"
    return call.answer(call.words.say("file_too_large", name=name, most=size))
