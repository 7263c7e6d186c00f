"""The text of an XML file in whatever encoding: what its bytes say is believed before what the file claims."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_DECLARED = re.compile(rb"""\A\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python knows more "encodings" (zlib, punycode, rot13 …): only those in which people write text are taken by name.
_TRUSTED = re.compile(
    r"(iso-?8859-?|latin-?|windows-?|cp|x-cp|ibm)\d+|koi8-[ru]|mac(roman|intosh)|gb(k|2312|18030)|big5(-hkscs)?|"
    r"shift[_-]?jis|euc-(jp|kr|cn)|iso-2022-(jp|kr)|tis-620"
)
# The WHATWG standard (encoding.spec.whatwg.org) reads these as Windows-1252: that is what their writers have.
_WESTERN = {"iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """`doubt` says why single letters may be wrong; None where the encoding is sure."""

    text: str
    doubt: str | None = None


def decode(body: bytes) -> DecodedText:
    """The text, without a byte order mark. Never raises; what cannot be read becomes U+FFFD."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _sure(body[len(mark) :], encoding)
    for start, encoding in ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")):
        if body.startswith(start):
            return _sure(body, encoding)
    found = _DECLARED.match(body[:400])
    declared = found[1].decode("ascii").lower() if found else "utf-8"
    if not declared.startswith("iso-2022"):  # seven bits: it would pass for UTF-8
        try:
            # No other encoding gives valid UTF-8 by chance, so a file that claims another one is wrong.
            return DecodedText(text=body.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    if declared in _WESTERN:
        return DecodedText(text=body.decode("windows-1252", "replace"))
    if _TRUSTED.fullmatch(declared):
        try:
            return DecodedText(text=body.decode(declared))
        except (UnicodeDecodeError, LookupError):
            pass
    doubt = f"the file claims to be {declared} and is not; it was read as Windows-1252"
    return DecodedText(text=body.decode("windows-1252", "replace"), doubt=doubt)


def _sure(body: bytes, encoding: str) -> DecodedText:
    text = body.decode(encoding, "replace")
    doubt = f"the file begins like {encoding} and has bytes that are not" if "\ufffd" in text else None
    return DecodedText(text=text, doubt=doubt)
