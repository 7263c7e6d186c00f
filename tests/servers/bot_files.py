"""Files that people sent, in the fake Bot API: getFile names a path, /file/bot<token>/<path> hands out the bytes."""

import base64
from dataclasses import dataclass, field
from typing import Any, Self

from bot.demo.loopback import Connection, HttpAnswer
from tests.servers.running import ControlError

LARGEST = 20_000_000
"""Bytes of a file that getFile hands out (https://core.telegram.org/bots/api#getfile)."""

PIECE = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """`size` is what getFile says (None: nothing), `zeros` how many zero bytes follow the content."""

    content: bytes
    size: int | None
    zeros: int

    @classmethod
    def read(cls, value: Any) -> Self:
        """From the JSON of a control request. Raises ControlError."""
        try:
            content, zeros = base64.b64decode(value["content"]), int(value.get("zeros", 0))
            size = value["size"] if "size" in value else len(content) + zeros
            return cls(content=content, size=size, zeros=zeros)
        except (AttributeError, KeyError, TypeError, ValueError) as wrong:
            raise ControlError(f"not a file: {wrong!r}") from wrong


@dataclass(slots=True)
class Files:
    """By file_id."""

    files: dict[str, SentFile] = field(default_factory=dict)

    def add(self, values: Any) -> Any:
        if not isinstance(values, dict):
            raise ControlError("the files are an object: file_id → file")
        self.files |= {name: SentFile.read(value) for name, value in values.items()}
        return {"files": sorted(self.files)}

    def describe(self, file_id: str) -> dict[str, Any] | str:
        """What getFile answers: a File, or why there is none, in Telegram's words."""
        file = self.files.get(file_id)
        if file is None:
            return "wrong file_id or the file is temporarily unavailable"
        if file.size is not None and file.size > LARGEST:
            return "file is too big"
        found: dict[str, Any] = {
            "file_id": file_id,
            "file_unique_id": f"u{file_id}",
            "file_path": f"documents/{file_id}.bin",
        }
        return found if file.size is None else found | {"file_size": file.size}

    async def send(self, path: str, connection: Connection) -> HttpAnswer | None:
        """The bytes. They are written piece by piece, since a client may leave before the end."""
        file = self.files.get(path.removeprefix("documents/").removesuffix(".bin"))
        if file is None:
            return HttpAnswer(status=404, body=b'{"ok":false,"error_code":404,"description":"Not Found"}')
        length = len(file.content) + file.zeros
        await connection.write(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + file.content)
        left = file.zeros
        while left > 0:
            await connection.write(bytes(min(left, PIECE)))
            left -= PIECE
        return None
