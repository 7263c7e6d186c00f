"""An article's page → the article alone. The only file that imports trafilatura; runs in the parser's child process.

The text is trafilatura's work; what the page states of itself is read by `page_facts`, the links by `article_links`.
trafilatura never fetches here: it is given a tree.

Measured with trafilatura 2.3.1: loading it costs a child 0.3 s and 45 MB once, a page of 100 KB 28 ms, a page of 5 MB
at most 3 s and 290 MB in all. On the 181 pages of the public article extraction benchmark (four words in a row count as
found or not) 98 % of the text is found with a precision of 96 %; trafilatura's usual way alone gives 97 and 93.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

import lxml.html
from lxml.etree import LxmlError, iterwalk
from trafilatura import bare_extraction

from bot.documents.addresses import web_address
from bot.documents.article_links import article_links
from bot.documents.collect import MAX_TEXT
from bot.documents.entries import Article, NotAFeed
from bot.documents.front_page import is_front_page
from bot.documents.page_facts import PageFacts, page_facts
from bot.documents.page_mending import mend
from bot.documents.page_tree import page_tree
from bot.documents.plain_text import clean

_LINES = frozenset("p head item quote row cell lb list table".split())
"""trafilatura's names of what begins a new line."""

_SHORT = 3_000
"""Characters of a page that may still be a gate: a real article says more, or says that it is one."""

_CONSENT_HOSTS = re.compile(r"^(?:consent|guce)\.")
_GATES = (
    (
        re.compile(
            r"just a moment|attention required|are you (?:a )?(?:robot|human)|(?:verify|verifying) (?:that )?you are|"
            r"access denied|pardon our interruption|human verification|security check|bot verification|ddos-guard",
            re.IGNORECASE,
        ),
        "a check for robots stands in front of the page",
    ),
    (
        re.compile(
            r"before you continue|bevor (?:sie|du) (?:zu .{1,30} )?(?:weiter|fort)|avant de continuer|zanim przejdzie|"
            r"(?:cookie|consent|privacy)[ -]?(?:wall|consent|settings|zustimmung|einstellung)|datenschutzeinstellung",
            re.IGNORECASE,
        ),
        "the page asks for consent to cookies first",
    ),
)
_NEEDS_SCRIPTS = re.compile(
    r"(?:enable|requires?|turn on|need|without|aktivieren?|activer|włącz|啟用|启用)\W{0,3}(?:\w+\W+){0,3}java ?script|"
    r"java ?script\W{0,3}(?:\w+\W+){0,4}(?:enable|required|disabled|aktivier|deaktiviert|activé|désactivé|wyłącz|有効)",
    re.IGNORECASE,
)
_NOTICE = 400
"""Characters under which a text that speaks of JavaScript is a notice, not an article about it."""

_SCANTY = 300
"""Characters of text that may be all that a page's footer says: then the less careful way is tried, too."""

NO_TEXT = "no article text on the page; does it need JavaScript?"


def read_article(body: bytes, *, url: str, content_type: str) -> Article | NotAFeed:
    """The article of a page, its text on one line; or why there is none.

    `url` is where the page was found, `content_type` the HTTP header's value. At most 100,000 characters of text and 50
    links. A page that lists articles, a page that needs JavaScript, and a gate before the article are no articles.
    """
    root = page_tree(body, content_type=content_type)
    if isinstance(root, NotAFeed):
        return root
    facts = page_facts(root, url=url)
    text = _text(root, url, facts)
    if not facts.is_article and (gate := _gate(facts.title, text, url)):
        return NotAFeed(reason=gate)
    if not text or (len(text) < _NOTICE and _NEEDS_SCRIPTS.search(text)):
        return NotAFeed(reason=NO_TEXT)
    if not facts.is_article and is_front_page(root, text):
        return NotAFeed(reason="not an article but a page that lists articles")
    base = next((found for one in root.xpath("//base/@href") if (found := web_address(url, one))), url)
    return Article(
        title=facts.title,
        text=text,
        author=facts.author,
        published_at=facts.published_at,
        language=facts.language,
        canonical_url=facts.canonical_url,
        site=facts.site,
        links=article_links(root, text, base=base, own=(url, facts.canonical_url)),
    )


def _text(root: lxml.html.HtmlElement, url: str, facts: PageFacts) -> str:
    """Trafilatura's careful way leaves teasers out; where that finds next to nothing, its usual one may."""
    mended = deepcopy(root)
    mend(mended)
    text = _extracted(mended, url, facts.title, careful=True)
    if len(text) < _SCANTY:
        usual = _extracted(mended, url, facts.title, careful=False)
        if not text or (len(usual) > 4 * _SCANTY and not is_front_page(root, usual)):
            text = usual
    # A page in several columns is found in part only; what the publisher gives whole is better then.
    return facts.text[:MAX_TEXT] if len(facts.text) > 1.2 * len(text) else text


def _extracted(root: lxml.html.HtmlElement, url: str, title: str, *, careful: bool) -> str:
    """The article's paragraphs, headings, list items and table rows, in order, without the title above them."""
    try:
        document: Any = bare_extraction(root, url=url, include_comments=False, favor_precision=careful)
    except (LxmlError, ValueError, AttributeError, TypeError, LookupError, AssertionError, RecursionError):
        # What it raises for odd trees is not documented; a page that it cannot read has no text for us.
        return ""
    lines = [] if document is None else _lines(document.body)
    return " ".join(lines[1:] if lines[:1] == [title] else lines)[:MAX_TEXT]


def _lines(body: Any) -> list[str]:
    parts: list[str] = []
    for event, element in iterwalk(body, events=("start", "end")):
        if element.tag in _LINES:
            parts.append("\n")
        text = element.text if event == "start" else element.tail
        parts.append((text or "").replace("\n", " "))
    return [line for one in "".join(parts).split("\n") if (line := clean(one))]


def _gate(title: str, text: str, url: str) -> str:
    if _CONSENT_HOSTS.search(urlsplit(url).hostname or ""):
        return _GATES[1][1]
    if len(text) > _SHORT:
        return ""
    return next((reason for words, reason in _GATES if words.search(title)), "")
