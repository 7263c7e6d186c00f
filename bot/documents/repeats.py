"""Repeated structure on a page: which elements are the items of its list? By score, without a model."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from statistics import fmean
from typing import Any
from urllib.parse import urldefrag, urlsplit

import lxml.etree

from bot.documents.addresses import web_address
from bot.documents.handles import handles
from bot.documents.page_items import says_something
from bot.documents.plain_text import clean
from bot.documents.selectors import read_selector
from bot.documents.surroundings import worth
from bot.documents.web_page import WebPage
from bot.documents.written_dates import ago, written_date

FEWEST = 3
"""Items that make a list."""

_MAX_LINKS = 3_000
_LEVELS = 7
"""How far above its link an item may stand."""

_MAX_TRIED = 150
_MAX_LINKS_OF_ITEM = 60
_MAX_TEXT = 2_000
"""Characters read of an element. What has more of them, or more links, is no item but a part of the page."""

_SAMPLE = 40
_HEADLINE = 20
"""Characters from which on a link's text reads like a headline."""

_MOSTLY = 0.5
"""A selector of which less than this part stands in the content finds menus, and an item or two by chance."""

_WORTH_FILTER = 0.3
"""Of a short link to this same page with another query: a filter of the list, or its next page."""

_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A selector and the elements it finds in the content that lead somewhere; `links` are their addresses.

    `purity` is the share of them in all that it finds: the rest are menus, footers and filters.
    """

    selector: str
    items: tuple[Any, ...]
    links: frozenset[str]
    score: float
    purity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What one possible item shows; `headlines` counts different places that its longer link texts lead to.

    `worth` is 0 for an item of a menu or the like, 1 for one of the content.
    """

    url: str
    title: str
    headlines: int
    dated: bool
    more_text: bool
    worth: float


class Repeats:
    """The repeated structures of one page."""

    def __init__(self, page: WebPage, *, now: datetime) -> None:
        self._page = page
        self.now = now
        self._here = urldefrag(page.base)[0]
        self._seen: dict[Any, _Seen | None] = {}
        self._worths: dict[Any, float] = {}

    def best(self) -> list[Repeat]:
        """Best first; of those that lead to mostly the same places, only the best, and none with a purer one in it."""
        found = sorted(self._scored(), key=lambda repeat: -repeat.score)
        chosen: list[Repeat] = []
        for repeat in found:
            if repeat.purity < 1 and any(_is_purer(other, repeat) for other in found):
                continue
            same = (len(repeat.links & other.links) * 2 > min(len(repeat.links), len(other.links)) for other in chosen)
            if not any(same):
                chosen.append(repeat)
        return chosen

    def headline(self, item: Any) -> Any:
        """The link that an item is about: the one of its heading, or with the longest text; None without links."""
        links = [link for link in islice(item.iter("a"), _MAX_LINKS_OF_ITEM) if self.place(link)]
        headed = [link for link in links if _in_heading(link, item) and link.text_content().strip()]
        return max(headed or links, key=lambda link: _length(_said(link)), default=None)

    def place(self, link: Any) -> str:
        """Where a link leads on the web, "" if only around this page."""
        url = web_address(self._page.base, link.get("href") or "")
        return "" if urldefrag(url)[0] == self._here else url

    def _scored(self) -> Iterator[Repeat]:
        cheapest: dict[tuple[Any, ...], tuple[int, int, str]] = {}
        for cost, candidate in self._candidates():
            items, selector = self._found(candidate)
            rank = (cost, len(selector), selector)
            if len(items) >= FEWEST and rank < cheapest.get(items, (1_000, 0, "")):
                cheapest[items] = rank
        for items, (cost, _size, selector) in cheapest.items():
            seen = {item: one for item in items if (one := self._look(item)) and one.worth > 0}
            if len(seen) < max(FEWEST, _MOSTLY * len(items)):
                continue
            highest = max(one.worth for one in seen.values())
            core = {item: one for item, one in seen.items() if one.worth == highest}
            seen = core if len(core) >= FEWEST else seen
            purity = len(seen) / len(items)
            links = frozenset(one.url for one in seen.values())
            tag = next(iter(seen)).tag
            score = _score(list(seen.values()), len(links), tag) * purity * (1 - cost / 1_000)
            if score > 0:
                yield Repeat(selector=selector, items=tuple(seen), links=links, score=score, purity=purity)

    def _candidates(self) -> Iterable[tuple[int, str]]:
        """Selectors that hold for at least three elements with a link, those that hold for more, first."""
        holders: dict[str, set[Any]] = defaultdict(set)
        costs: dict[str, int] = {}
        known: set[Any] = set()
        links = [link for link in self._page.root.iter("a") if self.place(link)][:_MAX_LINKS]
        for link in links:
            for _level, element in zip(range(_LEVELS), (link, *link.iterancestors()), strict=False):
                if element.tag in {"body", "html"}:
                    break
                if element in known:
                    continue
                known.add(element)
                if not self._worth(element):
                    continue
                for cost, selector in handles(element):
                    holders[selector].add(element)
                    costs[selector] = min(cost, costs.get(selector, cost))
        usual = [selector for selector, elements in holders.items() if len(elements) >= FEWEST]
        usual.sort(key=lambda selector: (-min(len(holders[selector]), _SAMPLE), costs[selector]))
        return [(costs[selector], selector) for selector in usual[:_MAX_TRIED]]

    def _found(self, selector: str) -> tuple[tuple[Any, ...], str]:
        """The elements of a selector that lead somewhere, and the selector, made narrower if it finds others too."""
        found = lxml.etree.XPath(read_selector(selector).xpath, smart_strings=False)(self._page.root)
        items = tuple(item for item in found if any(self.place(link) for link in item.iter("a")))
        return items, selector if len(items) == len(found) else f"{selector}:has(a)"

    def _look(self, item: Any) -> _Seen | None:
        if item not in self._seen:
            link = self.headline(item)
            self._seen[item] = None if link is None else self._seen_at(item, link)
        return self._seen[item]

    def _seen_at(self, item: Any, link: Any) -> _Seen:
        whole = _beginning(item)
        heading = next((said for found in item.iter(*_HEADINGS) if (said := _said(found))), "")
        title = (_said(link) if not heading or _in_heading(link, item) else heading) or heading or whole
        headlines = {
            self.place(other)
            for other in islice(item.iter("a"), _MAX_LINKS_OF_ITEM)
            if _length(_said(other)) >= _HEADLINE
        }
        rest = whole.replace(title, "", 1)
        start = rest[:300]
        url, dated = self.place(link), item.find(".//time") is not None
        dated = dated or bool(written_date(start, None) or ago(start, self.now))
        more_text = len(rest) > 30
        value = 0.0 if self._is_around(item, link) else self._worth(item)
        if not dated and not more_text and self._is_filter(url):
            value = min(value, _WORTH_FILTER)
        return _Seen(
            url=url,
            title=title,
            headlines=len(headlines),
            dated=dated,
            more_text=more_text,
            worth=value,
        )

    def _worth(self, element: Any) -> float:
        """The least worth of the element and of all that it stands in."""
        unknown = []
        above = element
        while above is not None and above not in self._worths:
            unknown.append(above)
            above = above.getparent()
        value = 1.0 if above is None else self._worths[above]
        for one in reversed(unknown):
            value = min(value, worth(one)) if value else 0.0
            self._worths[one] = value
        return value

    def _is_around(self, item: Any, link: Any) -> bool:
        """Whether an item is only a box around a menu; a card whose link stands in its footer says something else."""
        if self._worth(link) or _in_heading(link, item):
            return False
        for one in islice(item.iter(), _MAX_TEXT):
            tail_of = None if one is item else one.getparent()
            for text, place in ((one.text, one if isinstance(one.tag, str) else None), (one.tail, tail_of)):
                if text and place is not None and says_something(text) and self._worth(place):
                    return False
        return True

    def _is_filter(self, url: str) -> bool:
        here, there = urlsplit(self._here), urlsplit(url)
        same = (here.netloc, here.path.rstrip("/")) == (there.netloc, there.path.rstrip("/"))
        return same and bool(there.query)


