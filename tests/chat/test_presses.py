"""Where a button may stand, who presses it, how often: topics, channels, groups that moved, messages of long ago."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.chat.say import Edit, Keyboard, Say, Send, Toast
from bot.chat.words import both
from bot.telegram_door.reduce import reduce
from tests.chat.room import RoomOfTests, room
from tests.chat.shapes import ADMIN, BOT_NAME, GROUP, ME, MEMBER, STRANGER, pressed, under, written
from tests.chat.telling import MINE, TEAMS, message_of, tell

CHANNEL = -1009
MOVED = -1005
BUTTONS = ["up", "down", "why", "more", "mute", "unmute", "other"]


@contextmanager
def told(folder: Path, **chats: str) -> Iterator[RoomOfTests]:
    """A desk with these chats besides the operator's; all of them were told of the stories."""
    lines = [f"  {name}: {{{setting}}}" for name, setting in chats.items()]
    config = "\n".join(["operator_chat: me", "chats:", f"  me: {{id: {ME}}}", *lines]) + "\n"
    with room(folder, config) as made:
        tell(made)
        yield made


def press(desk: RoomOfTests, data: str, message: dict[str, Any], *, who: int = MEMBER) -> list[Say]:
    return desk.hear(pressed(data, message=message, who=who))


def old(message: dict[str, Any]) -> dict[str, Any]:
    """As Telegram tells of a message that it keeps no longer."""
    return {"message_id": message["message_id"], "chat": message["chat"], "date": 0}


def at(message: dict[str, Any], number: int) -> dict[str, Any]:
    return message | {"message_id": number}


def one(said: list[Say]) -> Send:
    (answer,) = said
    assert isinstance(answer, Send)
    return answer


def move(desk: RoomOfTests, to: int) -> None:
    """Telegram said that the group is a supergroup with another number now."""
    with sqlite3.connect(desk.store.database.path) as connection:
        connection.execute("UPDATE chat_states SET migrated_id = ? WHERE chat = 'team'", (str(to),))
    connection.close()


# ── topics ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("long_ago", [False, True])
def test_a_button_in_a_topic_is_answered_there(tmp_path: Path, long_ago: bool) -> None:
    with told(tmp_path, topic=f"id: {GROUP}, thread: 5, allow: [{MEMBER}]") as desk:
        message = at(under(GROUP, 5), message_of(desk, TEAMS))
        answer = one(press(desk, f"why:A{TEAMS}", old(message) if long_ago else message))
    assert (answer.chat_id, answer.thread, answer.reply_to) == (GROUP, 5, message["message_id"])


def test_of_an_old_message_the_alert_says_which_topic_it_was(tmp_path: Path) -> None:
    topics = {"five": f"id: {GROUP}, thread: 5, allow: [{MEMBER}]", "six": f"id: {GROUP}, thread: 6, allow: [{ADMIN}]"}
    with told(tmp_path, **topics) as desk:
        five, six = 2, 3
        sixth = old(at(under(GROUP), message_of(desk, six)))
        assert one(press(desk, f"why:A{six}", sixth, who=ADMIN)).thread == 6
        assert press(desk, f"why:A{six}", sixth) == [], "he is listed for the other topic"
        fifth = old(at(under(GROUP), message_of(desk, five)))
        assert one(press(desk, f"why:A{five}", fifth)).thread == 5
        assert one(press(desk, f"why:A{six}", fifth)).html == both("alert_gone")["en"], "made up"
        assert press(desk, f"why:A{five}", old(at(under(GROUP), 9999))) == [], "nobody knows whose it is"


def test_a_chat_that_got_a_topic_since_answers_its_older_messages(tmp_path: Path) -> None:
    with told(tmp_path, team=f"id: {GROUP}, thread: 5, allow: [{MEMBER}]") as desk:
        before_that = at(under(GROUP), message_of(desk, TEAMS))
        assert one(press(desk, f"why:A{TEAMS}", before_that)).html.startswith("<b>Why A2?")


def test_two_chats_of_the_yaml_at_one_place_have_each_their_alerts(tmp_path: Path) -> None:
    same = f"id: {GROUP}, allow: [{MEMBER}]"
    with told(tmp_path, first=same, second=same) as desk:
        for alert in (2, 3):
            message = at(under(GROUP), message_of(desk, alert))
            assert one(press(desk, f"why:A{alert}", message)).html.startswith(f"<b>Why A{alert}?")
            answer_below = at(under(GROUP), 9999)
            (shown,) = press(desk, f"more:A{alert}.here", answer_below)
            assert isinstance(shown, Edit)
            assert f"A{alert}" in shown.html


