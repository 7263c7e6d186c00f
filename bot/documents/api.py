"""A JSON API by JMESPath expressions → entries. The only file that imports jmespath."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions

from bot.clock import utc_now
from bot.documents.addresses import web_address
from bot.documents.collect import MAX_ENTRIES, bounded_entry, language_of, told_apart
from bot.documents.entries import NotAFeed, ParsedEntry, ParsedFeed, ParseResult
from bot.documents.json_values import kind_of, moment_of, read_json, reduced_html, text_of
from bot.documents.plain_text import clean, plain_text

REQUIRED = ("items", "title")
PARTS = ("link", "id", "date", "text", "author", "language")
"""Optional expressions, evaluated on one item as `title` is."""

_TEMPLATE = re.compile(r"https?://|/")
_HOLE = re.compile(r"\{([^{}]*)\}")
_KEPT_IN_ADDRESS = "/:@!$&'()*+,;=~-._?#%"
"""RFC 3986, 2.2 and 2.3: a path or query put into a template stays one."""

Reader = Callable[[Any], Any]


class _BadOption(ValueError):
    """An expression that cannot be used; the message names the option."""


def parse_api(body: bytes, *, url: str, options: Mapping[str, str]) -> ParseResult:
    """The items of a JSON document, in its order.

    `options` are JMESPath expressions: `items` gives the list ("@" where the document is the list); `title` and the
    optional `link`, `id`, `date`, `text`, `author`, `language` are evaluated on one item. `link` may be a template
    (`https://jobs.example/{id}`), which begins with http://, https:// or "/"; relative links are seen from `url`. Dates
    are text or Unix time in seconds or milliseconds. At most 2,000 items are read.
    """
    try:
        readers = {name: _reader(name, options[name]) for name in (*REQUIRED, *PARTS) if options.get(name)}
        for name in REQUIRED:
            if name not in readers:
                raise _BadOption(f"option '{name}' is missing; it takes a JMESPath expression")
        items = _items(read_json(body), readers.pop("items"), options["items"])
    except ValueError as error:
        return NotAFeed(reason=str(error))
    api = _Api(url=url, readers=readers, now=utc_now())
    entries = [entry for item in items[:MAX_ENTRIES] if (entry := api.entry(item))]
    if items and not any(entry.title for entry in entries):
        return NotAFeed(reason=_no_titles(items[0], options["title"], api.trouble), found=len(items))
    apart = told_apart(entries)
    dropped = Counter(
        {
            "has neither id nor link nor title": len(items[:MAX_ENTRIES]) - len(entries),
            "stands twice in the list": len(entries) - len(apart),
            f"stands after the first {MAX_ENTRIES:,}": len(items[MAX_ENTRIES:]),
        }
    )
    return ParsedFeed(
        title="",
        version="json",
        entries=apart,
        found=len(items),
        dropped=dict(+dropped),
        complaint="; ".join(api.trouble.values()) or None,
    )


def expression_problem(text: str) -> str | None:
    """What is wrong with a JMESPath expression, or with a link template's expressions; None if nothing."""
    try:
        _template(text) if _TEMPLATE.match(text.strip()) else _compiled(text)
    except ValueError as error:
        return str(error)
    return None


class _Api:
    """Reads the items of one document; `trouble` keeps the first failure of each option."""

    def __init__(self, *, url: str, readers: Mapping[str, Reader], now: datetime) -> None:
        self._url = url
        self._readers = readers
        self._now = now
        self.trouble: dict[str, str] = {}

    def entry(self, item: Any) -> ParsedEntry | None:
        """One entry, or None for an item without id, link and title."""
        language = language_of(text_of(self._value("language", item)))
        text, links = reduced_html(text_of(self._value("text", item)))
        return bounded_entry(
            guid=text_of(self._value("id", item)),
            url=web_address(self._url, text_of(self._value("link", item))),
            title=plain_text(text_of(self._value("title", item)))[0],
            author=plain_text(text_of(self._value("author", item)))[0],
            text=text,
            language=language,
            published_at=moment_of(self._value("date", item), now=self._now, language=language),
            links=links,
        )

    def _value(self, name: str, item: Any) -> Any:
        reader = self._readers.get(name)
        if reader is None:
            return None
        try:
            return reader(item)
        except (JMESPathError, RecursionError, ArithmeticError) as error:
            self.trouble.setdefault(name, f"option '{name}' fails on an item: {_in_words(error)}")
            return None


def _items(document: Any, reader: Reader, expression: str) -> list[Any]:
    try:
        found = reader(document)
    except (JMESPathError, RecursionError, ArithmeticError) as error:
        raise _BadOption(f"option 'items' ('{expression}') fails: {_in_words(error)}") from None
    if isinstance(found, list):
        return found
    hint = ""
    if isinstance(found, dict):
        lists = [str(key) for key, value in found.items() if isinstance(value, list)][:5]
        hint = f"; lists in it: {clean(', '.join(lists))}" if lists else f"; try 'values({expression})'"
    elif found is None:
        hint = f"; the document is {kind_of(document)}"
    raise _BadOption(f"option 'items' ('{expression}') gives {kind_of(found)}, not a list{hint}")


def _no_titles(item: Any, expression: str, trouble: Mapping[str, str]) -> str:
    why = trouble.get("title") or f"option 'title' ('{expression}') gives no text on any item"
    return f"{why}; the first item is {kind_of(item)}"


def _reader(name: str, text: str) -> Reader:
    try:
        if name == "link" and _TEMPLATE.match(text.strip()):
            return _template(text)
        return _compiled(text)
    except ValueError as error:
        raise _BadOption(f"option '{name}' ('{text[:200]}'): {error}") from None


def _compiled(text: str) -> Reader:
    try:
        expression = jmespath.compile(text)
    except (JMESPathError, RecursionError, ValueError) as error:
        raise ValueError(f"not a JMESPath expression: {_in_words(error)}") from None
    # JMESPath itself tells an unknown function only when it meets one with data.
    nodes = [expression.parsed]
    while nodes:
        node = nodes.pop()
        nodes += [child for child in node["children"] if isinstance(child, dict)]
        if node["type"] == "function_expression" and node["value"] not in Functions.FUNCTION_TABLE:
            raise ValueError(f"JMESPath has no function '{node['value']}'")
    search: Reader = expression.search
    return search


def _template(text: str) -> Reader:
    """A reader that fills the holes of an address; an item that lacks a value has no address."""
    text = text.strip()
    if _HOLE.sub("", text).count("{") or _HOLE.sub("", text).count("}"):
        raise ValueError("the braces of the template do not match; write https://jobs.example/{id}")
    holes = {hole: _compiled(hole) for hole in _HOLE.findall(text)}

    def fill(item: Any) -> str:
        values = {hole: quote(text_of(search(item)), safe=_KEPT_IN_ADDRESS) for hole, search in holes.items()}
        return _HOLE.sub(lambda found: values[found[1]], text) if all(values.values()) else ""

    return fill


def _in_words(error: Exception) -> str:
    """JMESPath's message without its picture of the expression."""
    return str(error).split("\n", maxsplit=1)[0][:200] or type(error).__name__
