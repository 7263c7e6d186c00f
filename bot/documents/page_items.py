"""What one item of an HTML list says: its link, title, date and text, by selectors or by what is usual."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import lxml.etree

from bot.documents.addresses import web_address
from bot.documents.collect import bounded_entry
from bot.documents.dates import moment
from bot.documents.entries import ParsedEntry
from bot.documents.plain_text import clean, plain_text
from bot.documents.selectors import read_selector
from bot.documents.web_page import WebPage

REQUIRED = "item"
PARTS = ("link", "title", "date", "text")
"""Selectors inside an item; each has a default."""

_LINKS = lxml.etree.XPath("descendant-or-self::a[@href]")
_HEADINGS = lxml.etree.XPath(
    "descendant-or-self::*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]"
)
_TIMES = lxml.etree.XPath("descendant-or-self::time")
_LETTER = re.compile(r"[^\W\d_]")
_MORE = re.compile(
    r"(read|learn|see|view|find out|show|watch)( the| full| this)?( more| article| story| post| details| all| job)?"
    r"( about.*)?|more|more (info|information|details)|continue reading.*|details|apply( now)?|"
    r"(jetzt )?(mehr|weiter|weiterlesen|mehr (lesen|erfahren|dazu|infos?)|ansehen|bewerben)|"
    r"zum (artikel|beitrag|angebot)|"
    r"lire la suite|en savoir plus|leer más|ver más|leggi (tutto|di più)|lees (meer|verder)|czytaj (dalej|więcej)|"
    r"阅读(更多|全文)|更多|详情|続きを読む|もっと見る|자세히( 보기)?|더보기",
    re.IGNORECASE,
)
"""Link texts that name no article."""


class BadOption(ValueError):
    """A selector that cannot be used; the message names the option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A compiled selector inside an item."""

    find: lxml.etree.XPath
    attribute: str | None


class ItemReader:
    """Reads the items of one page. Raises BadOption where a selector cannot be used."""

    def __init__(self, page: WebPage, options: Mapping[str, str], *, now: datetime) -> None:
        self._page = page
        self._now = now
        self._parts = {name: _compiled(name, options[name], page) for name in PARTS if options.get(name)}
        self._items = _compiled(REQUIRED, options.get(REQUIRED, ""), page).find

    def items(self) -> list[Any]:
        """The elements that the item selector finds, in order."""
        return [found for found in self._items(self._page.root) if isinstance(found.tag, str)]

    def entry(self, item: Any) -> ParsedEntry | None:
        """One entry, or None for an item that has neither link nor title."""
        url, title = self.link(item), self.title(item)
        text, links = self._text(item, title)
        return bounded_entry(
            url=url,
            title=title,
            text=text,
            language=self._page.language,
            published_at=self.date(item),
            links=links,
        )

    def link(self, item: Any) -> str:
        """Where the item leads, or ""."""
        part = self._parts.get("link")
        if part is None:
            return next((found for link in _LINKS(item) if (found := self._resolved(link))), "")
        for found in part.find(item):
            if part.attribute is not None:
                return web_address(self._page.base, found.get(part.attribute) or "")
            inside = (self._resolved(link) for link in _LINKS(found))
            return next((address for address in inside if address), "")
        return ""

    def title(self, item: Any) -> str:
        """The selector's, or: the heading in the link, the text of a link to the same place, a heading, everything."""
        part = self._parts.get("title")
        if part is not None:
            return next((text for found in part.find(item) if (text := _value(found, part.attribute))), "")
        url = self.link(item)
        links = [link for link in _LINKS(item) if url and self._resolved(link) == url]
        candidates = [*(heading for link in links for heading in _HEADINGS(link)), *links, *_HEADINGS(item), item]
        return next((text for found in candidates if says_something(text := reduced(found))), "")

    def date(self, item: Any) -> datetime | None:
        """The selector's, or of the first `time` element that holds one."""
        part = self._parts.get("date")
        for found in part.find(item) if part else _TIMES(item):
            attribute = part.attribute if part else None
            for text in [found.get(attribute)] if attribute else [found.get("datetime"), reduced(found)]:
                if text and (date := moment(text, now=self._now, language=self._page.language)):
                    return date
        return None

    def _text(self, item: Any, title: str) -> tuple[str, tuple[str, ...]]:
        part = self._parts.get("text")
        if part is None:
            text, links = plain_text(_markup(item))
            return clean(text.replace(title, "", 1)) if title else text, links
        return " ".join(filter(None, (_value(found, part.attribute) for found in part.find(item)))), ()

    def _resolved(self, link: Any) -> str:
        return web_address(self._page.base, link.get("href") or "")


def reduced(element: Any) -> str:
    """An element's readable text, on one line."""
    return plain_text(_markup(element))[0]


def _value(element: Any, attribute: str | None) -> str:
    return reduced(element) if attribute is None else plain_text(element.get(attribute) or "")[0]


def says_something(text: str) -> bool:
    return bool(_LETTER.search(text)) and not _MORE.fullmatch(text.strip(" .…»›>→:"))


def _markup(element: Any) -> str:
    return str(lxml.etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def _compiled(name: str, selector: str, page: WebPage) -> _Part:
    if not selector.strip():
        raise BadOption(f"option '{name}' is missing; it takes the CSS selector of one item, such as 'ul.jobs > li'")
    try:
        read = read_selector(selector, attribute=name != REQUIRED)
        find = lxml.etree.XPath(read.xpath, smart_strings=False)
        find(page.root.getroottree().getroot().makeelement("div"))
    except (ValueError, lxml.etree.LxmlError) as error:
        raise BadOption(f"option '{name}': the selector '{selector[:200]}' cannot be used: {error}") from None
    return _Part(find=find, attribute=read.attribute)
