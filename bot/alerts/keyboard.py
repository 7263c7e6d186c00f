"""The buttons under alerts and digests, and what each of them sends back. Pure.

An alert is named by its number, a digest by that of its outbox row. Neither is given twice: a button works for weeks,
and over restarts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.alerts.words import ENGLISH, Words
from storage.records import AlertStanding

DATA_LIMIT = 64
"""Bytes that a button may send back (core.telegram.org/bots/api#inlinekeyboardbutton)."""

_DATA = re.compile(r"(?P<verb>[a-z]{1,16}):A(?P<alert>\d{1,18})(?:\.(?P<more>[a-z0-9.]{1,30}))?", re.ASCII)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertData:
    """What a button of an alert sent back; `more` is what stands behind the alert's number, in parts."""

    verb: str
    alert: int
    more: tuple[str, ...] = ()

    @property
    def number(self) -> int | None:
        """What stands behind the alert's number, where that is a number."""
        return int(self.more[0]) if self.more and self.more[0].isdecimal() else None


def read_data(data: str) -> AlertData | None:
    """The same, read; None for anything that no button of an alert sends."""
    found = _DATA.fullmatch(data)
    if found is None:
        return None
    more = tuple(found["more"].split(".")) if found["more"] else ()
    return AlertData(verb=found["verb"], alert=int(found["alert"]), more=more)


def alert_keyboard(alert: int, standing: AlertStanding, words: Words = ENGLISH) -> Keyboard:
    """What a reader can do with an alert; the votes are counted on the buttons, since a group has many voters."""
    mute = "unmute" if standing.muted else "mute"
    return (
        (
            Key(text=_counted("👍", standing.up), data=data_of("up", alert)),
            Key(text=_counted("👎", standing.down), data=data_of("down", alert)),
            Key(text=words.buttons["why"], data=data_of("why", alert)),
        ),
        (
            Key(text=words.buttons[mute], data=data_of(mute, alert)),
            Key(text=words.buttons["more"], data=data_of("more", alert)),
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
