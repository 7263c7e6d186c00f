"""The links in an article's own text: what it cites, and not what stands around it.

The extracted text is compared with the page, because the extractor loses links on some of its ways. A link counts where
it stands in the text together with words around it; a lone link in a list beside the article does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urldefrag, urlsplit

import lxml.html
from lxml.etree import iterwalk

from bot.documents.addresses import web_address
from bot.documents.collect import MAX_KEY
from bot.documents.plain_text import MAX_LINKS

MAX_LOOKED_AT = 2_000
"""Outbound links of one page that are looked for in its text."""

_AROUND = 30
"""Characters before and behind a link that must stand beside it in the text, white space left out."""

_LONG_LABEL = 25
"""Characters of a link's words by which it is known again where nothing stands around it."""

_BLOCKS = frozenset(
    "address article aside blockquote body dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header li main nav "
    "ol p pre section table td th tr ul".split()
)
_SILENT = frozenset(["script", "style", "template", "noscript", "head"])
_MIRROR = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")


@dataclass(slots=False)
class _Block:
    """A block's own text, without that of the blocks in it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, text: str | None) -> None:
        if text and (text := _squeezed(text)):
            self.parts.append(text)
            self.length += len(text)

    @cached_property
    def text(self) -> str:
        return "".join(self.parts)


@dataclass(frozen=True, slots=True)
class _Link:
    href: str
    block: _Block
    start: int
    end: int

    def stands_in(self, text: str) -> bool:
        within = self.block.text
        window = within[max(0, self.start - _AROUND) : self.end + _AROUND]
        label = self.end - self.start
        return label > 0 and (len(window) > label or label >= _LONG_LABEL) and window in text


def article_links(root: lxml.html.HtmlElement, text: str, *, base: str, own: Iterable[str]) -> tuple[str, ...]:
    """Addresses on other hosts that the text links to, in order, each once, without fragments.

    `text` is the extracted text, `base` what relative links are seen from; the hosts of the addresses `own`, and hosts
    above or below them, are the site itself.
    """
    squeezed = _squeezed(text)
    sites = {_site(address) for address in own if address}
    found: dict[str, None] = {}
    looked_at = 0
    for link in list(_links(root)):
        address = urldefrag(web_address(base, link.href)).url
        if not address or len(address) > MAX_KEY or any(_same_site(_site(address), site) for site in sites):
            continue
        looked_at += 1
        if link.stands_in(squeezed):
            found[address] = None
        if len(found) == MAX_LINKS or looked_at == MAX_LOOKED_AT:
            break
    return tuple(found)


def _links(root: lxml.html.HtmlElement) -> Iterator[_Link]:
    """All links in order. A block is whole only when the walk is over."""
    blocks = [_Block()]
    opened: list[int] = []
    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in _SILENT:
                walk.skip_subtree()
                continue
            if tag in _BLOCKS:
                blocks.append(_Block())
            if tag == "a":
                opened.append(blocks[-1].length)
            blocks[-1].add(element.text)
            continue
        if tag == "a":
            yield _Link(element.get("href") or "", blocks[-1], opened.pop(), blocks[-1].length)
        if tag in _BLOCKS:
            blocks.pop()
        blocks[-1].add(element.tail)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _site(url: str) -> str:
    return _MIRROR.sub("", (urlsplit(url).hostname or "").lower())


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
