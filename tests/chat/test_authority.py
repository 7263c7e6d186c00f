"""Nobody unauthorised gets an answer or changes anything: every registered handler × the shapes of updates."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.authority import KnownChat, Needs, Standing, authorise
from bot.chat.commands.watches import watch_mark
from bot.chat.everything import REGISTRY
from bot.chat.incoming import Incoming, Kind
from bot.chat.registry import AnyHandler, Button, FileKind, Handler, name_of
from bot.chat.words import both
from bot.telegram_door.reduce import reduce
from tests.chat.room import CONFIG, RoomOfTests, room, settings_of
from tests.chat.shapes import (
    ADMIN,
    BOT_NAME,
    GROUP,
    ME,
    MEMBER,
    STRANGER,
    pressed,
    sent,
    unauthorised,
    unauthorised_files,
    written,
)
from tests.chat.telling import MINE, TEAMS, tell

EVERYTHING: list[AnyHandler] = [
    *REGISTRY.commands.values(),
    *REGISTRY.buttons.values(),
    *{kind.name: kind for kind in REGISTRY.files.values()}.values(),
]

ARGUMENTS = {
    "mute": "/mute 2h",
    "search": "/search tesla",
    "story": "/story 1",
    "pair": "/pair ABCDEF",
    "latest": "/latest data-centers",
    "rules": "/rules show data-centers",
    "settings": "/settings min_priority high",
    "digest": "/digest now",
}
DATA = {
    "page": "page:s1.0",
    "set": "set:silent=yes",
    "follow": f"follow:{watch_mark('other-news')}",
    "leave": f"leave:{watch_mark('other-news')}",
    "apply": "apply:1",
    "putback": f"putback:{'0' * 12}.1.{'0' * 16}",
}


FILES = {"rule-file": "quiet.yaml", "source-list": "feeds.opml"}


def label(handler: AnyHandler) -> str:
    return {Handler: "/{}", Button: "{}:", FileKind: "{} file"}[type(handler)].format(name_of(handler))


def data_of(handler: Button, alert: int) -> str:
    suffix = ".2.yes" if handler.prefix == "other" else ""
    return DATA.get(handler.prefix, f"{handler.prefix}:A{alert}{suffix}")


def text_of(handler: Handler, alert: int) -> str:
    return ARGUMENTS.get(handler.name, f"/why A{alert}" if handler.name == "why" else f"/{handler.name}")


def request(handler: AnyHandler, *, where: int, who: int) -> dict[str, Any]:
    """What reaches a handler; a button is of an alert of that chat."""
    alert = MINE if where == ME else TEAMS
    if isinstance(handler, FileKind):
        return sent(FILES[handler.name], where=where, who=who)
    if isinstance(handler, Button):
        return pressed(data_of(handler, alert), where=where, who=who)
    return written(text_of(handler, alert), where=where, who=who)


def shapes(handler: AnyHandler, alert: int) -> dict[str, Any]:
    """What must not reach a handler; where a shape has both a command and a press, the other is of the same kind."""
    if isinstance(handler, FileKind):
        return unauthorised_files(FILES[handler.name])
    if isinstance(handler, Button):
        return unauthorised("/mute 2h", data_of(handler, alert))
    return unauthorised(text_of(handler, alert), f"up:A{alert}")


@pytest.mark.usefixtures("press")
@pytest.mark.parametrize("alert", [MINE, TEAMS])
@pytest.mark.parametrize("handler", EVERYTHING, ids=label)
def test_no_shape_that_is_not_an_authorised_persons_own_has_an_effect_or_an_answer(
    desk: RoomOfTests, handler: AnyHandler, alert: int
) -> None:
    desk.store.people.keep_query("me", "tesla")
    desk.store.people.keep_query("team", "tesla")
    before = desk.rows()
    found = shapes(handler, alert)
    assert len(found) >= 40
    for name, shape in found.items():
        assert desk.hear(shape) == [], name
        toast = desk.first(reduce(shape, bot_name=BOT_NAME))
        assert toast is None or toast.text == "", name
    assert desk.rows() == before
    assert desk.fetched == [], "not even a file is fetched for nobody"


@pytest.mark.usefixtures("press")
@pytest.mark.parametrize("handler", EVERYTHING, ids=label)
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
    desk: RoomOfTests, handler: AnyHandler, where: int, who: int, role: Needs | None
) -> None:
    desk.store.people.keep_query("me", "tesla")
    desk.store.people.keep_query("team", "tesla")
    before = desk.rows()
    said = desk.hear(request(handler, where=where, who=who))
    may = role is not None and role >= handler.needs
    assert bool(said) == may
    assert desk.rows() == before or may
    assert not any(getattr(one, "html", "") == both("alert_gone")["en"] for one in said), "it reached its alert"


def test_who_was_taken_from_the_list_may_nothing_any_more(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The buttons of old messages are still there."""
    folder = tmp_path_factory.mktemp("listed")
    with room(folder) as made:
        tell(made)
        assert made.hear(pressed(f"why:A{TEAMS}", where=GROUP, who=MEMBER))
        made.settings = settings_of(folder, CONFIG.replace(f"allow: [{MEMBER}]", "allow: [9]"))
        assert made.hear(pressed(f"why:A{TEAMS}", where=GROUP, who=MEMBER)) == []
        assert made.hear(written("/help", where=GROUP, who=MEMBER)) == []
        assert made.hear(pressed(f"why:A{TEAMS}", where=GROUP, who=9))


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


def test_a_channel_has_presses_and_no_commands_even_where_one_were_let_through() -> None:
    channel = KnownChat(key="news", chat_id=-1009, members=frozenset({MEMBER}))
    standing = Standing(chats=(channel,), operator="me")
    press = Incoming(update_id=1, kind=Kind.PRESS, chat_id=-1009, chat_type="channel", user_id=MEMBER)
    assert authorise(press, Needs.MEMBER, standing).allowed
    assert not authorise(replace(press, kind=Kind.COMMAND), Needs.MEMBER, standing).allowed
    assert not authorise(replace(press, user_id=STRANGER), Needs.MEMBER, standing).allowed
    assert not authorise(press, Needs.ADMIN, standing).allowed


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
