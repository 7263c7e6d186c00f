"""What is answered, as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.alerts import keyboard as keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A new message; `html` has at most 4096 UTF-16 units when parsed."""

    chat_id: int
    html: str
    keyboard: keys.Keyboard = ()
    thread: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A new message with a picture. `html`, the caption, has at most 1024 UTF-16 units when parsed.

    `instead` is the text that is sent where the chat takes no pictures.
    """

    chat_id: int
    png: bytes
    html: str
    instead: str
    thread: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A message's text and keyboard, replaced."""

    chat_id: int
    message_id: int
    html: str
    keyboard: keys.Keyboard = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyboard:
    """A message's keyboard, replaced."""

    chat_id: int
    message_id: int
    keyboard: keys.Keyboard = ()
    alert: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """The answer to a pressed button: it ends the waiting, and shows `text` for a moment where there is any."""

    callback_id: str
    text: str = ""


Say = Send | Photo | Edit | Keyboard | Toast
