"""What a JSON document offers to somebody who wants to watch it: its lists, and expressions that read them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.clock import utc_now
from bot.documents.api import parse_api
from bot.documents.entries import ApiList, ApiReport, NotAFeed, ParsedFeed, Proposal
from bot.documents.json_values import kind_of, moment_of, read_json, text_of
from bot.documents.plain_text import clean

MAX_LISTS = 8
MAX_PROPOSALS = 3
EXAMPLES = 5

_DEPTH = 5
_VISITED = 5_000
"""Values looked at on the way to the lists; an API's answer has its lists near the top."""

_SAMPLE = 40
_KEYS = 30
_INNER = ("rendered", "name", "text", "value", "title")
"""What stands inside an object that stands for a text: WordPress writes `title: {rendered: …}`."""

# Names without case and separators (`absolute_url` → absoluteurl), the likeliest first.
_NAMES = {
    "title": "title headline name jobtitle subject heading label text",
    "link": (
        "absoluteurl htmlurl hostedurl weburl joburl canonicalurl permalink shortlink url link href externalurl "
        "externalpath path"
    ),
    "id": "id guid uuid objectid jobid reqid key slug",
    "date": (
        "publishedat datepublished published publicationdate publishdate pubdate firstpublished postedon posteddate "
        "postedat createdat dategmt created createdon date timestamp time updatedat dateupdated updated lastmodified "
        "modified"
    ),
    "text": "contenthtml content description body contenttext excerpt summary teaser abstract text",
    "author": "author creator byline",
    "language": "language lang locale",
}
_WORKDAY = re.compile(r"(?P<host>https?://[^/]+)/wday/cxs/[^/]+/(?P<site>[^/]+)/jobs/?")
"""A board's address at Workday; its items name only the end of their page's address (`externalPath`)."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """A list in the document, and its expression; `options` reads its items as entries, as far as names tell."""

    expression: str
    items: Sequence[Any]
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def score(self) -> float:
        worth = {"title": 4, "link": 3, "date": 1, "id": 0.5}
        return sum(worth.get(name, 0) for name in self.options) + math.log10(1 + len(self.items))


def survey_api(body: bytes, *, url: str) -> ApiReport | NotAFeed:
    """The lists of a JSON document, the likeliest first, and at most three proposals of expressions.

    A proposal shows what `parse_api` gives for its options.
    """
    try:
        document = read_json(body)
    except ValueError as error:
        return NotAFeed(reason=str(error))
    now = utc_now()
    found = [
        _List(expression=path, items=items, options=_options(items, path, url, now))
        for path, items in _lists(document)
        if items
    ]
    found.sort(key=lambda one: -one.score)
    proposals = []
    for one in [one for one in found if "title" in one.options][:MAX_PROPOSALS]:
        parsed = parse_api(body, url=url, options=one.options)
        if isinstance(parsed, ParsedFeed) and parsed.entries:
            examples = parsed.entries[:EXAMPLES]
            proposals.append(Proposal(options=dict(one.options), found=len(parsed.entries), examples=examples))
    return ApiReport(
        shape=kind_of(document),
        lists=tuple(
            ApiList(expression=one.expression, length=len(one.items), keys=_keys(one.items))
            for one in found[:MAX_LISTS]
        ),
        proposals=tuple(proposals),
    )


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lists(document: Any) -> Iterator[tuple[str, Sequence[Any]]]:
    """Every list that an expression without conditions gives: `jobs`, `data.edges[].node`, `departments[].jobs[]`."""
    waiting: list[tuple[str, Any, int]] = [("", document, 0)]
    visited = 0
    while waiting and visited < _VISITED:
        path, value, depth = waiting.pop(0)
        visited += 1
        if isinstance(value, dict) and depth < _DEPTH:
            # A key that moves a terminal's cursor is no key of an API.
            inside = [(key, inner) for key, inner in list(value.items())[:200] if key.isprintable()]
            waiting += [(_joined(path, key), inner, depth + 1) for key, inner in inside]
        elif isinstance(value, list):
            yield path or "@", value
            yield from _inside(path, value)


def _inside(path: str, items: Sequence[Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    """What the items of a list hold: an object that is the real item, or a list each."""
    objects = [item for item in items if isinstance(item, dict)]
    for key in filter(str.isprintable, _keys(objects)):
        values = [item.get(key) for item in objects]
        if all(isinstance(value, dict) for value in values) and len(_keys(objects)) <= 2:
            yield _joined(f"{path}[]", key), values
        lists = [value for value in values if isinstance(value, list)]
        merged = [inner for value in lists for inner in value]
        if any(isinstance(inner, dict) for inner in merged):
            yield f"{_joined(f'{path}[]', key)}[]", merged


def _joined(path: str, key: str) -> str:
    written = key if _PLAIN_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)
    return f"{path}.{written}" if path else written


def _keys(items: Sequence[Any]) -> tuple[str, ...]:
    """The keys of the first objects, in their order."""
    keys = (key for item in items[:_SAMPLE] if isinstance(item, dict) for key in item)
    return tuple(dict.fromkeys(clean(key) for key in keys))[:_KEYS]


# ── guesses ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _options(items: Sequence[Any], path: str, url: str, now: datetime) -> dict[str, str]:
    """Expressions for what the names of the items' keys make clear; empty where they have no title."""
    sample = [item for item in items[:_SAMPLE] if isinstance(item, dict)]
    fits: dict[str, Callable[[Any], bool]] = {
        "title": lambda value: isinstance(value, str) and bool(_LETTER.search(value)),
        "link": _is_link,
        "id": lambda value: bool(text_of(value)) and not isinstance(value, list),
        "date": lambda value: moment_of(value, now=now, language=None) is not None,
        "text": lambda value: isinstance(value, str) and bool(value.strip()),
        "author": lambda value: isinstance(value, str) and bool(value.strip()),
        "language": lambda value: isinstance(value, str) and len(value) <= 8,
    }
    options = {"items": path}
    for name, fit in fits.items():
        expression = _clearest(sample, _NAMES[name].split(), fit, taken=set(options.values()))
        if expression:
            options[name] = expression
    if "title" not in options:
        return {}
    workday = _WORKDAY.match(url)
    if workday and options.get("link") == "externalPath":
        options["link"] = f"{workday['host']}/en-US/{workday['site']}{{externalPath}}"
    return options


def _clearest(
    sample: Sequence[dict[str, Any]], names: Sequence[str], fit: Callable[[Any], bool], taken: set[str]
) -> str:
    """The key of the likeliest name whose values fit in half of the items at least, as an expression; "" if none."""
    by_name: dict[str, str] = {}
    for item in sample:
        for key in filter(str.isprintable, item):
            by_name.setdefault(re.sub(r"[^a-z]", "", key.lower()), key)
    for name in names:
        if name not in by_name:
            continue
        key = by_name[name]
        values = [item.get(key) for item in sample]
        found = _joined("", key)
        if found not in taken and _half(values, fit):
            return found
        for inner in _INNER:
            if _half([value.get(inner) if isinstance(value, dict) else None for value in values], fit):
                return f"{found}.{inner}"
    return ""


def _half(values: Sequence[Any], fit: Callable[[Any], bool]) -> bool:
    return bool(values) and sum(map(fit, values)) * 2 >= len(values)


def _is_link(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://", "/")) and not re.search(r"\s", value)
