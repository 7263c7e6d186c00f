"""The buttons under alerts and digests, and what each of them sends back. Pure.

An alert is named by its number, a digest by that of its outbox row. Neither is given twice: a button works for weeks,
and over restarts.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import AlertStanding

DATA_LIMIT = 64
"""Bytes that a button may send back (core.telegram.org/bots/api#inlinekeyboardbutton)."""

LABELS = {
    "en": {"why": "Why?", "mute": "Mute story", "unmute": "Unmute story", "more": "More"},
    "de": {"why": "Warum?", "mute": "Stummschalten", "unmute": "Nicht mehr stumm", "more": "Mehr"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A button: it sends `data` back to the bot, or opens `url`."""

    text: str
    data: str = ""
    url: str = ""


Keyboard = tuple[tuple[Key, ...], ...]
"""Rows of buttons."""


def data_of(verb: str, alert: int, *more: str | int) -> str:
    """What a button sends back: `up:A12`, `other:A12.57.yes`."""
    return f"{verb}:" + ".".join([f"A{alert}", *map(str, more)])


def alert_keyboard(alert: int, standing: AlertStanding, *, language: str = "en") -> Keyboard:
    """What a reader can do with an alert; the votes are counted on the buttons, since a group has many voters."""
    labels = LABELS[language]
    mute = "unmute" if standing.muted else "mute"
    return (
        (
            Key(text=_counted("👍", standing.up), data=data_of("up", alert)),
            Key(text=_counted("👎", standing.down), data=data_of("down", alert)),
            Key(text=labels["why"], data=data_of("why", alert)),
        ),
        (
            Key(text=labels[mute], data=data_of(mute, alert)),
            Key(text=labels["more"], data=data_of("more", alert)),
        ),
    )


def digest_keyboard(row: int, turned: int, pages: int) -> Keyboard:
    """What turns the pages of a digest, which is named by its outbox row; `turned` is the page shown, from 0."""
    if pages < 2:
        return ()
    shown = [
        ("‹", turned - 1) if turned else None,
        (f"{turned + 1}/{pages}", turned),
        ("›", turned + 1) if turned + 1 < pages else None,
    ]
    return (tuple(Key(text=one[0], data=f"page:d{row}.{one[1]}") for one in shown if one is not None),)


def _counted(sign: str, votes: int) -> str:
    return f"{sign} {votes}" if votes else sign
