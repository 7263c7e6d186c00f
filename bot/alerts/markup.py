"""Text of feeds as Telegram's HTML. Pure.

Every string is cut *as a field*, then made safe, so no tag and no entity is ever cut. Lengths are UTF-16 code units, as
Telegram counts them (core.telegram.org/bots/api#sendmessage).
"""

from __future__ import annotations

import html
import re
import unicodedata

from bot.alerts.content import Marked

URL_LIMIT = 1000
"""Longer addresses are left out: Telegram cuts or refuses them, and nobody reads them."""

BOLD_LIMIT = 24
"""Words in bold that one field may have: a message has 100 entities at most, links and hashtags included."""

MARKS_LIMIT = 16
"""Marks after one letter that are kept together with it when a text is cut."""

_UNSENDABLE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TAG = re.compile(r"<[^>]*>")
_ADDRESS = re.compile("https?://[^\\s\x00-\x20\x7f/?#\ud800-\udfff]+[^\\s\x00-\x20\x7f\ud800-\udfff]*")


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, ending in … where something was left out; never half a letter with its marks."""
    if len(text) * 2 <= limit or units(text) <= limit:
        return text
    used = 1  # the ellipsis
    for index, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return f"{text[: _border(text, index)].rstrip()}…"
    return text


def _border(text: str, index: int) -> int:
    """The border of letters at or before `index`: a mark and a joined emoji stay with what they belong to."""
    for at in range(index, max(0, index - MARKS_LIMIT), -1):
        if not (_belongs_before(text[at]) or text[at - 1] == "\u200d"):
            return at
    return index


def _belongs_before(character: str) -> bool:
    return character == "\u200d" or unicodedata.category(character) in {"Mn", "Me"} or "🏻" <= character <= "🏿"


def clean(text: str) -> str:
    """The text of equal length without what cannot be sent or would break a line: surrogates, control characters.

    A lone half of a character has no UTF-8; Telegram itself puts a space for a control character. Signs that turn the
    direction of writing would turn what stands behind the text, too: a zero-width space takes their place.
    """
    return _TURNING.sub("\u200b", _CONTROL.sub(" ", _UNSENDABLE.sub("\ufffd", text)))


def one_line(text: str) -> str:
    """The text of equal length, without line breaks."""
    return text.replace("\n", " ")


def safe(text: str) -> str:
    """The text as HTML."""
    return html.escape(clean(text), quote=False)


def link(inner: str, url: str) -> str:
    """`inner`, which is HTML, as a link; without one where Telegram would not take the address."""
    if len(url) > URL_LIMIT or not _ADDRESS.fullmatch(url):
        return inner
    return f'<a href="{html.escape(url, quote=True)}">{inner}</a>'


def bold(marked: Marked, limit: int) -> str:
    """The text cut, as HTML, with its spans in bold."""
    text = cut(marked.text, limit)
    kept = len(text) - 1 if text != marked.text else len(text)
    out, at, count = [], 0, 0
    for first, last in marked.spans:
        start, end = max(first, at), min(last, kept)
        if start >= end or count == BOLD_LIMIT:
            continue
        out += [safe(text[at:start]), "<b>", safe(text[start:end]), "</b>"]
        at, count = end, count + 1
    return "".join([*out, safe(text[at:])])


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing: spaces, and signs without width or ink."""
    return all(character.isspace() or unicodedata.category(character) in {"Cf", "Cc"} for character in text)


def visible(message_html: str) -> str:
    """What is left when Telegram has parsed the HTML; also the plain text that is sent when it cannot."""
    return html.unescape(_TAG.sub("", message_html))
