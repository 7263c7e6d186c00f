"""The outlines of an OPML file: bytes → opening and closing tags, from well-formed files and from broken ones.

What feed readers write although XML forbids it (a bare `&`, names of HTML such as `&nbsp;`, control characters) is
mended first, without moving a character, so that every line and column is the file's own. Then expat reads the file.
Where it stops, the tags are found by pattern instead, so that a broken outline costs no other one. A file that
declares things of its own in a DOCTYPE never reaches expat: nothing is expanded and nothing is opened.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from bot.sources.xml_text import decode
from rules.problems import Problem, Severity

MAX_OPML = 10_000_000
"""Bytes; a list of 5,000 feeds has about one million."""
MAX_OUTLINES = 20_000
"""Outlines that are read; the largest lists that people keep have some thousands."""

# A noncharacter: no text has it, and expat takes it for a letter. It stands for '&' until expat is through.
_AMPERSAND = "\ufdd0"
_TO_MEND = re.compile("&(?!(?:amp|lt|gt|quot|apos);)")
_BARE = re.compile(r"&(?!#?\w{1,32};)")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# What XML 1.0 (section 2.2) does not allow in a text, and the noncharacter of ours.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufdd0\ufffe\uffff\ud800-\udfff]")
_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]*>", re.IGNORECASE)
_OWN_NAMES = re.compile("<!(?:ENTITY|ATTLIST|ELEMENT|NOTATION)", re.IGNORECASE)
_TAG = re.compile(
    r"""<!--.*?(?:-->|\Z) | <!\[CDATA\[.*?(?:\]\]>|\Z)
      | <(?P<close>/?)outline(?=[\s/>])
        (?: (?P<whole>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)> | (?P<broken>[^<]*+(?:<(?!/?outline[\s/>])[^<]*+)*+) )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""(?<![\w:.-])([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_ENDS_ITSELF = re.compile(r"/\s*(?:>\s*(?:</(?:body|opml)\s*>\s*)*)?\Z", re.IGNORECASE)

_REASONS = {
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]: "the file ends before its outlines are closed",
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN]: "the file ends inside a tag or a comment",
    expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]: "this closing tag does not fit the last opening one",
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]: "a sign that XML does not allow here",
    expat.errors.codes[expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE]: "this tag has an attribute twice",
    expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]: "text behind the end of the outlines",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """An opening tag: where it stands, its attributes (names in lower case, values without references)."""

    line: int
    column: int
    attributes: Mapping[str, str]
    broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """Every tag in order (None: the innermost outline ends) and what is wrong with the file as a whole."""

    tags: tuple[Outline | None, ...]
    problems: tuple[Problem, ...]


def find_outlines(body: bytes, name: str) -> Outlines:
    """The outlines of a file, whatever it is; `name` is the file's in messages. Never raises."""
    if len(body) > MAX_OPML:
        return Outlines(tags=(), problems=(_at_top(name, f"larger than {MAX_OPML // 1_000_000} MB; nothing was read"),))
    decoded = decode(body)
    if not re.search(r"<(?:opml|outline)\b", decoded.text, re.IGNORECASE):
        return Outlines(tags=(), problems=(_not_opml(decoded.text, name),))
    problems = []
    if decoded.doubt is not None:
        problems.append(_at_top(name, decoded.doubt, "look at the titles", Severity.WARNING))
    text = _DECLARATION.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), _FORBIDDEN.sub(" ", decoded.text))
    problems += _bare_ampersands(text, name)
    text = _TO_MEND.sub(_AMPERSAND, text)
    tags, trouble = _well_formed(text, name)
    if trouble is not None:
        problems.append(trouble)
        tags = _by_pattern(text)
    if len(tags) >= 2 * MAX_OUTLINES:
        problems.append(_at_top(name, f"more than {MAX_OUTLINES:,} outlines; the rest was left out"))
    return Outlines(tags=tuple(tags), problems=tuple(problems))


