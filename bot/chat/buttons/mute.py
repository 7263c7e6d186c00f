"""Mute story, and its undo: for the whole chat, until somebody presses the button again."""

from __future__ import annotations

from bot.chat import say
from bot.chat.buttons.pressing import UNKNOWN, Press, Tools, told_of
from bot.chat.buttons.vote import buttons_as_they_are


def mute(press: Press, tools: Tools) -> list[say.Say]:
    """No answers to this message and no new messages of its story here; the message itself stays up to date."""
    if told_of(press, tools) is None:
        return [press.toast(UNKNOWN)]
    tools.store.votes.mute(press.alert, by=press.user_id, now=press.at)
    said = "This chat hears no more of the story. The same button brings it back."
    return [press.toast(said), buttons_as_they_are(press, tools)]


def unmute(press: Press, tools: Tools) -> list[say.Say]:
    """What is new about the story is told again; what was new meanwhile stands in the message."""
    if told_of(press, tools) is None:
        return [press.toast(UNKNOWN)]
    tools.store.votes.unmute(press.alert)
    return [press.toast("This chat hears of the story again."), buttons_as_they_are(press, tools)]
