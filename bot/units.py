"""Durations and sizes as people write them: `15m`, `1h30m`, `10 MB`."""

from __future__ import annotations

import re
from datetime import timedelta

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|min|s|m|h|d|w)")
_BYTES = {"b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "kib": 1024, "mib": 1024**2, "gib": 1024**3}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(b|[kmg]i?b)")

LONGEST = timedelta(days=3650)
"""Ten years: beyond it a duration is a typing mistake, and date arithmetic would overflow in the end."""


def parse_duration(text: str) -> timedelta:
    """A duration from `90s`, `15m`, `1h30m`, `2d`, `1w`.

    Raises ValueError saying what to write.
    """
    lowered = text.strip().lower()
    parts = _PART.findall(lowered)
    if not parts or _PART.sub("", lowered).strip():
        raise ValueError(f"{text!r} is not a duration; write a number and a unit: 30s, 15m, 2h, 1d")
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"{text!r} is longer than ten years")
    return timedelta(seconds=seconds)


def format_duration(value: timedelta | float) -> str:
    """The shortest exact form that `parse_duration` reads back; fractions below a second are rounded to ms."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if seconds < 1:
        return f"{round(seconds * 1000)}ms" if seconds > 0 else "0s"
    rest = round(seconds)
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts[:2])


def parse_size(text: str) -> int:
    """Bytes from `10 MB`, `512KiB`.

    Raises ValueError saying what to write.
    """
    found = _SIZE.fullmatch(text.strip().lower())
    if not found:
        raise ValueError(f"{text!r} is not a size; write a number and a unit: 500 KB, 10 MB")
    size = int(float(found[1]) * _BYTES[found[2]])
    if size <= 0:
        raise ValueError(f"{text!r} is nothing; write e.g. 10 MB")
    return size