def declares_names(body: bytes) -> bool:
    """Whether a file of at most MAX_OPML bytes declares entities and the like in a DOCTYPE, as no feed reader does."""
    return _OWN_NAMES.search(decode(body).text) is not None


def unescaped(value: str) -> str:
    """The value with HTML's references resolved: also those that an exporter escaped twice (`&amp;amp;`)."""
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), value)


def _well_formed(text: str, name: str) -> tuple[list[Outline | None], Problem | None]:
    """What expat reads, and why it stopped."""
    own = _OWN_NAMES.search(text)
    if own is not None:
        line, column = text.count("\n", 0, own.start()) + 1, own.start() - text.rfind("\n", 0, own.start())
        message = "the file declares names of its own in a DOCTYPE; they were left out"
        return [], Problem(file=name, line=line, column=column, message=message, severity=Severity.WARNING)
    tags: list[Outline | None] = []
    parser = expat.ParserCreate("utf-8")

    def opened(element: str, attributes: dict[str, str]) -> None:
        if element.lower() == "outline" and len(tags) < 2 * MAX_OUTLINES:
            at = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
            tags.append(Outline(line=at[0], column=at[1], attributes=_plain(attributes.items())))

    def closed(element: str) -> None:
        if element.lower() == "outline" and len(tags) < 2 * MAX_OUTLINES:
            tags.append(None)

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        reason = _REASONS.get(error.code, expat.ErrorString(error.code))
        message = f"broken XML: {reason}; the other outlines were read as far as possible"
        return tags, Problem(file=name, line=error.lineno, column=error.offset + 1, message=message)
    return tags, None


def _by_pattern(text: str) -> list[Outline | None]:
    """The outlines of a file that is no XML. Each tag stands for itself; one that has no end goes to the next one."""
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    tags: list[Outline | None] = []
    for found in _TAG.finditer(text):
        if len(tags) >= 2 * MAX_OUTLINES:
            break
        if found["close"] is None:
            continue
        if found["close"]:
            tags.append(None)
            continue
        inside = found["whole"] if found["broken"] is None else found["broken"]
        line = bisect_right(lines, found.start())
        attributes = _plain((one[1], one[2] or one[3] or one[4] or "") for one in _ATTRIBUTE.finditer(inside))
        column = found.start() - lines[line - 1] + 1
        tags.append(Outline(line=line, column=column, attributes=attributes, broken=found["broken"] is not None))
        if _ENDS_ITSELF.search(inside):
            tags.append(None)
    return tags


def _plain(attributes: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): unescaped(value.replace(_AMPERSAND, "&")) for name, value in attributes}


def _bare_ampersands(text: str, name: str) -> Iterator[Problem]:
    first = _BARE.search(text)
    if first is not None:
        at, count = first.start(), sum(1 for _ in _BARE.finditer(text))
        others = f" ({count:,} times, the first one here)" if count > 1 else ""
        yield Problem(
            file=name,
            line=text.count("\n", 0, at) + 1,
            column=at - text.rfind("\n", 0, at),
            message=f"'&' stands alone{others}; XML writes '&amp;'. It was read as '&'",
            severity=Severity.WARNING,
        )


def _not_opml(text: str, name: str) -> Problem:
    start = text[:2000].lower()
    hint = "export the list of your feeds as OPML from your feed reader"
    if not text.strip():
        return _at_top(name, "the file is empty", hint)
    if "<html" in start or "<!doctype html" in start:
        return _at_top(name, "this is an HTML page, not an OPML file", hint)
    if re.search(r"<(?:rss|feed|rdf:rdf)\b", start):
        return _at_top(name, "this is a feed, not a list of feeds", "add it by its address: rackwatch sources add URL")
    return _at_top(name, "this is not an OPML file: it has no outlines", hint)


def _at_top(name: str, message: str, hint: str | None = None, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(file=name, line=1, column=1, message=message, hint=hint, severity=severity)
