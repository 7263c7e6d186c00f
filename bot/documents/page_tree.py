"""A web page's bytes → its tree, within bounds that keep a hostile page cheap."""

from __future__ import annotations

import codecs
import re

import lxml.html
from lxml.etree import LxmlError

from bot.documents.entries import NotAFeed

MAX_TAGS = 30_000
"""Start tags kept of one page. Of 311 saved article pages the largest had 9,892 (a long encyclopedia entry)."""

MAX_CHARACTERS = 5_000_000
"""Characters kept of one page; the largest of the same 311 had 1.6 million, most of it scripts."""

MAX_BYTES = 2 * MAX_CHARACTERS
"""Bytes that are decoded at all."""

_LONG_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)[^<>]{8000,}>?")
"""A tag of more than 8,000 characters: an inlined picture, or an attack. libxml2 2.14 takes time quadratic in the
number of one tag's attributes (40,000 of them cost 1.8 s), and class names are searched by regular expressions."""

_CLOSED = re.compile(r"(<html\b[^<>]*)/>", re.IGNORECASE)
"""Generators of XHTML write `<html … />`; libxml2 takes it at its word, and the page is empty."""

_START_TAG = re.compile(r"<[a-zA-Z]")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|article|main|div|p)\b", re.IGNORECASE)
_MAYBE_WEB = frozenset(
    ["text/html", "application/xhtml+xml", "text/xml", "application/xml", "text/plain", "application/octet-stream"]
)
_SIGNATURES = {b"%PDF-": "PDF", b"PK\x03\x04": "a ZIP file", b"\x89PNG": "PNG", b"GIF8": "GIF", b"\xff\xd8\xff": "JPEG"}
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_LABEL = r"(?:charset|encoding)\s*=\s*[\"']?\s*([a-z0-9_.:-]{2,40})"
_IN_HEADER = re.compile(_LABEL, re.IGNORECASE)
_IN_PAGE = re.compile(rf"<(?:meta|\?xml)\b[^>]*?{_LABEL}", re.IGNORECASE)
_LANG = re.compile(r"<html\b[^>]*?\blang\s*=\s*[\"']?([a-z]{2})", re.IGNORECASE)
_HEAD = 4096
"""Bytes in which a page's own word on its encoding is looked for. HTML says 1,024; real pages put scripts before it."""

_OF_TEXT = re.compile(
    r"utf-(?:8|16|32).*|ascii|iso(?:8859-|2022_).+|cp\d+|koi8.+|gb.+|big5.*|euc_.+|shift_jis.*|tis-620|mac-.+"
)
"""Python's names of the encodings of pages; it knows others (`punycode`, `unicode_escape`) that none may choose."""

# Labels that mean a wider encoding on the web (WHATWG Encoding Standard, 4.2), as Python names it.
_WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# What pages in a language are written in where nothing says so (WHATWG HTML, 13.2.3.2, table of locales).
_USUAL = {
    "zh": "gb18030",
    "ja": "cp932",
    "ko": "cp949",
    "ru": "cp1251",
    "uk": "cp1251",
    "bg": "cp1251",
    "pl": "iso8859-2",
    "cs": "cp1250",
    "hu": "iso8859-2",
    "tr": "cp1254",
    "el": "cp1253",
}
_NO_ASCII = ("utf-16", "utf-32", "iso2022")
"""Encodings whose bytes pass for UTF-8; only the HTTP header can name them."""


def page_tree(body: bytes, *, content_type: str) -> lxml.html.HtmlElement | NotAFeed:
    """The root of the page's tree, without comments; or what stands there instead of a web page.

    `content_type` is the HTTP header's value, empty where there was none.
    """
    media = content_type.partition(";")[0].strip().lower()
    if media and media not in _MAYBE_WEB:
        return NotAFeed(reason=f"not a web page but {media}"[:200])
    for signature, name in _SIGNATURES.items():
        if body.startswith(signature):
            return NotAFeed(reason=f"not a web page but {name}")
    text = _bounded(page_text(body[:MAX_BYTES], content_type=content_type))
    start = text[:4096].lstrip()
    if not start:
        return NotAFeed(reason="the page is empty")
    if not _HTML.search(start) and (media not in {"text/html", "application/xhtml+xml"} or start[0] in "{["):
        return NotAFeed(reason="not a web page" + (f" but {media}" if media not in {"", "text/html"} else ""))
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError, AssertionError) as error:
        return NotAFeed(reason=f"the page cannot be read as HTML: {error}"[:300])


def page_text(body: bytes, *, content_type: str) -> str:
    """The page's characters. What says nothing of its encoding, or lies, is read as what it most likely is.

    In this order: byte order mark, UTF-8 where the bytes are UTF-8, HTTP header, `<meta>`, what is usual for the page's
    language, Windows-1252.
    """
    for mark, encoding in _BOMS.items():
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    head = body[:_HEAD].decode("latin-1")
    lang = _LANG.search(head)
    header = _named(_IN_HEADER.search(content_type))
    stated = (header, _named(_IN_PAGE.search(head)), _USUAL.get(lang[1].lower()) if lang else None)
    first = header if header and header.startswith(_NO_ASCII) else "utf-8"
    high = len(body) - len(body.translate(None, bytes(range(128, 256))))
    for name in (first, *(one for one in stated if one and not one.startswith(_NO_ASCII))):
        text = body.decode(name, "replace")
        # A few broken bytes are damage; every tenth one is another encoding.
        if text.count("\ufffd") * 10 <= high:
            return text
    return body.decode("cp1252", "replace")


def _named(found: re.Match[str] | None) -> str | None:
    """Python's name of the encoding that a label means; None where it knows none."""
    try:
        name = codecs.lookup(found[1]).name if found else ""
    except LookupError:
        return None
    return _WIDER.get(name, name) if _OF_TEXT.fullmatch(name) else None


def _bounded(text: str) -> str:
    """The page without overlong tags and without what stands behind its last allowed tag."""
    text = _LONG_TAG.sub(r"<\1>", text[:MAX_CHARACTERS].replace("\x00", ""))
    text = _CLOSED.sub(r"\1>", text, count=1)
    for number, tag in enumerate(_START_TAG.finditer(text)):
        if number == MAX_TAGS:
            return text[: tag.start()]
    return text
