"""Nobody unauthorised gets an answer or changes anything: every registered handler × the shapes of updates."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from bot.chat.authority import Needs, Standing, authorise
from bot.chat.commands.watches import watch_mark
from bot.chat.everything import REGISTRY
from bot.chat.incoming import Incoming, Kind
from bot.chat.registry import Button, Handler
from bot.telegram_door.reduce import reduce
from tests.chat.room import RoomOfTests, room
from tests.chat.shapes import ADMIN, BOT_NAME, GROUP, ME, MEMBER, STRANGER, pressed, unauthorised, written

EVERYTHING: list[Handler | Button] = [*REGISTRY.commands.values(), *REGISTRY.buttons.values()]

ARGUMENTS = {
    "mute": "/mute 2h",
    "search": "/search tesla",
    "story": "/story 1",
    "why": "/why A1",
    "pair": "/pair ABCDEF",
    "latest": "/latest data-centers",
    "rules": "/rules show data-centers",
}
DATA = {
    "page": "page:s1.0",
    "follow": f"follow:{watch_mark('other-news')}",
    "leave": f"leave:{watch_mark('other-news')}",
}


def name_of(handler: Handler | Button) -> str:
    return f"/{handler.name}" if isinstance(handler, Handler) else f"{handler.prefix}:"


def asked(handler: Handler | Button) -> tuple[str, str]:
    """The command and the button's data that reach a handler; where it has one only, the other is of the same kind."""
    if isinstance(handler, Handler):
        return ARGUMENTS.get(handler.name, f"/{handler.name}"), "follow:0"
    return "/mute 2h", DATA.get(handler.prefix, f"{handler.prefix}:A1")


@pytest.mark.parametrize("handler", EVERYTHING, ids=name_of)
def test_no_shape_that_is_not_an_authorised_persons_own_has_an_effect_or_an_answer(
    desk: RoomOfTests, handler: Handler | Button
) -> None:
    desk.store.people.keep_query("tesla")
    before = desk.rows()
    text, data = asked(handler)
    shapes = unauthorised(text, data)
    assert len(shapes) >= 40
    for name, shape in shapes.items():
        assert desk.hear(shape) == [], name
        toast = desk.first(reduce(shape, bot_name=BOT_NAME))
        assert toast is None or toast.text == "", name
    assert desk.rows() == before


@pytest.mark.parametrize("handler", EVERYTHING, ids=name_of)
@pytest.mark.parametrize(
    ("where", "who", "role"),
    [
        (GROUP, STRANGER, None),
        (GROUP, MEMBER, Needs.MEMBER),
        (GROUP, ADMIN, Needs.ADMIN),
        (GROUP, ME, Needs.ADMIN),
        (ME, ME, Needs.OPERATOR),
    ],
    ids=["stranger", "member", "admin", "operator elsewhere", "operator"],
)
def test_each_handler_answers_those_who_may_use_it_and_nobody_else(
    desk: RoomOfTests, handler: Handler | Button, where: int, who: int, role: Needs | None
) -> None:
    desk.store.people.keep_query("tesla")
    text, data = asked(handler)
    is_command = isinstance(handler, Handler)
    said = desk.hear(written(text, where=where, who=who) if is_command else pressed(data, where=where, who=who))
    assert bool(said) == (role is not None and role >= handler.needs)


def test_a_person_of_a_paired_chat_may_use_that_chat_only(desk: RoomOfTests) -> None:
    code = desk.text(written("/start", where=STRANGER)).split("<code>")[1][:6]
    desk.hear(written(f"/pair {code}"))
    assert desk.hear(written("/mute 1h", where=STRANGER))
    assert desk.hear(written("/status", where=STRANGER)) == []
    assert desk.hear(written("/mute 1h", where=GROUP, who=STRANGER)) == []


def test_the_marks_are_looked_at_even_where_the_shape_was_let_through() -> None:
    """Who authorises does not trust who reduced."""
    standing = Standing(chats=(), operator="me")
    own = Incoming(update_id=1, kind=Kind.COMMAND, chat_id=5, chat_type="private", user_id=5)
    assert authorise(own, Needs.STRANGER, standing).allowed
    for mark in ("is_edited", "is_forwarded", "via_bot", "is_business", "sender_chat"):
        marked: Incoming = replace(own, **{mark: 1})  # type: ignore[arg-type]
        assert not authorise(marked, Needs.STRANGER, standing).allowed, mark


def test_a_group_that_moved_is_known_by_its_new_number(desk: RoomOfTests) -> None:
    connection = sqlite3.connect(desk.store.database.path)
    with connection:
        connection.execute("UPDATE chat_states SET migrated_id = '-1005' WHERE chat = 'team'")
    connection.close()
    assert desk.hear(written("/help", where=-1005, who=MEMBER))
    assert desk.hear(written("/help", where=GROUP, who=MEMBER)) == []


def test_a_topic_has_people_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    config = f"chats:\n  me: {{id: {ME}}}\n  topic: {{id: {GROUP}, thread: 5, allow: [{MEMBER}]}}\n"
    with room(tmp_path_factory.mktemp("topic"), config) as made:
        assert made.hear(written("/help", where=GROUP, who=MEMBER, is_topic_message=True, message_thread_id=5))
        assert made.hear(written("/help", where=GROUP, who=MEMBER, is_topic_message=True, message_thread_id=6)) == []
        assert made.hear(written("/help", where=GROUP, who=MEMBER)) == []
