"""A web page as a list to watch: its tree, the address that its links are seen from, and what its head says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.documents.addresses import web_address
from bot.documents.collect import MAX_TITLE, language_of
from bot.documents.entries import NotAFeed
from bot.documents.page_tree import page_tree
from bot.documents.plain_text import clean

_HEAD = 4096
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_FIRST_TAG = re.compile(rb"<([A-Za-z][A-Za-z0-9:]*)")
_ROOTS = {
    b"rss": "a feed; use kind 'feed'",
    b"feed": "a feed; use kind 'feed'",
    b"rdf:rdf": "a feed; use kind 'feed'",
    b"urlset": "a sitemap; use kind 'sitemap'",
    b"sitemapindex": "a sitemap; use kind 'sitemap'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """`root` is the page's lxml tree, `base` is absolute, `language` a code such as `de`."""

    root: Any
    base: str
    title: str
    language: str | None


def read_web_page(body: bytes, *, url: str, content_type: str) -> WebPage | NotAFeed:
    """The page, or what stands there instead of a page, with the kind of source that reads it."""
    if other := _what_else(body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")):
        return NotAFeed(reason=f"not a web page but {other}")
    root = page_tree(body, content_type=content_type)
    if isinstance(root, NotAFeed):
        return root
    base = next((web_address(url, found) for found in root.xpath("//base/@href")), "")
    return WebPage(
        root=root,
        base=base or url,
        title=clean(root.findtext(".//title") or "")[:MAX_TITLE],
        language=language_of(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")),
    )


def _what_else(head: bytes) -> str | None:
    if head.startswith((b"{", b"[")):
        return "JSON; use kind 'json', or 'feed' for a JSON Feed"
    tag = _FIRST_TAG.search(_COMMENT.sub(b"", head))
    return _ROOTS.get(tag[1].lower()) if tag else None
