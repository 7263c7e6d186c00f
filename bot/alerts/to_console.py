"""The terminal as a channel: alerts as they would look in Telegram."""

from __future__ import annotations

from html.parser import HTMLParser

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.alerts.deliver import Delivery
from bot.alerts.outcomes import Outcome, Result


class ConsoleNotifier:
    """Prints; an edit prints the message again, saying so."""

    paced = False

    def __init__(self, console: Console) -> None:
        self._console = console
        self._printed = 0

    async def deliver(self, delivery: Delivery) -> Outcome:
        if delivery.message_id is None:
            self._printed += 1
            number, title = self._printed, _kind(delivery)
        else:
            number, title = delivery.message_id, "the same message, edited (nobody is notified)"
        body = to_text(delivery.text) if delivery.html else Text(delivery.text)
        edited = delivery.message_id is not None
        panel = Panel(body, title=title, title_align="left", border_style="dim" if edited else "cyan", width=100)
        try:
            self._console.print(panel)
        except (OSError, UnicodeError, SystemExit) as error:  # rich ends the program when the reader has gone
            return Outcome(result=Result.NOT_SENT, detail=f"the console cannot be written: {error}")
        return Outcome(result=Result.SENT, message_id=number)


def _kind(delivery: Delivery) -> str:
    if delivery.answers is not None:
        return f"answer to message {delivery.answers}"
    return "a message without sound" if delivery.silent else "alert"


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