# ── channels ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("button", BUTTONS)
def test_in_a_channel_listed_people_press_and_others_get_nothing(tmp_path: Path, button: str) -> None:
    with told(tmp_path, news=f"id: {CHANNEL}, allow: [{MEMBER}], admins: [{ADMIN}]") as desk:
        message = under(CHANNEL) | {"chat": {"id": CHANNEL, "type": "channel"}, "sender_chat": {"id": CHANNEL}}
        before = desk.rows()
        update = pressed(f"{button}:A2", message=message, who=STRANGER)
        assert desk.hear(update) == []
        assert desk.first(reduce(update, bot_name=BOT_NAME)).text == ""
        assert desk.rows() == before
        assert bool(press(desk, f"{button}:A2", message)) == (button in {"up", "down", "why", "more"})
        assert press(desk, f"{button}:A2", message, who=ADMIN)
        assert desk.hear({"update_id": 1, "channel_post": message | {"text": "/help"}}) == []


# ── groups that became supergroups ───────────────────────────────────────────────────────────────────────────────────


def test_buttons_of_a_group_that_moved_are_answered_in_its_new_place(tmp_path: Path) -> None:
    with told(tmp_path, team=f"id: {GROUP}, allow: [{MEMBER}], admins: [{ADMIN}]") as desk:
        move(desk, MOVED)
        before = at(under(GROUP), message_of(desk, TEAMS))
        why = one(press(desk, f"why:A{TEAMS}", before))
        assert (why.chat_id, why.reply_to) == (MOVED, None), "no message here has that number"
        assert one(press(desk, f"up:A{TEAMS}", before)).html == "A2: 👍 1 · 👎 0", "its buttons cannot show it"
        assert "no more of the story" in one(press(desk, f"mute:A{TEAMS}", before, who=ADMIN)).html
        assert "of the story of A2 again" in one(press(desk, f"unmute:A{TEAMS}", before, who=ADMIN)).html
        assert one(press(desk, f"other:A{TEAMS}", before, who=ADMIN)).chat_id == MOVED
        assert press(desk, f"why:A{TEAMS}", before, who=STRANGER) == []
        (shown,) = press(desk, f"up:A{TEAMS}", under(MOVED))
        assert isinstance(shown, Keyboard)
        assert desk.hear(written("/help", where=GROUP, who=MEMBER)) == [], "nobody can write there any more"


# ── often, and at once ───────────────────────────────────────────────────────────────────────────────────────────────


def together(desk: RoomOfTests, *updates: dict[str, Any]) -> tuple[list[Toast | None], list[Say]]:
    """The updates as they arrive at once: what is answered first, and what afterwards."""

    async def both_steps() -> tuple[list[Toast | None], list[Say]]:
        arrived = [reduce(update, bot_name=BOT_NAME) for update in updates]
        first = [await desk.desk.first(incoming) for incoming in arrived]
        return first, [said for incoming in arrived for said in await desk.desk.handle(incoming)]

    return asyncio.run(both_steps())


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.usefixtures("press")
def test_ten_taps_are_one_press(desk: RoomOfTests, button: str) -> None:
    toasts, said = together(desk, *(pressed(f"{button}:A{MINE}") for _ in range(10)))
    assert len({toast.callback_id for toast in toasts if toast is not None}) == 10, "each query is answered"
    assert len(said) == 1
    if button == "up":
        assert desk.store.votes.standing(MINE).up == 1


@pytest.mark.usefixtures("press")
def test_a_second_later_it_is_another_press(desk: RoomOfTests) -> None:
    together(desk, pressed(f"up:A{MINE}"))
    desk.later(seconds=1)
    together(desk, pressed(f"up:A{MINE}"))
    assert desk.store.votes.standing(MINE).up == 0, "the same vote again takes it back"


@pytest.mark.usefixtures("press")
def test_two_people_who_press_at_once_are_both_heard(desk: RoomOfTests) -> None:
    _, said = together(desk, *(pressed(f"up:A{TEAMS}", where=GROUP, who=who) for who in (MEMBER, ADMIN)))
    last = said[-1]
    assert isinstance(last, Keyboard)
    assert last.keyboard[0][0].text == "👍 2"


# ── troubles ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("press")
def test_a_press_is_answered_even_where_the_database_is_broken(desk: RoomOfTests) -> None:
    with sqlite3.connect(desk.store.database.path) as connection:
        connection.execute("DROP TABLE chat_states")
    connection.close()
    update = pressed(f"up:A{MINE}")
    assert desk.first(reduce(update, bot_name=BOT_NAME)) == Toast(callback_id=update["callback_query"]["id"], text="")


@pytest.mark.usefixtures("press")
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_said_first_is_true_whatever_happens_then(desk: RoomOfTests, language: str) -> None:
    desk.store.people.set_override("me", "language", language, by="x", now=desk.at)
    desk.sync()
    for button, word in (("up", "vote_toast"), ("mute", "mute_toast")):
        for alert in (MINE, 99):
            said = desk.first(reduce(pressed(f"{button}:A{alert}"), bot_name=BOT_NAME))
            assert said.text == both(word)[language]
