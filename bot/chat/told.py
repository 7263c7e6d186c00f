"""The alert that a person asks about, and what its story is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.alerts.content import AlertContent
from bot.alerts.keyboard import AlertData, read_data
from bot.chat.registry import Call
from bot.chat.say import Say
from storage.errors import NotFound
from storage.records import AlertView, KnownStory


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An alert of the chat; `story` is what it is about now, which another story may have gone into."""

    alert: AlertView
    content: AlertContent
    story: int
    known: KnownStory


def gone(call: Call) -> Sequence[Say]:
    """Said of a made-up button, of another chat's alert and of one that is no more, all alike: it tells nothing."""
    return call.answer(call.words.say("alert_gone"))


def pressed(call: Call) -> AlertData | None:
    """What the pressed button says, where it is of an alert that this chat was told of. Reads the database."""
    data = read_data(call.incoming.data)
    return data if data is not None and alert_of(call, data.alert) is not None else None


def alert_of(call: Call, number: int) -> AlertView | None:
    """The alert of this number, where this chat was told of it. Reads the database."""
    try:
        alert = call.room.store.outbox.alert(number)
    except NotFound:
        return None
    return alert if alert.chat == call.chat else None


def told_of(call: Call, number: int) -> Told | None:
    """The same with its story. Reads the database."""
    alert, store = alert_of(call, number), call.room.store
    if alert is None:
        return None
    whole = store.stories.shown(alert.story_id)
    story = (whole.merged_into if whole is not None else None) or alert.story_id
    (known,) = store.stories.known((story,))
    return Told(alert=alert, content=AlertContent.from_json(alert.content), story=story, known=known)
