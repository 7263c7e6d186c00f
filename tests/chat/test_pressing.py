"""Buttons in the running service, against the Bot API server: each press is answered, whatever happens meanwhile."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from bot.demo.feed_server import FeedServer, Reply
from tests.chat.shapes import MEMBER, STRANGER, pressed, under
from tests.chat.telling import ALSO, RENO
from tests.conftest import CHAT, OTHER_CHAT
from tests.world import TOKEN, BotApi, Folder, Service, rss

OLD = {"guid": "0", "title": "A quiet day"}
THIRD = "Reno: Tesla data center opens at the copper mine, county confirms"
SOURCES = ("alpha", "beta", "gamma")


class Room:
    """A service that alerts of a story, and people who press its buttons."""

    def __init__(self, folder: Folder, feeds: FeedServer, bot_api: BotApi) -> None:
        self.folder, self.feeds, self.bot_api = folder, feeds, bot_api
        for key in SOURCES:
            feeds.publish(f"/{key}.xml", Reply(body=rss(OLD, title=key).encode()))
        folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN

    def configure(self, **team: Any) -> None:
        self.folder.configure(
            sources=[
                {"key": key, "url": self.feeds.url(f"/{key}.xml"), "language": "en", "full_text": "never"}
                for key in SOURCES
            ],
            telegram={"base_url": self.bot_api.server.base_url, "timeout": "5s"},
            chats={"me": {"id": OTHER_CHAT}, "team": {"id": CHAT, "allow": [MEMBER], **team}},
        )

    def publish(self, source: str, title: str) -> None:
        item = {"guid": source, "title": title, "link": f"https://{source}.example/news"}
        self.feeds.publish(f"/{source}.xml", Reply(body=rss(item, OLD, title=source).encode()))

    def messages(self, chat: int, begin: str = "") -> list[dict[str, Any]]:
        return [one for one in self.bot_api.messages() if one["chat_id"] == chat and one["text"].startswith(begin)]

    def message(self, service: Service, chat: int, begin: str) -> dict[str, Any]:
        """The newest message of the chat that begins so."""
        found: list[dict[str, Any]] = service.wait_for(lambda: self.messages(chat, begin), f"{begin!r} in {chat}")
        return found[-1]

    def press(self, data: str, message: dict[str, Any], *, who: int | None = None, thread: int | None = None) -> str:
        """Push what Telegram sends when somebody presses; the query's id."""
        chat = message["chat_id"]
        where = under(chat, thread) | {"message_id": message["message_id"]}
        update = pressed(data, message=where, who=who or (chat if chat > 0 else MEMBER))
        del update["update_id"]
        self.bot_api.server.post("/control/updates", [update])
        query: str = update["callback_query"]["id"]
        return query

    def labels(self, message: dict[str, Any]) -> list[str]:
        return [key["text"] for key in self.keys(message)]

    def keys(self, message: dict[str, Any]) -> list[dict[str, str]]:
        """The buttons that the message has now."""
        (now,) = (one for one in self.bot_api.messages() if one["message_id"] == message["message_id"])
        rows = (now["reply_markup"] or {}).get("inline_keyboard", [])
        return [key for row in rows for key in row]

    def wait_for_label(self, service: Service, message: dict[str, Any], label: str) -> None:
        service.wait_for(lambda: label in self.labels(message), f"a button {label!r}")

    def answers(self) -> dict[str, dict[str, Any]]:
        """Each answered query with its line of the ledger; none is answered twice, nor too late."""
        lines = [line for line in self.bot_api.ledger() if line["method"] == "answerCallbackQuery"]
        queries = [line["params"]["callback_query_id"] for line in lines]
        assert len(queries) == len(set(queries))
        assert {line["status"] for line in lines} <= {200}
        return dict(zip(queries, lines, strict=True))

    def wait_for_answer(self, service: Service, query: str) -> dict[str, Any]:
        answer: dict[str, Any] = service.wait_for(lambda: self.answers().get(query), f"an answer to {query}")
        return answer


