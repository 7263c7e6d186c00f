"""A button that was pressed, and what its handler works with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from bot.alerts import keyboard as keys
from bot.alerts.content import AlertContent
from bot.alerts.plan import ChatRoute
from bot.chat.say import Edit, Say, Send, Toast
from bot.voices.publishers import Owners
from rules import RuleSet
from storage import Store
from storage.errors import NotFound
from storage.records import AlertView, KnownStory

_DATA = re.compile(r"(?P<verb>[a-z]{1,16}):A(?P<alert>\d{1,18})(?:\.(?P<more>[a-z0-9.]{1,30}))?", re.ASCII)

UNKNOWN = "This button is not known any more."
"""Said of a made-up button and of another chat's alert alike: it tells nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Who pressed which button of which alert, where and when.

    `more` is what the button says behind the alert's number, in parts. `chat` is the chat's name in rackwatch.yaml,
    `chat_id` its number, `message_id` the message that the button stands under.
    """

    verb: str
    alert: int
    more: tuple[str, ...]
    chat: str
    chat_id: int
    message_id: int
    thread: int | None
    user_id: int
    callback_id: str
    is_admin: bool
    at: datetime

    @property
    def number(self) -> int | None:
        """What stands behind the alert's number, where that is a number."""
        return int(self.more[0]) if self.more and self.more[0].isdecimal() else None

    def toast(self, text: str) -> Toast:
        return Toast(callback_id=self.callback_id, text=text)

    def edit(self, html: str, keyboard: keys.Keyboard = ()) -> Edit:
        """Another text for the message that the button stands under."""
        return Edit(chat_id=self.chat_id, message_id=self.message_id, html=html, keyboard=keyboard)

    def answer(self, html: str, keyboard: keys.Keyboard = ()) -> Send:
        """A new message under the one that the button stands under."""
        return Send(chat_id=self.chat_id, html=html, keyboard=keyboard, thread=self.thread, reply_to=self.message_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the answers are made of. `rules` are those in force, `routes` what each chat follows, by its name."""

    store: Store
    zone: ZoneInfo
    owners: Owners
    routes: Mapping[str, ChatRoute]
    rules: Callable[[], RuleSet]


class Button(NamedTuple):
    """What a button does, and who may press it: a `member` of the chat, or its `admin`."""

    needs: Literal["member", "admin"]
    run: Callable[[Press, Tools], list[Say]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The alert of a button, and what its story is now."""

    alert: AlertView
    content: AlertContent
    story: int
    known: KnownStory


def read_data(data: str) -> tuple[str, int, tuple[str, ...]] | None:
    """Verb, alert and the rest of what a button sends back; None for anything that no button of ours sends."""
    found = _DATA.fullmatch(data)
    if found is None:
        return None
    return found["verb"], int(found["alert"]), tuple((found["more"] or "").split(".")) if found["more"] else ()


def told_of(press: Press, tools: Tools) -> Told | None:
    """The alert that the button names, where the chat was told of it; None where it was not, or there is none."""
    try:
        alert = tools.store.outbox.alert(press.alert)
    except NotFound:
        return None
    if alert.chat != press.chat:
        return None
    whole = tools.store.stories.shown(alert.story_id)
    story = (whole.merged_into if whole is not None else None) or alert.story_id
    (known,) = tools.store.stories.known((story,))
    return Told(alert=alert, content=AlertContent.from_json(alert.content), story=story, known=known)
