"""A signature as bytes, for the archive: after a restart a service goes on as if there had been none. Pure."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.stories.article import Signature
from bot.stories.features import Features
from bot.stories.statement import Statement, as_values, from_values
from bot.stories.times import Period
from bot.voices.citations import Citation

VERSION = 1
"""Raised whenever signatures of before must not be compared with those of now: they are then made anew."""


def pack(
    signature: Signature, weighted: Mapping[str, float], *, citations: Sequence[Citation] = (), denies: bool = False
) -> bytes:
    """Some 600 bytes; `weighted` are the features times how much each told when the article came.

    Whom the article cites, and whether it denies, are kept beside: `statement` reads them.
    """
    features = signature.features
    period = signature.period
    values = {
        "v": VERSION,
        "f": {
            feature: [
                round(weight, 3),
                round(weighted[feature], 3),
                (feature in features.common) + 2 * (feature in features.said) + 4 * (feature in features.named),
            ]
            for feature, weight in features.weights.items()
        },
        "l": signature.language,
        "p": [period.first.isoformat(), period.last.isoformat()] if period is not None else None,
        "s": signature.source,
        "w": signature.voice,
        "n": signature.publisher,
        "u": signature.url,
        "k": sorted(signature.links),
        "h": signature.heading,
        "b": signature.sketch,
        "t": sorted(signature.topics),
        "m": sorted(signature.watches),
        "c": as_values(citations),
        "d": denies,
    }
    return zlib.compress(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpack(data: bytes) -> tuple[Signature, dict[str, float]] | None:
    """The signature and its weighted features; None for one that another version wrote, or that is damaged."""
    try:
        values: dict[str, Any] = json.loads(zlib.decompress(data))
        if values["v"] != VERSION:
            return None
        found = values["f"]
        period = values["p"]
        signature = Signature(
            features=Features(
                weights={feature: numbers[0] for feature, numbers in found.items()},
                common=frozenset(feature for feature, numbers in found.items() if numbers[2] & 1),
                said=frozenset(feature for feature, numbers in found.items() if numbers[2] & 2),
                named=frozenset(feature for feature, numbers in found.items() if numbers[2] & 4),
            ),
            language=values["l"],
            period=Period(*map(datetime.fromisoformat, period)) if period else None,
            source=values["s"],
            voice=values["w"],
            publisher=values["n"],
            url=values["u"],
            links=frozenset(values["k"]),
            heading=tuple(values["h"]),
            sketch=tuple(values["b"]),
            topics=frozenset(values["t"]),
            watches=frozenset(values["m"]),
        )
    except (zlib.error, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None
    return signature, {feature: numbers[1] for feature, numbers in found.items()}


def statement(data: bytes) -> Statement | None:
    """What the article says of others; None where that was not kept, or is damaged."""
    try:
        values: dict[str, Any] = json.loads(zlib.decompress(data))
        return Statement(voice=values["w"], citations=from_values(values["c"]), denies=values["d"])
    except (zlib.error, ValueError, KeyError, TypeError):
        return None
