"""What values of rackwatch.yaml may be: durations, sizes, keys, web addresses; and the strict base of its models."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from bot.units import parse_duration, parse_size
from rules.problems import did_you_mean

MAX_URL = 2000
"""Characters; servers and browsers stop at about this length."""

MAX_KEY = 64
"""Characters of a key; it stands in table columns and on the command line."""


class Strict(BaseModel):
    """A mapping of rackwatch.yaml: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, values: object) -> object:
        """A key with nothing behind it, such as a section whose lines are all commented out, is not set."""
        if isinstance(values, dict):
            known = {field.alias or name for name, field in cls.model_fields.items()}
            return {key: value for key, value in values.items() if value is not None or key not in known}
        return values


def http_url(value: str) -> str:
    """The address as it stands. Raises ValueError unless it is http(s), has a host and carries no password."""
    if re.search(r"[\s\x00-\x1f]", value) or len(value) > MAX_URL:
        raise ValueError(f"a web address has no spaces and at most {MAX_URL} characters; write a space as %20")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        if "port" not in str(error).lower():
            raise ValueError(f"{value!r} is not a web address: {error}") from error
        raise ValueError(f"{value!r} has no valid port; it lies between 1 and 65535") from error
    if port == 0:
        raise ValueError(f"{value!r} has no valid port; it lies between 1 and 65535")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{value!r} is not a web address; it begins with https:// or http://")
    if parts.username or parts.password:
        raise ValueError("a web address must not carry a user name or password")
    return value


def base_url(value: str) -> str:
    """An address that others are made from, without its last slash. Raises ValueError as `http_url` does."""
    address = http_url(value)
    if "?" in address or "#" in address:
        raise ValueError(f"{address!r} is the beginning of other addresses; write it without '?' and '#'")
    return address.rstrip("/")


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise ValueError(f"{value!r} is not a language code; write two letters, e.g. de, en, zh")
    return value


def _zone_name(value: str) -> str:
    known = available_timezones()
    if value not in known:
        near = did_you_mean(value, known)
        raise ValueError(f"unknown time zone {value!r}" + (f" ({near})" if near else "; e.g. Europe/Berlin"))
    return value


def is_variable_name(value: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", value) is not None


def _variable_name(value: str) -> str:
    if not is_variable_name(value):
        # What stands there may be the secret itself, written in the wrong place: it is not repeated.
        raise ValueError(
            "name an environment variable, such as RACKWATCH_APPRISE_TEAM; what it holds stands there only"
        )
    return value


def _duration(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


def _size(value: object) -> object:
    return parse_size(value) if isinstance(value, str) else value


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError("must be longer than nothing, e.g. 30s")
    return value


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _shaped(value: object) -> object:
    if isinstance(value, str):
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", value):
            raise ValueError(
                f"{value!r} is not a key; use lower-case letters, digits, '-', '_' and '.', e.g. 'heise-security'"
            )
        if len(value) > MAX_KEY:
            raise ValueError(f"a key has at most {MAX_KEY} characters")
    return value


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": r"^(\d+(\.\d+)?\s*(ms|s|m|min|h|d|w))+$"}),
]
PositiveDuration = Annotated[Duration, AfterValidator(_positive)]
Size = Annotated[
    int, BeforeValidator(_size), WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?\s*([kKmMgG]i?)?[bB]$"})
]
Key = Annotated[str, BeforeValidator(_shaped), WithJsonSchema({"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*$"})]
Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
Text = Annotated[str, StringConstraints(min_length=1), BeforeValidator(_stripped)]
WebUrl = Annotated[str, AfterValidator(http_url)]
BaseUrl = Annotated[str, AfterValidator(base_url)]
Language = Annotated[str, AfterValidator(_language)]
VariableName = Annotated[
    str, AfterValidator(_variable_name), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"})
]
ZoneName = Annotated[str, AfterValidator(_zone_name)]
