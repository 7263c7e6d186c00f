"""What a web page states about the article on it: in its head, in JSON-LD, and in the marks of its body.

Only statements count. trafilatura's own reading of dates guesses (any date in the text, at last the day of the look),
and an invented date makes an old article new.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag, urlsplit

import lxml.html

from bot.documents.addresses import web_address
from bot.documents.collect import MAX_KEY, MAX_TITLE, language_of
from bot.documents.dates import moment
from bot.documents.plain_text import clean, plain_text

MAX_SCRIPT = 1_000_000
"""Characters of one JSON-LD block; news sites write some 5,000, live blogs some 300,000."""

MAX_AUTHORS = 10
_MAX_NAME = 80

_ARTICLE_TYPE = re.compile(r"(?:article|posting|report)$", re.IGNORECASE)
_PUBLISHED = (
    "//meta[@property='article:published_time' or @name='article:published_time']/@content",
    "//*[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//meta[@name='parsely-pub-date' or @name='dcterms.created' or @name='pubdate' or @name='date']/@content",
    "//meta[@name='dc.date.issued' or @name='DC.date.issued' or @property='og:published_time']/@content",
    "//time[@pubdate or contains(@class, 'publish') or contains(@class, 'entry-date')]/@datetime",
    "(//article//time | //main//time)[1]/@datetime",
)
_IN_ADDRESS = re.compile(r"/(20\d\d)[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=\D|$)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BYLINES = (
    "//meta[@name='author' or @property='article:author' or @name='parsely-author']/@content",
    "//*[@itemprop='author']//*[@itemprop='name'] | //*[@itemprop='author'][not(.//*[@itemprop])]",
    "//a[@rel='author']",
)
_BY = re.compile(
    r"^(?:(?:by|von|par|por|przez|di|door)\s+|(?:autor(?:in)?|author):?\s+|作者\s*[::]?\s*|文\s*[//::]\s*)",
    re.IGNORECASE,
)
_NAMES = re.compile(r"\s*(?:[,;|/&、]|\s(?:and|und|et|y|i)\s)\s*")
_NO_NAME = re.compile(r"https?:|www\.|@|[{}<>]|^\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What the page says. `is_article` is its own word for it; empty texts and None where it says nothing.

    `text` is the article as JSON-LD has it (`articleBody`), which many publishers give whole.
    """

    title: str
    author: str
    published_at: datetime | None
    language: str | None
    canonical_url: str
    site: str
    text: str
    is_article: bool


def page_facts(root: lxml.html.HtmlElement, *, url: str) -> PageFacts:
    """Read them from the page's tree; `url` is where the page was found."""
    nodes = list(_json_nodes(root))
    articles = [node for node in nodes if _ARTICLE_TYPE.search(_type(node))]
    language = language_of(root.get("lang") or root.get("xml:lang"))
    names = (_meta(root, "og:site_name"), *(_name(node.get("publisher")) for node in articles))
    site = _first(*(name for name in names if not name.startswith("http")))
    return PageFacts(
        title=_title(root, articles, site),
        author=_author(root, articles),
        published_at=_published(root, articles, url, language),
        language=language,
        canonical_url=_canonical(root, url),
        site=site,
        text=max((_whole(node.get("articleBody")) for node in articles), key=len, default=""),
        is_article=bool(articles) or _meta(root, "og:type").lower() == "article",
    )


def _json_nodes(root: lxml.html.HtmlElement) -> Iterator[dict[str, Any]]:
    """The objects of all JSON-LD blocks: at the top, in lists, in `@graph`, and as a page's main entity."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text or len(script.text) > MAX_SCRIPT:
            continue
        try:
            pending = deque([json.loads(script.text, strict=False)])
        except (ValueError, RecursionError):
            continue
        while pending:
            node = pending.popleft()
            if isinstance(node, list):
                pending.extendleft(reversed(node))
            elif isinstance(node, dict):
                yield node
                pending.extend(node[key] for key in ("@graph", "mainEntity") if key in node)


def _type(node: dict[str, Any]) -> str:
    kinds = node.get("@type")
    return next((one for one in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(one, str)), "")


def _name(value: object) -> str:
    """The name of a JSON-LD person or organisation, however it is written."""
    while isinstance(value, dict | list):
        value = value.get("name") if isinstance(value, dict) else next(iter(value), None)
    return _text(value)


def _text(value: object) -> str:
    return plain_text(value[:10_000])[0][:MAX_TITLE] if isinstance(value, str) else ""


def _whole(value: object) -> str:
    return plain_text(value)[0] if isinstance(value, str) else ""


def _meta(root: lxml.html.HtmlElement, name: str) -> str:
    return _first(*root.xpath("//meta[@property=$name or @name=$name]/@content", name=name))


def _first(*values: str) -> str:
    return next((text for value in values if (text := _text(value))), "")


def _title(root: lxml.html.HtmlElement, articles: list[dict[str, Any]], site: str) -> str:
    headings = [clean(one.text_content()) for one in root.xpath("//article//h1 | //main//h1 | //h1")[:10]]
    title = _first(
        _meta(root, "og:title"),
        *(_text(node.get("headline")) for node in articles),
        root.findtext(".//title") or "",
        *headings,
    )
    # "Tesla opens a shop | The Example": the site's name is no part of the news.
    ending = rf"\s+[|–—·:»-]\s+{re.escape(site)}$"
    return re.sub(ending, "", title, flags=re.IGNORECASE) if site else title


def _author(root: lxml.html.HtmlElement, articles: list[dict[str, Any]]) -> str:
    found: list[str] = []
    for node in articles:
        people = node.get("author")
        found += [_BY.sub("", _name(one)) for one in (people if isinstance(people, list) else [people])]
    for path in _BYLINES:
        if not any(map(_is_name, found)):
            texts = (one if isinstance(one, str) else one.text_content() for one in root.xpath(path)[:MAX_AUTHORS])
            whole = (_BY.sub("", clean(text[:MAX_TITLE])) for text in texts)
            found = [name for text in whole if not _NO_NAME.search(text) for name in _NAMES.split(text)]
    names: dict[str, str] = {}
    for name in filter(_is_name, found):
        names.setdefault(name.casefold(), name)
    return ", ".join(list(names.values())[:MAX_AUTHORS])


def _is_name(text: str) -> bool:
    return 1 < len(text) <= _MAX_NAME and _NO_NAME.search(text) is None


def _published(
    root: lxml.html.HtmlElement, articles: list[dict[str, Any]], url: str, language: str | None
) -> datetime | None:
    """The moment of publication: JSON-LD, head, marks in the body, and at last the day in the address."""
    stated = [str(node.get("datePublished") or "") for node in articles]
    for path in _PUBLISHED:
        stated += map(str, root.xpath(path))
    for text in stated:
        # A year must stand there: what counts from the day of the look ("yesterday") would be a guess.
        if _YEAR.search(text) and (found := moment(text, language=language)) is not None:
            return found
    day = _IN_ADDRESS.search(url)
    return moment("-".join(day.groups())) if day else None


def _canonical(root: lxml.html.HtmlElement, url: str) -> str:
    base = next((found for one in root.xpath("//base/@href") if (found := web_address(url, one))), url)
    stated = [*root.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href"), _meta(root, "og:url")]
    for one in stated:
        found = urldefrag(web_address(base, one)).url
        # Careless templates name the front page as every article's address; that would make all articles one.
        if found and len(found) <= MAX_KEY and (_has_path(found) or not _has_path(url)):
            return found
    return ""


def _has_path(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query)
