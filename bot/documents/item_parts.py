"""Selectors inside the items of a list, where the usual places (first link, its text, `time`) do not serve."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

import lxml.etree

from bot.documents.dates import moment
from bot.documents.handles import has_plain_tag, own_handles
from bot.documents.page_items import reduced, says_something
from bot.documents.repeats import Repeat, Repeats
from bot.documents.selectors import read_selector
from bot.documents.written_dates import ago, written_date

_SAMPLE = 15
_MOST = 0.8
"""Share of the items in which a selector must find what it is for."""

_DATED = 0.6
"""The same for dates: an item "posted yesterday" or without a date is usual."""

_TITLE_NAME = re.compile(r"title|titel|headline|heading|subject|position", re.IGNORECASE)
_DATE_NAME = re.compile(r"date|datum|time|zeit|posted|published|ago", re.IGNORECASE)
_SHORT = 40
"""Characters within which a date stands alone."""


def part_options(repeats: Repeats, repeat: Repeat, *, language: str | None) -> dict[str, str]:
    """`link`, `title` and `date` selectors, each only where it adds something."""
    items = repeat.items[:_SAMPLE]
    headlines = {item: repeats.headline(item) for item in items}
    found: dict[str, str | None] = {"link": None, "title": None, "date": None}
    firsts = {item: next(link for link in item.iter("a") if repeats.place(link)) for item in items}
    if _share(items, lambda item: repeats.place(firsts[item]) == repeats.place(headlines[item])) < _MOST:
        found["link"] = _best(
            items,
            lambda item: _near(headlines[item], item),
            lambda item, first: first.tag == "a" and repeats.place(first) == repeats.place(headlines[item]),
            _MOST,
        )
    if _share(items, lambda item: _is_crowded(headlines[item])) >= _MOST:
        found["title"] = _title(items, headlines)
    if _share(items, lambda item: item.find(".//time") is not None) < _DATED:
        found["date"] = _best(items, _short_texts, lambda _item, first: _is_date(first, language, repeats.now), _DATED)
    return {name: selector for name, selector in found.items() if selector}


def _title(items: tuple[Any, ...], headlines: dict[Any, Any]) -> str | None:
    """For a card that is one big link: the part of it that is named a title, or stands out, or comes first."""
    for wanted in (_is_named_title, _stands_out, has_plain_tag):
        best = _best(
            items,
            partial(_within, headlines, wanted),
            lambda _item, first: says_something(reduced(first)),
            _MOST,
        )
        if best and _differs(items, best):
            return best
    return None


def _differs(items: tuple[Any, ...], selector: str) -> bool:
    """A part that says the same in many items is a label, not a title."""
    find = lxml.etree.XPath(read_selector(selector).xpath, smart_strings=False)
    return len({reduced(found[0]) for item in items if (found := find(item))}) >= _MOST * len(items)


def _within(headlines: dict[Any, Any], wanted: Callable[[Any], bool], item: Any) -> Iterator[Any]:
    return (one for one in headlines[item].iterdescendants() if wanted(one))


def _is_named_title(element: Any) -> bool:
    return bool(_TITLE_NAME.search(element.get("class") or ""))


def _stands_out(element: Any) -> bool:
    return element.tag in {"strong", "b"}


def _best(
    items: tuple[Any, ...],
    places: Callable[[Any], Iterator[Any]],
    fits: Callable[[Any, Any], bool],
    share: float,
) -> str | None:
    """The selector whose first match fits in the most items; among equals, the one that was met first."""
    tried: dict[str, float] = {}
    for item in items[:3]:
        for place in places(item):
            if fits(item, place):
                for selector in _names(place, item):
                    if selector not in tried:
                        tried[selector] = _share(items, _first_fits(selector, fits))
    best = max(tried, key=lambda selector: tried[selector], default=None)
    return best if best is not None and tried[best] >= share else None


def _first_fits(selector: str, fits: Callable[[Any, Any], bool]) -> Callable[[Any], bool]:
    find = lxml.etree.XPath(read_selector(selector).xpath, smart_strings=False)

    def check(item: Any) -> bool:
        found = find(item)
        return bool(found) and fits(item, found[0])

    return check


def _names(element: Any, item: Any) -> list[str]:
    """Ways to name an element inside an item, best first."""
    names = [name for name in own_handles(element) if not name.startswith("#")]
    above = element.getparent()
    if element is not item and above is not None and above is not item:
        names += [f"{name} {element.tag}" for name in own_handles(above) if not name.startswith("#")]
        names += [f"{above.tag} {element.tag}"] if has_plain_tag(above) and above.tag not in {"div", "span"} else []
    if element.tag in {"td", "th", "dd"} and above is not None:
        names.append(f"{element.tag}:nth-child({above.index(element) + 1})")
    return [*names, element.tag] if has_plain_tag(element) else names


def _near(link: Any, item: Any) -> Iterator[Any]:
    yield link
    yield from (other for other in item.iter("a") if other is not link and other.get("href") == link.get("href"))


def _is_crowded(link: Any) -> bool:
    """A link around several texts of which none is a heading."""
    texts = sum(bool((one.text or "").strip()) for one in link.iter() if isinstance(one.tag, str))
    return texts > 1 and next(link.iter("h1", "h2", "h3", "h4", "h5", "h6"), None) is None


def _short_texts(item: Any) -> Iterator[Any]:
    return (one for one in item.iterdescendants() if isinstance(one.tag, str) and _date_text(one))


def _date_text(element: Any) -> str:
    """The element's text if it may be a date, else ""."""
    text = reduced(element)
    may_be = any(map(str.isdigit, text)) or _DATE_NAME.search(element.get("class") or "")
    return text if may_be and len(text) <= _SHORT else ""


def _is_date(element: Any, language: str | None, now: datetime) -> bool:
    """Asking dateparser about every text with a digit would take long: only where the name says that it is a date."""
    text = _date_text(element)
    if written_date(text, language) or ago(text, now):
        return True
    return bool(_DATE_NAME.search(element.get("class") or "") and moment(text, now=now, language=language))


def _share(items: tuple[Any, ...], holds: Callable[[Any], bool]) -> float:
    return sum(map(holds, items)) / len(items)
