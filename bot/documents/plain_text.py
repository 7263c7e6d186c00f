"""HTML to the plain text that rules see, and its outbound links."""

from __future__ import annotations

import re

import lxml.html
from lxml.etree import LxmlError

_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figcaption footer h1 h2 h3 h4 h5 h6 header hr li ol p "
    "pre section table td th tr ul".split()
)
_SILENT = frozenset(["script", "style", "template", "head", "noscript"])
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[#a-zA-Z]")
MAX_LINKS = 50
"""Links kept of one item; more is a link list, not an article."""

MAX_LINK = 2_000
"""Characters of a link; a longer one leads nowhere."""


def clean(text: str) -> str:
    """One line: control characters and lone surrogates out, white space folded."""
    return " ".join(_CONTROL.sub(" ", text).split())


def plain_text(markup: str) -> tuple[str, tuple[str, ...]]:
    """Readable text of an HTML fragment and the web addresses that it links to, in order."""
    if not _MARKUP.search(markup):
        return clean(markup), ()
    try:
        root = lxml.html.fragment_fromstring(_CONTROL.sub(" ", markup), create_parent="div")
    except (LxmlError, ValueError, AssertionError):
        return clean(re.sub(r"<[^>]*>", " ", markup)), ()
    parts: list[str] = []
    links: dict[str, None] = {}
    # iterwalk would recurse nowhere either, but only this order yields text and tails in reading order.
    stack: list[tuple[object, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        if not isinstance(node, lxml.html.HtmlElement) or not isinstance(node.tag, str):
            tail = getattr(node, "tail", None)
            if tail:
                parts.append(tail)
            continue
        if leaving:
            parts.append(" " if node.tag in _BLOCKS else "")
            if node.tail and node is not root:
                parts.append(node.tail)
            continue
        stack.append((node, True))
        if node.tag in _SILENT:
            continue
        if node.tag in _BLOCKS:
            parts.append(" ")
        href = node.get("href") if node.tag == "a" else None
        if href and len(href) <= MAX_LINK and len(links) < MAX_LINKS and href.startswith(("http://", "https://")):
            links[href] = None
        if node.text:
            parts.append(node.text)
        stack.extend((child, False) for child in reversed(node))
    return clean("".join(parts)), tuple(links)
