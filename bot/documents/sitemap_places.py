"""The addresses of a sitemap's XML or text, one by one, with what is said of each."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import lxml.etree

from bot.clock import utc_now
from bot.documents.addresses import web_address
from bot.documents.dates import moment
from bot.documents.plain_text import clean

URLSET, INDEX = "urlset", "sitemapindex"
_BARE_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?\]\]>|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-f]{1,6});)", re.DOTALL | re.IGNORECASE
)
_INSTEAD = {
    "rss": "an RSS feed; use kind 'feed'",
    "feed": "an Atom feed; use kind 'feed'",
    "RDF": "an RSS feed; use kind 'feed'",
    "html": "a web page; use kind 'page'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One address of a sitemap, with what is said of it: local names and texts, those of `news:` with the prefix."""

    url: str
    facts: Mapping[str, str]
    changed_at: datetime | None


class Sitemap:
    """The places of a document, one by one; `kind` is known at once, `complaint` at the end."""

    def __init__(self, content: bytes, base: str) -> None:
        self._base = base
        self._now = utc_now()
        self.complaint: str | None = None
        self.found = 0
        head = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
        if head[:8].lower().startswith((b"http://", b"https://")):
            self.kind = URLSET
            self._facts = _lines(content)
            return
        if head[:14].lower().startswith((b"<!doctype html", b"<html")):  # often no XML: an error page
            raise ValueError(f"not a sitemap but {_INSTEAD['html']}")
        events = lxml.etree.iterparse(
            io.BytesIO(_repaired(content.lstrip())),
            events=("start", "end"),
            recover=True,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        self.kind = _root(events)
        if self.kind not in {URLSET, INDEX}:
            raise ValueError(f"not a sitemap but {_INSTEAD.get(self.kind, f'XML with the root element {self.kind!r}')}")
        self._facts = self._elements(events)

    def places(self) -> Iterator[Place]:
        for facts in self._facts:
            self.found += 1
            date = facts.get("news:publication_date") or facts.get("lastmod") or ""
            yield Place(
                url=web_address(self._base, facts.get("loc", "")),
                facts=facts,
                changed_at=moment(date, now=self._now) if date else None,
            )

    def _elements(self, events: Any) -> Iterator[dict[str, str]]:
        try:
            for event, element in events:
                if event == "end" and _name(element) in {"url", "sitemap"}:
                    yield _facts_of(element)
                    # What was read goes, or 50,000 addresses stay in memory together.
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        except lxml.etree.LxmlError as error:
            self.complaint = clean(str(error))[:300]
        if self.complaint is None and len(events.error_log):
            self.complaint = clean(str(events.error_log[0].message))[:300]


def _repaired(content: bytes) -> bytes:
    """Bare ampersands, common in addresses, escaped: libxml2 would drop them with what follows.

    Entities that the document declares become plain text with them, which is right: a sitemap needs none.
    """
    if b"\x00" in content[:4]:  # UTF-16, where the pattern would cut letters in half
        return content
    return _BARE_AMPERSAND.sub(lambda found: b"&amp;" if found[0] == b"&" else found[0], content)


def _root(events: Any) -> str:
    try:
        _event, element = next(events)
    except (StopIteration, lxml.etree.LxmlError):
        raise ValueError("not a sitemap: neither XML nor a list of addresses") from None
    return _name(element)


def _name(element: Any) -> str:
    """Local name, whatever the namespace is called; an undeclared prefix is a part of the tag."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def _facts_of(element: Any) -> dict[str, str]:
    facts: dict[str, str] = {}
    for child in element:
        name = _name(child)
        if name == "news":
            for fact in child.iterdescendants():
                facts.setdefault(f"news:{_name(fact)}", clean(fact.text or ""))
        elif name in {"loc", "lastmod"}:
            facts.setdefault(name, clean(child.text or ""))
    return facts


def _lines(content: bytes) -> Iterator[dict[str, str]]:
    for line in content.decode("utf-8", "replace").lstrip("\ufeff").splitlines():
        if line.strip():
            yield {"loc": line}
