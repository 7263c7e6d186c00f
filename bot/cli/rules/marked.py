"""A text with what was found in it marked: in a terminal by its looks, elsewhere by brackets."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from bot.cli.output import out

_MARK = "bold reverse"
_AROUND = 90  # characters shown on both sides of what was found in a long text
_LONGEST = 400  # characters of a text that is shown whole

Spans = Iterable[tuple[int, int]]


def marked(text: str, spans: Spans) -> Text:
    """The text in one line, its `spans` marked; of a long one the beginning and what is around the spans."""
    found = _joined(spans)
    pieces = [(0, len(text))]
    if len(text) > _LONGEST:
        pieces = _joined([(0, 2 * _AROUND), *((start - _AROUND, end + _AROUND) for start, end in found)])
    shown = Text()
    last = 0
    for begin, stop in pieces:
        begin, stop = _at_words(text, begin, stop)  # noqa: PLW2901 - the same piece, cut between words
        shown.append(" … " if begin > last else "")
        last = begin
        for start, end in found:
            if begin <= start and end <= stop:
                shown.append(_line(text[last:start]))
                shown.append_text(_mark(_line(text[start:end])))
                last = end
        shown.append(_line(text[last:stop]))
        last = stop
    return shown.append(" …" if last < len(text) else "")


def plain_line(text: str) -> str:
    """A text of others in one line, without anything that a terminal would obey."""
    return " ".join(_line(text).split())


def _mark(text: str) -> Text:
    return Text(text, style=_MARK) if out.color_system else Text(f"[{text}]")


def _line(text: str) -> str:
    """As many characters as before, each of them printable."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _joined(spans: Spans) -> list[tuple[int, int]]:
    """In order, those that overlap put together."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _at_words(text: str, begin: int, stop: int) -> tuple[int, int]:
    """A piece of the text that cuts no word; scripts without spaces are cut anywhere."""
    begin, stop = max(0, begin), min(len(text), stop)
    space = text.find(" ", begin, begin + 20) if begin else -1
    end = text.rfind(" ", stop - 20, stop) if stop < len(text) else -1
    return (space + 1 if space >= 0 else begin), (end if end >= 0 else stop)
