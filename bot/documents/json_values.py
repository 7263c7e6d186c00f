"""Bytes of JSON → values, and values → text."""

from __future__ import annotations

import html
import json
import math
import re
from datetime import datetime
from typing import Any

from bot.documents.dates import moment, moment_of_number
from bot.documents.plain_text import clean, plain_text

_ESCAPED_TAG = re.compile(r"&lt;[a-zA-Z/!]")
_TAG = re.compile(r"<[a-zA-Z/!]")
_UNIX_TIME = re.compile(r"[1-9]\d{8,9}(\d{3})?")


def read_json(body: bytes) -> Any:
    """The document, in UTF-8, UTF-16 or UTF-32; broken letters become U+FFFD.

    Raises ValueError in words for a person where it is no JSON, or nested more deeply than Python reads.
    """
    text = body.decode(json.detect_encoding(body), "replace").lstrip("\ufeff")
    if text.lstrip()[:1] == "<":
        raise ValueError("not JSON but HTML or XML")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON (line {error.lineno}, column {error.colno}: {error.msg})") from None
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    except ValueError:  # Python's limit of 4,300 digits
        raise ValueError("not JSON that can be read: a number in it is too long") from None


def text_of(value: object) -> str:
    """A string as it is, a number in digits, a list joined by commas; "" for null, truth values and objects."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(text for inner in value if not isinstance(inner, list) and (text := text_of(inner)))
    if isinstance(value, float):
        return str(int(value) if value.is_integer() else value) if math.isfinite(value) else ""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def reduced_html(text: str) -> tuple[str, tuple[str, ...]]:
    """Readable text and links of HTML, also of HTML whose tags are escaped once more (`&lt;p&gt;`).

    Greenhouse's job board API gives `content` so.
    """
    if _ESCAPED_TAG.search(text) and not _TAG.search(text):
        text = html.unescape(text)
    return plain_text(text)


def moment_of(value: object, *, now: datetime, language: str | None) -> datetime | None:
    """UTC of a date as text, or of a Unix time in seconds or milliseconds as number or digits."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return moment_of_number(value)
    text = text_of(value).strip()
    return moment_of_number(int(text)) if _UNIX_TIME.fullmatch(text) else moment(text, now=now, language=language)


def kind_of(value: object) -> str:
    """What a value is, for a message: `an object with the keys jobs, meta`."""
    if isinstance(value, dict):
        keys = clean(", ".join(map(str, list(value)[:12])))[:200]
        return f"an object with the keys {keys}" if keys else "an empty object"
    if isinstance(value, list):
        return f"a list of {len(value):,}"
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "a truth value"
    return f"the text '{clean(value)[:40]}'" if isinstance(value, str) else "a number"
