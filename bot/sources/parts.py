"""Documents that another one lists (a sitemap index): which are read, and what is remembered of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.documents.entries import ParsedFeed
from bot.sources.fetch_results import Fetched

PARTS_READ = 3
"""Documents read of one index at a look, the newest: a site's archive has hundreds that never change."""

PARTS_REMEMBERED = 20


def part_validators(parts: Mapping[str, Any], url: str) -> tuple[str | None, str | None]:
    """ETag and Last-Modified of the last look at this document."""
    known = parts.get(url) or {}
    return known.get("etag"), known.get("last_modified")


def with_part(
    whole: ParsedFeed, parts: Mapping[str, Any], url: str, part: ParsedFeed, fetched: Fetched
) -> tuple[ParsedFeed, Mapping[str, Any]]:
    """The index with this document's entries, and what to remember, the most recently read last."""
    merged = replace(
        whole,
        entries=(*whole.entries, *part.entries),
        found=whole.found + part.found,
        dropped={**whole.dropped, **part.dropped},
        complaint=whole.complaint or part.complaint,
    )
    kept = {known: value for known, value in parts.items() if known != url}
    kept[url] = {"etag": fetched.etag, "last_modified": fetched.last_modified}
    return merged, dict(list(kept.items())[-PARTS_REMEMBERED:])
