"""What the buttons of an alert do: a table by what they send back, `verb:A12` (bot/alerts/keyboard.py).

Who may press is checked before a handler runs (`Button.needs`). Handlers ask the database and read rules: they are
called in a thread. None of them trusts the data: a made-up alert, and one of another chat, is an unknown button.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat.buttons.more import more
from bot.chat.buttons.mute import mute, unmute
from bot.chat.buttons.other import other
from bot.chat.buttons.pressing import UNKNOWN, Button, Press, Tools, read_data
from bot.chat.buttons.vote import down, up
from bot.chat.buttons.why import why

BUTTONS: Mapping[str, Button] = {
    "up": Button("member", up),
    "down": Button("member", down),
    "why": Button("member", why),
    "more": Button("member", more),
    "mute": Button("admin", mute),
    "unmute": Button("admin", unmute),
    "other": Button("admin", other),
}

__all__ = ["BUTTONS", "UNKNOWN", "Button", "Press", "Tools", "read_data"]
