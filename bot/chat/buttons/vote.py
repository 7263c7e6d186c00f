"""👍 and 👎: a person's vote on an alert, counted on the buttons."""

from __future__ import annotations

from functools import partial

from bot.alerts.keyboard import alert_keyboard
from bot.chat import say
from bot.chat.buttons.pressing import UNKNOWN, Press, Tools, told_of

_SIGN = {1: "👍", -1: "👎"}


def _vote(vote: int, press: Press, tools: Tools) -> list[say.Say]:
    if told_of(press, tools) is None:
        return [press.toast(UNKNOWN)]
    cast = tools.store.votes.cast(press.alert, press.user_id, vote, now=press.at)
    said = f"{_SIGN[vote]} is noted. Press again to take it back." if cast else "Your vote is taken back."
    return [press.toast(said), buttons_as_they_are(press, tools)]


def buttons_as_they_are(press: Press, tools: Tools) -> say.Keyboard:
    """The alert's buttons as they stand now, for the message that was pressed."""
    keyboard = alert_keyboard(press.alert, tools.store.votes.standing(press.alert))
    return say.Keyboard(chat_id=press.chat_id, message_id=press.message_id, keyboard=keyboard)


up = partial(_vote, 1)
down = partial(_vote, -1)
