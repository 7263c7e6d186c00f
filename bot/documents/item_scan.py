"""One pass of expat over a feed: where the items are, and whether feedparser carries nothing from one to the next."""

from __future__ import annotations

import re
from xml.parsers import expat

from bot.documents.xml_names import Kind, Kinds, misleading_prefix, usual_prefix


class InDoubt(Exception):
    """The whole document must be parsed."""


_TAG_NAME = re.compile(rb"<([^\s/>]+)")
_FRAME = frozenset([Kind.ROOT, Kind.CHANNEL, Kind.ITEM])
_NOTED = frozenset([Kind.LANGUAGE, Kind.TTL, Kind.PERIOD, Kind.FREQUENCY])
_ORDINARY = frozenset([Kind.PLAIN, Kind.XHTML, Kind.TEXT_MARKUP])

_XHTML_TYPES = frozenset(["xhtml", "application/xhtml+xml"])
_TEXT_TYPES = frozenset(["", "text", "html", "text/plain", "text/html"])
_NONE: frozenset[Kind] = frozenset()
_IN_TEXT = frozenset([Kind.TEXT_MARKUP])
_IN_XHTML = frozenset([Kind.TEXT_MARKUP, Kind.XHTML])


class Scan:
    """What one pass finds. Depths count from 1, the root; 0 is nowhere.

    `spans` are the items' byte ranges. `uneven`: the head makes feedparser read the first item differently from the
    others. Raises InDoubt where the document is not well-formed, no feed, or one where an item's neighbours may change
    what it says.
    """

    def __init__(self, body: bytes, encoding: str) -> None:
        self.spans: list[tuple[int, int]] = []
        self.uneven = False
        self._notes: dict[Kind, list[str]] = {}
        self._body = body
        self._kinds = Kinds()
        self._depth = 0
        self._level = 0  # where items stand
        self._content = 0  # the open element whose text feedparser keeps as markup
        self._allowed = _NONE  # what that element may hold
        self._noting = 0  # the open element whose text is noted
        self._inside = False  # an item is open
        self._item_start = 0
        self._apart = False  # something else stood after an item
        self._image = False
        self._declared: list[tuple[str, str]] = []  # by the tag to come
        self._prefixes: dict[str, str] = {}  # declared before the items
        self._ancestors: list[str] = []
        self._languages: list[list[str]] = []
        self._parser = parser = expat.ParserCreate(encoding, " ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartNamespaceDeclHandler = self._declare
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(body, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise InDoubt from error
        if not self._level:
            raise InDoubt

    def context(self) -> bytes:
        """All outside an item that its entry depends on: base, languages, version, names of namespaces."""
        prefixes = sorted(self._prefixes.items())
        return repr((self._ancestors, prefixes, self._languages, self._image)).encode("utf-8", "replace")

    def noted(self, kind: Kind) -> str:
        """The text of the feed's last element of that kind; empty where there is none."""
        return "".join(self._notes.get(kind, ()))

    def _doctype(self, *_: object) -> None:
        raise InDoubt  # entities, and feedparser's own surgery on the head

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        if uri and " " in uri:
            raise InDoubt  # our separator
        self._declared.append((prefix or "", uri or ""))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth = depth = self._depth + 1
        kind = self._kinds[name]
        if self._content:
            if kind not in self._allowed:
                raise InDoubt  # end tags inside markup run handlers whose start never ran
        elif depth <= self._level or depth < 3:
            self._frame(kind, name, attributes)
        elif kind in _FRAME:
            raise InDoubt
        if self._declared:
            self._keep_prefixes()
        if kind not in _ORDINARY and not self._content:
            self._notable(kind, attributes)

    def _end(self, _name: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        if depth == self._content:
            self._content = 0
        elif depth == self._level and self._inside:
            self._close_item()
        elif self._noting:
            self._close_note(depth)

    def _frame(self, kind: Kind, name: str, attributes: dict[str, str]) -> None:
        """The root, the channel, and what stands beside the items."""
        depth, level = self._depth, self._level
        if depth == 1:
            self._root(kind, name)
            self._ancestors.append(f"{name} {sorted(attributes.items())}")
        elif not level:
            if kind is Kind.CHANNEL:
                self._level = 3
                self._ancestors.append(f"{name} {sorted(attributes.items())}")
            elif kind in _FRAME:
                raise InDoubt
        elif depth == level and kind is Kind.ITEM:
            self._open_item()
        elif depth < level or kind is Kind.ITEM or kind is Kind.ROOT or (kind is Kind.CHANNEL and level == 3):
            raise InDoubt
        else:
            self._apart = self._apart or bool(self.spans)

    def _root(self, kind: Kind, name: str) -> None:
        if kind is not Kind.ROOT:
            raise InDoubt
        local = name.rpartition(" ")[2].lower()
        self._level = 0 if local == "rss" else 2
        if local == "rdf" and "http://purl.org/rss/1.0/" not in {uri.lower() for _, uri in self._declared}:
            raise InDoubt  # feedparser takes the version from the first namespace that tells it, wherever that is

    def _open_item(self) -> None:
        if self._apart:
            raise InDoubt
        self._inside = True
        self._item_start = self._parser.CurrentByteIndex

    def _close_item(self) -> None:
        """Note the item's bytes; expat's position is the beginning of the end tag."""
        start, at = self._item_start, self._parser.CurrentByteIndex
        name = _TAG_NAME.match(self._body, start)
        if name is None or not self._body.startswith(b"</" + name[1], at):
            raise InDoubt  # <item/>
        self.spans.append((start, self._body.index(b">", at) + 1))
        self._inside = False

    def _notable(self, kind: Kind, attributes: dict[str, str]) -> None:
        if kind is Kind.STRANGE or (kind is Kind.TEXT_INPUT and self._inside):
            raise InDoubt
        if kind in (Kind.CONTENT, Kind.UNEVEN):
            self._content = self._depth
            self._allowed = _markup_in(attributes)
            self.uneven = self.uneven or (kind is Kind.UNEVEN and not self._inside)
        elif not self._inside:
            self._image = self._image or kind is Kind.IMAGE
            if kind in _NOTED:
                self._note(kind)

    def _keep_prefixes(self) -> None:
        """Let no item bring a prefix that means something to feedparser beyond the item."""
        for prefix, uri in self._declared:
            if misleading_prefix(prefix, uri):
                raise InDoubt
            if not self._inside and not self.spans:
                known = self._prefixes.setdefault(prefix, uri)
            else:
                known = self._prefixes.get(prefix, uri if usual_prefix(prefix, uri) else "")
            if known != uri and prefix:  # the default namespace leaves no trace
                raise InDoubt
        self._declared.clear()

    def _note(self, kind: Kind) -> None:
        self._noting = self._depth
        pieces = self._notes[kind] = []
        if kind is Kind.LANGUAGE:
            self._languages.append(pieces)
        self._parser.CharacterDataHandler = pieces.append

    def _close_note(self, depth: int) -> None:
        if depth != self._noting:
            raise InDoubt
        self._noting = 0
        self._parser.CharacterDataHandler = None


def _markup_in(attributes: dict[str, str]) -> frozenset[Kind]:
    """What may stand inside a text with these attributes: what feedparser takes as markup, neither more nor less."""
    types = [key for key in attributes if key.lower().endswith("type")]
    stated = attributes.get("type", "").lower()
    if types and types != ["type"]:
        return _NONE  # which of them counts?
    if stated in _XHTML_TYPES:
        return _IN_XHTML
    return _IN_TEXT if stated in _TEXT_TYPES else _NONE
