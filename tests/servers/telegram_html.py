"""Telegram's HTML, read strictly: what the Bot API would take, minus what it forgives by accident.

Tags and messages follow https://core.telegram.org/bots/api#html-style and the server's own words
(tdlib/td, MessageEntity.cpp). Stricter than the server on purpose, since what it forgives shows that
somebody forgot to escape, or loses what was meant: a bare `&` or `>`, an unknown entity, a number that
is no character, a link to what is no address, entities that may not stand in one another, and more
than 100 of them (the server drops those after the hundredth; hashtags are entities too) are errors here.

Custom emoji (`tg-emoji`) are refused: a bot may send them only with a name bought for it.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

ENTITY_TYPES = MappingProxyType(
    {
        "b": "bold",
        "strong": "bold",
        "i": "italic",
        "em": "italic",
        "u": "underline",
        "ins": "underline",
        "s": "strikethrough",
        "strike": "strikethrough",
        "del": "strikethrough",
        "a": "text_link",
        "code": "code",
        "pre": "pre",
        "tg-spoiler": "spoiler",
        "span": "spoiler",
        "blockquote": "blockquote",
    }
)

ATTRIBUTES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "a": frozenset({"href"}),
        "span": frozenset({"class"}),
        "code": frozenset({"class"}),
        "blockquote": frozenset({"expandable"}),
    }
)
"""`class` on code names a language, `expandable` on blockquote stands alone; all else has none."""

MAX_ENTITIES = 100
"""Found by others' experiments (python-telegram-bot, constants.MessageLimit.MESSAGE_ENTITIES)."""

PLAIN = frozenset({"code", "pre"})
"""What holds text only, and stands in nothing but a quotation."""

_ADDRESS = re.compile(
    "(?:https?://[^\\s\x00-\x20\x7f/?#]+(?:[/?#][^\\s\x00-\x20\x7f]*)?|(?:tg://|mailto:|tel:)[^\\s\x00-\x20\x7f]+)"
)
_HASHTAG = re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}")
_SPECIAL = re.compile(r"[<>&]")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_TAG_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)?")
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?""")
_TAG_END = re.compile(r"\s*>")


class ParseEntitiesError(Exception):
    """The text after "Bad Request: can't parse entities: "."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The text that a reader sees and its entities, offsets in UTF-16 code units as Telegram counts."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(markup: str) -> Parsed:
    """Raises ParseEntitiesError in the server's words."""
    return _Reader(markup).read()


@dataclass(slots=True, kw_only=True)
class _Open:
    tag: str
    at: int
    extra: dict[str, str]