@pytest.fixture
def here(folder: Folder, feeds: FeedServer, bot_api: BotApi) -> Room:
    return Room(folder, feeds, bot_api)


def test_every_button_of_an_alert_works_over_restarts(here: Room) -> None:
    here.configure()
    with here.folder.service() as service:
        service.wait_for_log("watching")
        service.wait_for(lambda: service.log.count("polled") >= len(SOURCES), "first looks")
        here.publish("alpha", RENO)
        alert = here.message(service, OTHER_CHAT, "❗")
        here.publish("beta", ALSO)
        service.wait_for(lambda: "2 publishers" in here.messages(OTHER_CHAT, "❗")[0]["text"], "the edit")
        here.message(service, OTHER_CHAT, "Confirmed")
        here.message(service, CHAT, "Confirmed")
        theirs = here.message(service, CHAT, "❗")
        told = len(here.messages(CHAT))
        service.stop()  # a kill could make an answer a possible repeat, and one more message
    data = {key["text"]: key["callback_data"] for key in here.keys(alert)}
    assert list(data) == ["👍", "👎", "Why?", "Mute story", "More"]
    queries = [here.press(data[label], alert) for label in ("👍", "Why?", "More", "Mute story")]
    queries.append(here.press(here.keys(theirs)[1]["callback_data"], theirs))
    denied = [here.press(here.keys(theirs)[n]["callback_data"], theirs, who=STRANGER) for n in range(5)]
    admins_only = here.press(here.keys(theirs)[3]["callback_data"], theirs)
    made_up = [here.press(data["Why?"], theirs), here.press("why:A777", theirs), here.press("nonsense", theirs)]
    with here.folder.service() as service:
        here.wait_for_label(service, alert, "👍 1")
        here.wait_for_label(service, alert, "Unmute story")
        here.wait_for_label(service, theirs, "👎 1")
        why = here.message(service, OTHER_CHAT, "Why A")
        assert "✔ firm: Tesla (title)" in why["text"]
        more = here.message(service, OTHER_CHAT, RENO)
        assert "Timeline" in more["text"]
        assert {why["reply_to_message_id"], more["reply_to_message_id"]} == {alert["message_id"]}
        gone = "This alert, or this button of it, is not known any more."
        service.wait_for(lambda: len(here.messages(CHAT, gone)) == len(made_up), "the same said of each")
        for query in (*queries, *denied, *made_up, admins_only):
            here.wait_for_answer(service, query)
        assert all(not here.answers()[query]["text"] for query in (*denied, *made_up))
        assert here.answers()[admins_only]["text"] == "Only admins of this chat may do this."
        assert len(here.messages(CHAT)) == told + len(made_up), "strangers and members who may not get nothing"
        service.kill()
    (other,) = here.keys(more)
    queries = [here.press(other["callback_data"], more), here.press(here.keys(alert)[3]["callback_data"], alert)]
    with here.folder.service() as service:
        service.wait_for(lambda: here.messages(OTHER_CHAT, "Which article"), "the question")
        second = next(key for key in here.keys(more) if key["text"].startswith("beta"))
        queries.append(here.press(second["callback_data"], more))
        here.wait_for_label(service, more, "Yes, another story")
        queries.append(here.press(here.keys(more)[0]["callback_data"], more))
        service.wait_for(lambda: len(here.messages(OTHER_CHAT, "❗")) == 2, "a message of its own")
        here.wait_for_label(service, alert, "Mute story")
        here.publish("gamma", THIRD)
        service.wait_for(
            lambda: any("gamma" in one["text"] for one in here.messages(OTHER_CHAT, "❗")), "another publisher"
        )
        for query in queries:
            here.wait_for_answer(service, query)
        service.stop()
    assert here.labels(alert)[0] == "👍 1", "edits keep the votes"
    assert here.labels(theirs)[:2] == ["👍", "👎 1"]
    refused = [line for line in here.bot_api.ledger() if line["status"] not in {200, None}]
    assert [line for line in refused if "not modified" not in str(line["description"])] == []
    assert TOKEN not in service.log


