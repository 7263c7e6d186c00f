"""Files that come with a request: multipart forms are read, and pictures measured by Telegram's limits."""

import hashlib
import struct
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

LONGEST_SIDES = 10_000
"""Width and height of a photo together (https://core.telegram.org/bots/api#sendphoto)."""

LARGEST = 10 * 1000**2
"""Bytes of a photo."""

MAX_CAPTION = 1024
"""UTF-16 code units after the entities were taken out."""


class NoPhotoError(ValueError):
    """What was sent is no photo that Telegram takes; the text is its own."""


def read_multipart(content_type: str, body: bytes) -> dict[str, Any]:
    """The form's fields; a file becomes its name, its size, its first bytes and what it hashes to.

    Raises ValueError where it is no such form.
    """
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + body)
    if not form.is_multipart():
        raise ValueError("no multipart form")
    fields: dict[str, Any] = {}
    for part in form.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        if part.get_filename() is None:
            fields[name] = payload.decode()
            continue
        fields[name] = {
            "file": part.get_filename(),
            "size": len(payload),
            "head": payload[:24].hex(),
            "sha256": hashlib.sha256(payload).hexdigest(),
        }
    return fields


def attached(params: dict[str, Any], name: str) -> dict[str, Any] | None:
    """The file that a parameter is, or names with attach://."""
    value = params.get(name)
    if isinstance(value, str) and value.startswith("attach://"):
        value = params.get(value.removeprefix("attach://"))
    return value if isinstance(value, dict) else None


def photo_of(file: dict[str, Any] | None) -> dict[str, Any]:
    """The photo as a message tells of it. Raises NoPhotoError."""
    if file is None:
        raise NoPhotoError("there is no photo in the request")
    head = bytes.fromhex(file["head"])
    if not head.startswith(b"\x89PNG\r\n\x1a\n") or len(head) < 24:
        raise NoPhotoError("IMAGE_PROCESS_FAILED")
    width, height = struct.unpack(">II", head[16:24])
    if file["size"] > LARGEST:
        raise NoPhotoError("file is too big")
    if width + height > LONGEST_SIDES or max(width, height) > 20 * min(width, height):
        raise NoPhotoError("PHOTO_INVALID_DIMENSIONS")
    return {
        "file_id": file["sha256"][:20],
        "file_unique_id": file["sha256"][:10],
        "width": width,
        "height": height,
        "file_size": file["size"],
    }