@dataclass(slots=True)
class _Reader:
    markup: str
    position: int = 0
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> Parsed:
        while special := _SPECIAL.search(self.markup, self.position):
            self._keep(self.markup[self.position : special.start()])
            self.position = special.start()
            if special.group() == ">":
                raise ParseEntitiesError(f'Unescaped character ">" at byte offset {self._offset()}')
            if special.group() == "&":
                self._read_entity()
            elif self.markup.startswith("</", self.position):
                self._read_end_tag()
            else:
                self._read_start_tag()
        self._keep(self.markup[self.position :])
        if self.open:
            raise ParseEntitiesError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        text = "".join(self.pieces)
        if len(self.entities) + len(_HASHTAG.findall(text)) > MAX_ENTITIES:
            raise ParseEntitiesError(f"More than {MAX_ENTITIES} entities")
        in_order = sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return Parsed(text=text, entities=tuple(in_order))

    def _read_entity(self) -> None:
        match = _ENTITY.match(self.markup, self.position)
        if match is None:
            raise ParseEntitiesError(f'Unescaped character "&" at byte offset {self._offset()}')
        self._keep(self._character(match.group()))
        self.position = match.end()

    def _character(self, entity: str) -> str:
        if entity.startswith("&#"):
            digits = entity[2:-1]
            code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
            if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                raise ParseEntitiesError(f'"{entity}" is no character, at byte offset {self._offset()}')
        return html.unescape(entity)

    def _read_start_tag(self) -> None:
        offset = self._offset()
        name = self._tag_name()
        if name not in ENTITY_TYPES:
            raise ParseEntitiesError(f'Unsupported start tag "{name}" at byte offset {offset}')
        attributes = self._read_attributes(name)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise ParseEntitiesError(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        if name == "a" and not attributes.get("href"):
            raise ParseEntitiesError(f'Tag "a" must have a "href" at byte offset {offset}')
        if name == "a" and not _ADDRESS.fullmatch(attributes["href"]):
            raise ParseEntitiesError(f'"{attributes["href"]}" is no address of a link, at byte offset {offset}')
        if name == "code" and "class" in attributes and (not self.open or self.open[-1].tag != "pre"):
            raise ParseEntitiesError(f'A language stands on "code" in "pre" only, at byte offset {offset}')
        self._check_nesting(name, offset)
        extra = {"url": attributes["href"]} if name == "a" else {}
        self.open.append(_Open(tag=name, at=self.length, extra=extra))

    def _check_nesting(self, name: str, offset: int) -> None:
        """Bold, italic and the like stand in anything but code; a link holds no link, a quotation no quotation."""
        kinds = [ENTITY_TYPES[opened.tag] for opened in self.open]
        kind = ENTITY_TYPES[name]
        in_plain = bool(PLAIN.intersection(kinds)) and not (name == "code" and kinds == ["pre"])
        plain_in = kind in PLAIN and set(kinds) - {"blockquote", "pre"}
        twice = kind in {"text_link", "blockquote"} and kind in kinds
        if in_plain or plain_in or twice:
            raise ParseEntitiesError(f'"{name}" may not stand in "{self.open[-1].tag}", at byte offset {offset}')

    def _read_attributes(self, tag: str) -> dict[str, str]:
        attributes = {}
        while match := _ATTRIBUTE.match(self.markup, self.position):
            name, double, single = match.group(1).lower(), match.group(2), match.group(3)
            value = double if double is not None else single
            if name not in ATTRIBUTES.get(tag, ()):
                raise ParseEntitiesError(
                    f'Unexpected attribute "{name}" in the tag "{tag}" at byte offset {self._offset()}'
                )
            if (value is None) != (name == "expandable"):
                raise ParseEntitiesError(
                    f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                    f"at byte offset {self._offset()}"
                )
            if value is not None and re.search(r"[<>&]", _ENTITY.sub("", value)):
                raise ParseEntitiesError(
                    f'Unescaped character in an attribute of the tag "{tag}" at byte offset {self._offset()}'
                )
            if name in attributes:
                raise ParseEntitiesError(f'"{name}" stands twice in the tag "{tag}" at byte offset {self._offset()}')
            attributes[name] = _ENTITY.sub(lambda found: self._character(found.group()), value or "")
            self.position = match.end()
        self._read_tag_end("start")
        return attributes

    def _read_end_tag(self) -> None:
        offset = self._offset()
        name = self._tag_name()
        self._read_tag_end("end")
        if not self.open:
            raise ParseEntitiesError(f"Unexpected end tag at byte offset {offset}")
        opened = self.open.pop()
        if opened.tag != name:
            raise ParseEntitiesError(
                f'Unmatched end tag at byte offset {offset}, expected "</{opened.tag}>", found "</{name}>"'
            )
        if length := self.length - opened.at:
            kind = ENTITY_TYPES[name]
            self.entities.append({"type": kind, "offset": opened.at, "length": length, **opened.extra})

    def _tag_name(self) -> str:
        match = _TAG_NAME.match(self.markup, self.position)
        assert match is not None  # it begins with "<", and the rest is optional
        self.position = match.end()
        return (match.group(1) or "").lower()

    def _read_tag_end(self, which: str) -> None:
        match = _TAG_END.match(self.markup, self.position)
        if match is None:
            raise ParseEntitiesError(f"Unclosed {which} tag at byte offset {self._offset()}")
        self.position = match.end()

    def _keep(self, text: str) -> None:
        self.pieces.append(text)
        self.length += utf16_length(text)

    def _offset(self) -> int:
        return len(self.markup[: self.position].encode("utf-8", "surrogatepass"))