def test_a_german_topic_is_alerted_and_answered_in_german_in_its_topic(here: Room) -> None:
    here.configure(language="de", thread=5, timezone="Europe/Berlin")
    with here.folder.service() as service:
        service.wait_for(lambda: service.log.count("polled") >= len(SOURCES), "first looks")
        here.publish("alpha", RENO)
        alert = here.message(service, CHAT, "❗")
        assert here.labels(alert) == ["👍", "👎", "Warum?", "Stummschalten", "Mehr"]
        data = {key["text"]: key["callback_data"] for key in here.keys(alert)}
        here.press(data["Warum?"], alert, thread=5)
        why = here.message(service, CHAT, "Warum A")
        assert (why["thread"], why["reply_to_message_id"]) == (5, alert["message_id"])
        toast = here.wait_for_answer(service, here.press(data["👍"], alert, thread=5))
        assert toast["text"].startswith("Eine Stimme je Person")
        here.wait_for_label(service, alert, "👍 1")
        service.stop()


def test_a_press_is_answered_while_the_database_is_locked_and_done_afterwards(here: Room) -> None:
    here.configure()
    with here.folder.service() as service:
        service.wait_for(lambda: service.log.count("polled") >= len(SOURCES), "first looks")
        here.publish("alpha", RENO)
        alert = here.message(service, OTHER_CHAT, "❗")
        lock = sqlite3.connect(here.folder.path / "rackwatch.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        queries = [here.press(key["callback_data"], alert) for key in here.keys(alert)[:1] * 10]
        for query in queries:
            here.wait_for_answer(service, query)
        assert here.labels(alert)[0] == "👍", "nothing is written yet"
        later = here.press(here.keys(alert)[0]["callback_data"], here.messages(CHAT, "❗")[0], who=STRANGER)
        here.wait_for_answer(service, later)
        lock.execute("ROLLBACK")
        lock.close()
        here.wait_for_label(service, alert, "👍 1")
        service.stop()


def test_a_press_is_answered_while_its_chat_and_others_are_busy(here: Room) -> None:
    here.configure()
    with here.folder.service() as service:
        service.wait_for(lambda: service.log.count("polled") >= len(SOURCES), "first looks")
        here.publish("alpha", RENO)
        alert = here.message(service, OTHER_CHAT, "❗")
        theirs = here.message(service, CHAT, "❗")
        here.bot_api.faults({"method": "sendMessage", "kind": "hold", "times": -1})
        here.press(here.keys(alert)[2]["callback_data"], alert)
        service.wait_for(lambda: here.bot_api.server.get("/control/held")["held"], "an answer that is held up")
        queries = [
            here.press(here.keys(alert)[0]["callback_data"], alert),
            here.press(here.keys(theirs)[0]["callback_data"], theirs),
        ]
        for query in queries:
            here.wait_for_answer(service, query)
        here.wait_for_label(service, theirs, "👍 1")
        assert here.bot_api.server.get("/control/held")["held"]
        here.bot_api.server.post("/control/faults", [])
        here.bot_api.server.post("/control/release")
        here.wait_for_label(service, alert, "👍 1")
        service.stop()


def test_a_vote_that_the_buttons_cannot_show_now_is_shown_when_telegram_lets_them(here: Room, bot_api: BotApi) -> None:
    here.configure()
    with here.folder.service() as service:
        service.wait_for(lambda: service.log.count("polled") >= len(SOURCES), "first looks")
        here.publish("alpha", RENO)
        alert = here.message(service, OTHER_CHAT, "❗")
        bot_api.faults({"method": "editMessageReplyMarkup", "kind": "429", "retry_after": 900, "times": 1})
        here.press(here.keys(alert)[0]["callback_data"], alert)
        here.wait_for_label(service, alert, "👍 1")
        service.stop()
