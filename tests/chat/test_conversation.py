"""The whole service talks with people, against the Bot API server as it would with Telegram."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.feed_server import FeedServer, Reply
from tests.chat.shapes import message, pressed, user
from tests.conftest import CHAT, OTHER_CHAT
from tests.world import TOKEN, BotApi, Folder, Service, rss

OPERATOR = OTHER_CHAT
PERSON = 77
OLD = {"guid": "0", "title": "A quiet day"}
NEWS = [
    {"guid": str(n), "title": f"Tesla opens data center number {n} in {town}"}
    for n, town in enumerate(["Sacramento", "Austin", "Berlin", "Oslo", "Lima", "Seoul", "Cairo"], 1)
]


@pytest.fixture
def talking(folder: Folder, feeds: FeedServer, bot_api: BotApi) -> Folder:
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode()))
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.configure(
        sources=[{"key": "a", "url": feeds.url("/a.xml"), "language": "en"}],
        telegram={"base_url": bot_api.server.base_url, "timeout": "3s"},
        chats={"me": {"id": str(OPERATOR)}, "team": {"id": str(CHAT)}},
    )
    bot_api.server.post("/control/chats", [PERSON])
    return folder


def write(bot_api: BotApi, text: str, *, where: int = OPERATOR, **more: Any) -> None:
    bot_api.server.post("/control/updates", [{"message": message(text, where=where, **more)}])


def answers(bot_api: BotApi, chat: int) -> list[dict[str, Any]]:
    return [one for one in bot_api.messages() if one["chat_id"] == chat]


def answer(service: Service, bot_api: BotApi, begin: str, *, where: int = OPERATOR) -> dict[str, Any]:
    """The newest message of the chat that begins so."""

    def look() -> dict[str, Any] | None:
        found = [one for one in answers(bot_api, where) if str(one["text"]).startswith(begin)]
        return found[-1] if found else None

    found: dict[str, Any] = service.wait_for(look, f"a message that begins with {begin!r}")
    return found


def test_a_person_is_paired_and_asks_over_restarts(talking: Folder, feeds: FeedServer, bot_api: BotApi) -> None:
    with talking.service() as service:
        service.wait_for_log("polled")
        write(bot_api, "/start", where=PERSON)
        code = str(answer(service, bot_api, "Your code", where=PERSON)["text"]).split()[2]
        write(bot_api, "/latest", where=PERSON)
        service.kill()
    with talking.service() as service:
        service.wait_for_log("polled")
        write(bot_api, f"/pair {code}")
        answer(service, bot_api, "Paired: Person 77 is the chat person-77")
        answer(service, bot_api, "rackwatch: This chat is paired", where=PERSON)
        feeds.publish("/a.xml", Reply(body=rss(*NEWS, OLD).encode()))
        alert = answer(service, bot_api, "❗", where=PERSON)
        write(bot_api, "/latest data-centers", where=PERSON)
        assert "Tesla opens" in answer(service, bot_api, "Latest stories", where=PERSON)["text"]
        write(bot_api, "/why", where=PERSON, reply_to_message={"message_id": alert["message_id"]})
        answer(service, bot_api, "Why A", where=PERSON)
        write(bot_api, "/search data center", where=PERSON)
        found = answer(service, bot_api, "Search: data center · page 1", where=PERSON)
        service.stop()
    (older,) = found["reply_markup"]["inline_keyboard"][0]
    press = pressed(older["callback_data"], where=PERSON, under=found["message_id"])["callback_query"]
    bot_api.server.post("/control/updates", [{"callback_query": press}])
    with talking.service() as service:
        answer(service, bot_api, "Search: data center · page 2", where=PERSON)
        assert {one["from"] for one in talking_chats(talking, "person-77").values()} <= {"paired", "default"}
        service.stop()
    methods = [line["method"] for line in bot_api.ledger() if line["status"] == 200]
    assert methods.index("answerCallbackQuery") < len(methods) - 1 - methods[::-1].index("editMessageText")
    assert sum(str(one["text"]).startswith("Your code") for one in answers(bot_api, PERSON)) == 1
    assert TOKEN not in service.log
    assert bot_api.server.get("/control/commands")["default::"] == ["start"]
    assert "status" in bot_api.server.get("/control/commands")[f"chat:{OPERATOR}:"]
    assert talking.run("chats", "remove", "person-77").stdout.strip() == "'person-77' is out"


def talking_chats(folder: Folder, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one["settings"] for one in folder.json("chats") if one["key"] == key)
    return found


def test_a_chat_that_the_command_line_pairs_is_known_to_the_service_at_once(talking: Folder, bot_api: BotApi) -> None:
    with talking.service() as service:
        service.wait_for_log("watching")
        write(bot_api, "/start", where=PERSON)
        code = str(answer(service, bot_api, "Your code", where=PERSON)["text"]).split()[2]
        assert "no chat waits" in talking.run("chats", "pair", "NOSUCH", check=1).stderr
        talking.run("chats", "pair", code, "--key", "anna")
        answer(service, bot_api, "rackwatch: This chat is paired", where=PERSON)
        write(bot_api, "/watches", where=PERSON)
        answer(service, bot_api, "Watches of this chat", where=PERSON)
        assert "anna" in talking.run("chats").stdout
        service.stop()


def test_strange_updates_between_commands_cost_nothing(talking: Folder, bot_api: BotApi) -> None:
    strange = [
        {"message": None},
        {"message": {"chat": 5}},
        {"callback_query": {"id": 5, "from": user()}},
        {"message": message("/status") | {"entities": [{"type": 7}]}},
        {"message": message("/status", where=CHAT, who=5)},
    ]
    with talking.service() as service:
        service.wait_for_log("watching")
        bot_api.server.post("/control/updates", strange)
        write(bot_api, "/help")
        answer(service, bot_api, "Commands")
        answer(service, bot_api, "Status")
        service.stop()
    assert answers(bot_api, CHAT) == []


@pytest.mark.slow
def test_another_reader_is_said_once_and_sending_goes_on(talking: Folder, feeds: FeedServer, bot_api: BotApi) -> None:
    bot_api.faults({"method": "getUpdates", "kind": "409", "times": -1})
    with talking.service() as service:
        service.wait_for_log("polled")
        answer(service, bot_api, "rackwatch: another program reads")
        feeds.publish("/a.xml", Reply(body=rss(NEWS[0], OLD).encode()))
        answer(service, bot_api, "❗", where=CHAT)
        service.wait_for(lambda: sum(line["method"] == "getUpdates" for line in bot_api.ledger()) >= 2, "a second try")
        service.stop()
    assert sum("another program" in str(one["text"]) for one in bot_api.messages()) == 1
    assert TOKEN not in service.log


@pytest.mark.slow
def test_a_connection_that_fails_is_said_once_and_tried_again(talking: Folder, bot_api: BotApi) -> None:
    bot_api.faults({"method": "getUpdates", "kind": "drop_before", "times": 3})
    with talking.service() as service:
        write(bot_api, "/help")
        answer(service, bot_api, "Commands")
        assert service.log.count("commands cannot be read") == 1
        service.stop()


def test_a_refused_token_ends_the_reading_and_nothing_else(talking: Folder, feeds: FeedServer, bot_api: BotApi) -> None:
    bot_api.faults({"method": "getUpdates", "kind": "401", "times": -1})
    with talking.service() as service:
        service.wait_for_log("Telegram does not accept the token")
        service.wait_for_log("polled")
        feeds.publish("/a.xml", Reply(body=rss(NEWS[0], OLD).encode()))
        answer(service, bot_api, "❗", where=CHAT)
        service.stop()
    assert sum(line["method"] == "getUpdates" for line in bot_api.ledger()) == 1
    assert "check the token" in talking.json("status")["telegram_stopped"]


def test_a_chat_that_must_wait_holds_up_no_other(talking: Folder, bot_api: BotApi) -> None:
    bot_api.faults({"method": "sendMessage", "chat": OPERATOR, "kind": "429", "retry_after": 900, "times": 1})
    with talking.service() as service:
        service.wait_for_log("watching")
        write(bot_api, "/help")
        write(bot_api, "/start", where=PERSON)
        answer(service, bot_api, "Your code", where=PERSON)
        write(bot_api, "/status")
        answer(service, bot_api, "Status")
        service.stop()


def test_poll_does_not_read(talking: Folder, bot_api: BotApi) -> None:
    write(bot_api, "/help")
    talking.run("poll")
    assert {"getUpdates", "getMe", "setMyCommands"} & {line["method"] for line in bot_api.ledger()} == set()


def test_stats_come_as_a_picture_and_as_a_text_where_the_chat_takes_none(talking: Folder, bot_api: BotApi) -> None:
    def pictures() -> list[dict[str, Any]]:
        return [one for one in answers(bot_api, OPERATOR) if one["photo"] is not None]

    with talking.service() as service:
        service.wait_for_log("polled")
        write(bot_api, "/stats 7d")
        (picture,) = service.wait_for(pictures, "a picture", 40)
        assert picture["text"].startswith("7 days until ")
        bot_api.faults({"kind": "no_photos", "method": "sendPhoto", "times": -1})
        write(bot_api, "/stats 30d")
        assert "Alerts in this chat" in answer(service, bot_api, "30 days until ")["text"]
        assert len(pictures()) == 1
        service.stop()