def _is_purer(one: Repeat, other: Repeat) -> bool:
    """Whether it finds most of what the other finds in the content, reads nearly as well, and has fewer menus in it."""
    if one.purity <= other.purity or one.score * 2 < other.score:
        return False
    return len(one.links & other.links) * 2 >= len(other.links)


def _score(seen: list[_Seen], places: int, tag: str) -> float:
    """Many items, each with a headline, a date and a place of its own; not a menu, not a section with many items."""
    sample = seen[:_SAMPLE]
    titles = {one.title for one in sample}
    if places < FEWEST or len(titles) < FEWEST:
        return 0.0
    reads_well = fmean(0.3 if len(one.title) > 200 else min(1.0, _length(one.title) / 25) for one in sample)
    crowd = fmean(one.headlines for one in sample)
    usual_tag = 1.1 if tag in {"li", "article", "tr"} else 1.0 if tag in {"a", "span", *_HEADINGS} else 1.05
    return (
        math.log2(1 + min(places, 64))
        * reads_well
        * (1 + 0.5 * fmean(one.dated for one in sample) + 0.2 * fmean(one.more_text for one in sample))
        * min(1.0, 3 / max(crowd, 1))
        * fmean(one.worth for one in sample)
        * len(titles) / len(sample)
        * usual_tag
    )  # fmt: skip


def _beginning(element: Any) -> str:
    text = ""
    for part in islice(element.itertext(), _MAX_TEXT):
        text += part[:_MAX_TEXT]
        if len(text) >= _MAX_TEXT:
            break
    return clean(text)


def _said(element: Any) -> str:
    text = _beginning(element)
    return text if says_something(text) else ""


def _length(text: str) -> int:
    """Characters, where one of Chinese or Japanese counts as three: so much more it says."""
    return sum(3 if "\u2e80" <= character <= "\ud7ff" else 1 for character in text[:200])


def _in_heading(link: Any, item: Any) -> bool:
    if next(link.iter(*_HEADINGS), None) is not None:
        return True
    above = link
    while above is not item and above is not None:
        above = above.getparent()
        if above is not None and above.tag in _HEADINGS:
            return True
    return False
