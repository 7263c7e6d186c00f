"""JSON lines as documents: `id, title, text, url, author, language, source, tags, date`, all of them optional.

An `id` may be any JSON value and is given back as it was written; fields of other names are passed over.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rules.model import Document

_TEXTS = ("title", "text", "url", "author", "language", "source")
_UNKNOWN = frozenset({"", "und", "mul", "zxx", "mis"})  # BCP 47 tags that name no language
_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_KINDS = {str: "a text", int: "a number", float: "a number", bool: "true or false", list: "a list", dict: "an object"}


class BadLine(ValueError):
    """The line is no document; `column` (from 1) is where it went wrong."""

    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A document, its `id` as JSON (None where the line has none), and its date as it is written."""

    document: Document
    id: str | None
    date: str = ""


def read_line(line: bytes) -> Line:
    """The document on one line; raises BadLine."""
    try:
        text = line.decode("utf-8-sig").rstrip()
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode("utf-8", "replace")) + 1
        raise BadLine("this character is not UTF-8", column) from error
    try:
        data = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        reason = error.msg.removesuffix(" at").removesuffix(" starting")
        raise BadLine(f"not valid JSON: {reason[:1].lower()}{reason[1:]}", error.colno) from error
    except RecursionError as error:
        raise BadLine("nested too deeply") from error
    except ValueError as error:  # a number that is none, or has thousands of digits
        raise BadLine(f"not valid JSON: {error}") from error
    if not isinstance(data, dict):
        hint = "; each line is one document, without a list around them" if isinstance(data, list) else ""
        raise BadLine(f"expected an object, found {_kind(data)}{hint}")
    date = data.get("date")
    return Line(
        document=_document(data),
        id=to_json(data["id"]) if data.get("id") is not None else None,
        date=date if isinstance(date, str) else "",
    )


def to_json(value: Any) -> str:
    """A value as JSON on one line, numbers as they were written; letters as they are where UTF-8 can hold them."""
    match value:
        case _Float(written=written):
            return written
        case list():
            return f"[{', '.join(map(to_json, value))}]"
        case dict():
            return f"{{{', '.join(f'{to_json(key)}: {to_json(item)}' for key, item in value.items())}}}"
        case str() if _SURROGATE.search(value):
            return json.dumps(value)
        case _:
            return json.dumps(value, ensure_ascii=False)


class _Float(float):
    """A number that remembers how it was written: 1.10 stays 1.10."""

    __slots__ = ("written",)
    written: str

    @classmethod
    def read(cls, written: str) -> "_Float":
        number = cls(written)
        number.written = written
        return number


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number in JSON")


_DECODER = json.JSONDecoder(parse_float=_Float.read, parse_constant=_no_number)


def _document(data: dict[str, Any]) -> Document:
    texts = {name: _text(name, data[name]) for name in _TEXTS if data.get(name) is not None}
    language = texts.pop("language", "").strip()
    return Document(
        title=texts.pop("title", ""),
        language=None if language.casefold() in _UNKNOWN else language,
        tags=_tags(data.get("tags")),
        date=_date(data.get("date")),
        **texts,
    )


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadLine(f"'{name}' must be a text, found {_kind(value)}")
    # Half of a pair that stands for one character is no character: an emoji that somebody cut in two.
    return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def _tags(value: Any) -> frozenset[str]:
    if value is None:
        return frozenset()
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise BadLine(f"'tags' must be a list of texts, found {_kind(value)}")
    return frozenset(value)


def _date(value: Any) -> datetime | None:
    """An ISO date or time, or a month or year, whose first day it is then; UTC where no zone is said."""
    if isinstance(value, bool | list | dict):
        raise BadLine(f"'date' must be a text, found {_kind(value)}")
    if not isinstance(value, str):
        return None
    partial = _PARTIAL.fullmatch(value.strip())
    try:
        if partial:
            return datetime(int(partial[1]), int(partial[2] or 1), 1, tzinfo=UTC)
        moment = datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _kind(value: Any) -> str:
    return "nothing" if value is None else _KINDS.get(type(value), "a number")
