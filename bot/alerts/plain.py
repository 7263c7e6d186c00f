"""A message as a title and a text, for channels that know neither Telegram's HTML nor buttons. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

from bot.alerts.render import REPEAT_SIGN


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """`title` is one line and never empty where the message is not."""

    title: str
    body: str


def as_plain(message_html: str) -> Plain:
    """The first line as the title, its link as the first line of the text; other links behind what they stand on.

    The mark of a repeat stands before the title, not in its place. Links are in angle brackets, as RFC 3986
    (appendix C) would have them in text: what stands behind them is no part of the address then.
    """
    reader = _Reader()
    reader.feed(message_html)
    reader.close()
    lines = reader.lines
    title, links = lines[0].text, lines[0].links
    if title.startswith(REPEAT_SIGN) and len(lines) > 1:
        lines = lines[1:]
        title, links = f"{title}: {lines[0].text}", lines[0].links
    body = "\n".join([*links, *(line.linked for line in lines[1:])])
    return Plain(title=title.strip(), body=body.strip("\n"))


@dataclass(slots=True)
class _Line:
    text: str
    linked: str
    links: list[str]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = [_Line("", "", [])]
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._address = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address:
            self.lines[-1].linked += f" <{self._address}>"
            self.lines[-1].links.append(self._address)
            self._address = ""

    def handle_data(self, data: str) -> None:
        first, *rest = data.split("\n")
        self.lines[-1].text += first
        self.lines[-1].linked += first
        self.lines += [_Line(text, text, []) for text in rest]
