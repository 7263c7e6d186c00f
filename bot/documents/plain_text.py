"""HTML to the plain text that rules see, and its outbound links."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree
from lxml.etree import LxmlError

_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figcaption footer h1 h2 h3 h4 h5 h6 header hr li ol p "
    "pre section table td th tr ul".split()
)
_SILENT = frozenset(["script", "style", "template", "head", "noscript"])
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[#a-zA-Z]")
_DOCUMENT = re.compile(r"^\s*<(?:html|!doctype)", re.IGNORECASE)
"""As lxml.html tells a document from a fragment."""

_PARSER = etree.HTMLParser()
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
        body = _body(_CONTROL.sub(" ", markup))
    except (LxmlError, ValueError):
        return clean(re.sub(r"<[^>]*>", " ", markup)), ()
    parts = [body.text or ""]
    links: dict[str, None] = {}
    # What is still to be read, the last first: elements, and the texts that stand behind them.
    ahead: list[Any] = body[::-1]
    while ahead:
        node = ahead.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        tag, tail = node.tag, node.tail
        if not isinstance(tag, str):  # a comment or an instruction
            parts.append(tail or "")
            continue
        if tag in _BLOCKS:
            parts.append(" ")
            ahead.append(f" {tail or ''}")
        elif tail:
            ahead.append(tail)
        if tag in _SILENT:
            continue
        href = node.get("href") if tag == "a" else None
        if href and len(href) <= MAX_LINK and len(links) < MAX_LINKS and href.startswith(("http://", "https://")):
            links[href] = None
        if node.text:
            parts.append(node.text)
        ahead += node[::-1]
    return clean("".join(parts)), tuple(links)


def _body(markup: str) -> Any:
    """The element around a fragment, as `lxml.html.fragments_fromstring` makes it, without what that does besides.

    Raises ValueError where there is no such element: nothing to read, or a whole document with several bodies or none.
    """
    document = markup if _DOCUMENT.match(markup) else f"<html><body>{markup}</body></html>"
    root = etree.fromstring(document, _PARSER)
    if root is None:
        raise ValueError("nothing in it")
    bodies = [child for child in root if child.tag == "body"]
    if root.tag != "html" or len(bodies) != 1:
        raise ValueError(f"{len(bodies)} bodies")
    return bodies[0]
