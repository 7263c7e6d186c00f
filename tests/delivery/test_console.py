"""The terminal as a channel: a message, its edits and replies cannot be mistaken for each other."""

from __future__ import annotations

import asyncio
import io

from rich.console import Console

from bot.alerts.deliver import Delivery
from bot.alerts.to_console import REMEMBERED, ConsoleNotifier


class Terminal:
    """A console of 80 columns and what is printed on it."""

    def __init__(self) -> None:
        self._written = io.StringIO()
        self._notifier = ConsoleNotifier(Console(file=self._written, width=80))

    def show(
        self,
        text: str,
        *,
        alert: int | None = 3,
        edits: int | None = None,
        answers: int | None = None,
        chat: str = "me",
    ) -> list[str]:
        """The lines of the panel, without its frame."""
        start = len(self._written.getvalue())
        delivery = Delivery(
            chat=chat,
            chat_id="",
            text=text,
            html=True,
            message_id=edits,
            answers=answers,
            alert=alert,
            thread=None,
            preview=False,
            silent=False,
        )
        self.number = asyncio.run(self._notifier.deliver(delivery)).message_id
        return [line.strip("╭─╮│╰╯ ") for line in self._written.getvalue()[start:].splitlines()][:-1]


def test_a_message_says_which_alert_it_is() -> None:
    terminal = Terminal()
    assert terminal.show("<b>Hall</b>\nwhy") == ["alert A3", "Hall", "why"]
    assert terminal.number == 1
    assert terminal.show("stopped", alert=None) == ["notice", "stopped"]
    assert terminal.number == 2


def test_an_edit_shows_what_is_new_and_leaves_out_what_was_there() -> None:
    terminal = Terminal()
    terminal.show("Hall\nwhy\n\n• one\n#tag")
    title, *lines = terminal.show("Hall\nwhy\n\n• one\n• two\n#tag", edits=1)
    assert title == "edit of A3: the same message, nobody is notified"
    assert lines == ["Hall", "⋮ 2 lines as before", "• two", "⋮ 1 line as before"]
    assert terminal.number == 1
    assert terminal.show("Hall\nwhy\n\n• one\n• two\n• three\n#tag", edits=1)[2:] == [
        "⋮ 3 lines as before",
        "• three",
        "⋮ 1 line as before",
    ]


def test_an_edit_of_what_was_not_printed_here_shows_all() -> None:
    terminal = Terminal()
    assert terminal.show("Hall\nwhy", edits=9)[1:] == ["Hall", "why"]
    for alert in range(REMEMBERED):
        terminal.show("Hall\nwhy", alert=100 + alert)
    assert terminal.show("Hall\nwhy", alert=3, edits=9)[1:] == ["Hall", "why"], "forgotten by now"
    assert terminal.show("Hall\nwhy", alert=299, edits=9, chat="other")[1:] == ["Hall", "why"]


def test_a_reply_says_to_which_alert() -> None:
    terminal = Terminal()
    terminal.show("Hall\nwhy")
    assert terminal.show("Denied", answers=1) == ["reply to A3", "Denied"]
    assert terminal.show("Hall\nwhy\nmore", edits=1)[1:] == ["Hall", "⋮ 1 line as before", "more"]
