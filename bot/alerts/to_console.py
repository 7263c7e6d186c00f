"""The terminal as a channel: alerts as they would look in Telegram."""

from __future__ import annotations

from html.parser import HTMLParser

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.alerts.deliver import Delivery
from bot.alerts.outcomes import Outcome, Result

WIDTH = 100

REMEMBERED = 200
"""Messages whose last wording is kept, to tell what an edit changes; of an older one the whole is printed."""


class ConsoleNotifier:
    """Prints. Nothing on a terminal can be edited, so an edit prints the headline again and the lines that are new."""

    paced = False
    has_buttons = False

    def __init__(self, console: Console) -> None:
        self._console = console
        self._printed = 0
        self._said: dict[tuple[str, int], frozenset[str]] = {}

    async def deliver(self, delivery: Delivery) -> Outcome:
        body = to_text(delivery.text) if delivery.html else Text(delivery.text)
        panel = Panel(
            self._changes(delivery, body) if delivery.message_id is not None else body,
            title=_title(delivery),
            title_align="left",
            border_style="dim" if delivery.message_id is not None else "cyan",
            width=WIDTH,
        )
        try:
            self._console.print(panel)
        except (OSError, UnicodeError, SystemExit) as error:  # rich ends the program when the reader has gone
            return Outcome(result=Result.NOT_SENT, detail=f"the console cannot be written: {error}")
        self._remember(delivery, body)
        if delivery.message_id is not None:
            return Outcome(result=Result.SENT, message_id=delivery.message_id)
        self._printed += 1
        return Outcome(result=Result.SENT, message_id=self._printed)

    def _remember(self, delivery: Delivery, body: Text) -> None:
        if delivery.alert is None or delivery.answers is not None:
            return
        key = delivery.chat, delivery.alert
        self._said.pop(key, None)
        self._said[key] = frozenset(body.plain.splitlines())
        if len(self._said) > REMEMBERED:
            del self._said[next(iter(self._said))]

    def _changes(self, delivery: Delivery, body: Text) -> Text:
        """The first line and those that the message did not have before; all where it is not remembered."""
        before = self._said.get((delivery.chat, delivery.alert)) if delivery.alert is not None else None
        if before is None:
            return body
        headline, *rest = body.split()
        shown = [headline]
        same = 0
        for line in rest:
            if line.plain in before or not line.plain:
                same += bool(line.plain)
                continue
            shown += _as_before(same)
            same = 0
            shown.append(line)
        return Text("\n").join([*shown, *_as_before(same)])


def _title(delivery: Delivery) -> str:
    alert = f"A{delivery.alert}" if delivery.alert is not None else "a message"
    if delivery.message_id is not None:
        return f"edit of {alert}: the same message, nobody is notified"
    if delivery.answers is not None:
        return f"reply to {alert}"
    if delivery.alert is None:
        return "a message without sound" if delivery.silent else "notice"
    return f"alert {alert}, without sound" if delivery.silent else f"alert {alert}"


def _as_before(lines: int) -> list[Text]:
    return [Text(f"⋮ {lines} {'line' if lines == 1 else 'lines'} as before", style="dim")] if lines else []


def to_text(message_html: str) -> Text:
    """Telegram's HTML subset as styled text."""
    reader = _Reader()
    reader.feed(message_html)
    reader.close()
    return reader.text


class _Reader(HTMLParser):
    _STYLES = {"b": "bold", "i": "italic", "a": "underline", "code": "cyan"}  # noqa: RUF012 - constant

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = Text()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") if tag == "a" else None
        self._open.append(f"underline link {href}" if href and " " not in href else self._STYLES.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the signature is the parser's
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data, style=" ".join(style for style in self._open if style))
