"""Delivery against a Bot API server on loopback that misbehaves as scripted: nothing lost, repeats marked."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Any

import pytest

from bot.alerts.render import REPEAT_MARK
from bot.demo.feed_server import FeedServer, Reply
from tests.conftest import CHAT, OTHER_CHAT
from tests.delivery.delivering import poll_and_deliver
from tests.world import TOKEN, BotApi, Folder, rss

OLD = {"guid": "0", "title": "A quiet day"}


def story(number: int) -> dict[str, str]:
    """Stories that nothing but the matched words has in common."""
    place = ["Sacramento", "Reno", "Oslo", "Lagos", "Lima", "Osaka"][number]
    why = ["fire", "flood", "merger", "strike", "auction", "earthquake"][number]
    return {"guid": f"s{number}", "title": f"Tesla data center: {why} at {place}", "text": f"{why} {place} " * 3}


@pytest.fixture
def world(folder: Folder, feeds: FeedServer, bot_api: BotApi) -> Folder:
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode()))
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.configure(
        sources=[{"key": "a", "url": feeds.url("/a.xml"), "language": "en"}],
        telegram={"base_url": bot_api.server.base_url, "timeout": "2s"},
        chats={"team": {"id": str(CHAT)}, "me": {"id": str(OTHER_CHAT)}},
        operator_chat="me",
    )
    poll_and_deliver(folder, seconds=1)
    feeds.publish("/a.xml", Reply(body=rss(story(0), OLD).encode()))
    return folder


def sent(bot_api: BotApi, chat: int) -> list[str]:
    """Texts of the chat's messages, as they were sent."""
    return [
        line["text"]
        for line in bot_api.ledger()
        if line["method"] == "sendMessage" and line["applied"] and int(line["chat_id"]) == chat
    ]


def states(folder: Folder) -> dict[str, list[str]]:
    with contextlib.closing(sqlite3.connect(folder.path / "rackwatch.db")) as connection:
        rows = connection.execute("SELECT chat, state FROM outbox WHERE kind = 'message' ORDER BY id").fetchall()
    found: dict[str, list[str]] = {}
    for chat, state in rows:
        found.setdefault(chat, []).append(state)
    return found


def test_one_message_per_chat(world: Folder, bot_api: BotApi) -> None:
    poll_and_deliver(world)
    for chat in (CHAT, OTHER_CHAT):
        (text,) = sent(bot_api, chat)
        assert "Sacramento" in text
        assert "<b>Tesla</b>" in text
        assert "<i>Why: Tesla near data center" in text
    assert states(world) == {"team": ["sent"], "me": ["sent"]}


@pytest.mark.parametrize(
    ("fault", "applied_before"),
    [
        ({"kind": "drop_after"}, True),
        ({"kind": "broken_json"}, True),
        ({"kind": "hold", "seconds": 20}, True),
        ({"kind": "not_applied_500"}, False),
        ({"kind": "500"}, None),
        ({"kind": "502_html"}, None),
        ({"kind": "drop_before"}, False),
    ],
)
def test_after_an_unknown_outcome_every_attempt_is_marked(
    world: Folder, bot_api: BotApi, fault: dict[str, Any], applied_before: bool | None
) -> None:
    bot_api.faults({"chat": CHAT, "method": "sendMessage", "times": 1} | fault)
    poll_and_deliver(world, seconds=15)
    texts = sent(bot_api, CHAT)
    assert texts[-1].startswith(REPEAT_MARK)
    if applied_before is not None:
        assert [text.startswith(REPEAT_MARK) for text in texts] == ([False, True] if applied_before else [True])
    (other,) = sent(bot_api, OTHER_CHAT)
    assert not other.startswith(REPEAT_MARK)
    assert states(world)["team"] == ["sent"]


def test_a_server_that_cannot_be_reached_is_retried_unmarked(world: Folder, bot_api: BotApi) -> None:
    bot_api.server.stop()
    poll_and_deliver(world, seconds=1.5)
    assert states(world) == {"team": ["retry_at"], "me": ["retry_at"]}
    bot_api.server.start()
    poll_and_deliver(world)
    (text,) = sent(bot_api, CHAT)
    assert not text.startswith(REPEAT_MARK)


def test_a_429_holds_back_that_chat_only(world: Folder, bot_api: BotApi) -> None:
    bot_api.faults({"chat": CHAT, "method": "sendMessage", "times": 1, "kind": "429", "retry_after": 3})
    poll_and_deliver(world, seconds=1.5)
    assert sent(bot_api, CHAT) == []
    assert len(sent(bot_api, OTHER_CHAT)) == 1
    poll_and_deliver(world, seconds=6)
    (text,) = sent(bot_api, CHAT)
    assert not text.startswith(REPEAT_MARK)


def test_refused_markup_is_sent_once_as_plain_text(world: Folder, bot_api: BotApi) -> None:
    bot_api.faults({"chat": CHAT, "method": "sendMessage", "times": 1, "kind": "cant_parse"})
    poll_and_deliver(world)
    (text,) = sent(bot_api, CHAT)
    assert "<b>" not in text
    assert "Sacramento" in text


def test_markup_refused_twice_is_dead_with_its_reason_and_can_be_retried(world: Folder, bot_api: BotApi) -> None:
    bot_api.faults({"chat": CHAT, "method": "sendMessage", "times": 2, "kind": "cant_parse"})
    poll_and_deliver(world)
    assert states(world)["team"] == ["dead"]
    (dead,) = world.json("alerts", "list", "--state", "dead")
    assert "can't parse" in dead["deliveries"][0]["last_error"].lower()
    assert world.json("status")["dead_alerts"] == [dead["alert"]]
    assert any("was refused" in text for text in sent(bot_api, OTHER_CHAT)), "the operator is told"
    assert "1 deliveries will be tried again" in world.run("alerts", "retry", dead["alert"]).stdout
    poll_and_deliver(world)
    assert states(world)["team"] == ["sent"]


def test_a_migrated_group_gets_its_message_at_the_new_id(world: Folder, bot_api: BotApi) -> None:
    bot_api.faults({"chat": CHAT, "method": "sendMessage", "times": 1, "kind": "migrate", "to": -100777})
    poll_and_deliver(world)
    assert len(sent(bot_api, -100777)) == 1
    assert sent(bot_api, CHAT) == []
    poll_and_deliver(world, seconds=1)
    assert len(sent(bot_api, -100777)) == 1


def test_a_group_that_migrates_while_alerts_wait_gets_all_of_them_at_the_new_id_in_order(
    world: Folder, bot_api: BotApi, feeds: FeedServer
) -> None:
    feeds.publish("/a.xml", Reply(body=rss(*(story(n) for n in range(4)), OLD).encode()))
    bot_api.faults({"chat": CHAT, "method": "sendMessage", "times": 1, "kind": "migrate", "to": -100777})
    poll_and_deliver(world, seconds=12)
    alerts = [int(text.rsplit("· A", 1)[1]) for text in sent(bot_api, -100777)]
    assert len(alerts) == 4
    assert alerts == sorted(alerts)
    assert sent(bot_api, CHAT) == []
    assert sum(int(line["chat_id"]) == CHAT for line in bot_api.ledger()) == 1, "the old number is asked once"
    assert states(world)["team"] == ["sent"] * 4


@pytest.mark.slow
def test_a_chat_that_forbids_us_is_paused_and_the_operator_told(
    world: Folder, bot_api: BotApi, feeds: FeedServer
) -> None:
    bot_api.faults({"chat": CHAT, "method": "sendMessage", "times": 1, "kind": "403"})
    poll_and_deliver(world, seconds=3)
    assert sent(bot_api, CHAT) == []
    assert any("takes no messages" in text for text in sent(bot_api, OTHER_CHAT))
    assert [chat["chat"] for chat in world.json("status")["paused_chats"]] == ["team"]
    requests = len([line for line in bot_api.ledger() if str(line["chat_id"]) == str(CHAT)])
    feeds.publish("/a.xml", Reply(body=rss(story(1), story(0), OLD).encode()))
    poll_and_deliver(world, seconds=2)
    assert len([line for line in bot_api.ledger() if str(line["chat_id"]) == str(CHAT)]) == requests
    world.run("telegram", "test", "team")  # it answers again: the chat is resumed
    poll_and_deliver(world)
    assert ["Sacramento" in text for text in sent(bot_api, CHAT)[-2:]] == [True, False], "in order, nothing lost"


def test_a_refused_token_stops_sending_and_keeps_everything(world: Folder, bot_api: BotApi) -> None:
    bot_api.faults({"chat": None, "method": "sendMessage", "times": -1, "kind": "401"})
    poll_and_deliver(world, seconds=3)
    requests = len(bot_api.ledger())
    assert requests <= 2, "one per chat that was under way, then no more"
    assert "token" in world.json("status")["telegram_stopped"]
    bot_api.faults()
    poll_and_deliver(world)
    assert len(sent(bot_api, CHAT)) == len(sent(bot_api, OTHER_CHAT)) == 1


def test_messages_of_one_chat_leave_in_order_while_one_waits(world: Folder, bot_api: BotApi, feeds: FeedServer) -> None:
    bot_api.faults({"chat": CHAT, "method": "sendMessage", "times": 1, "kind": "not_applied_500"})
    feeds.publish("/a.xml", Reply(body=rss(*(story(n) for n in range(4)), OLD).encode()))
    poll_and_deliver(world, seconds=15)
    alerts = [text.rsplit("· A", 1)[1] for text in sent(bot_api, CHAT)]
    assert alerts == sorted(alerts, key=int)
    assert len(alerts) == 4


def test_an_edit_is_repeated_unmarked(world: Folder, bot_api: BotApi, feeds: FeedServer) -> None:
    poll_and_deliver(world)
    config = world.path / "rackwatch.yaml"
    extra = f'{{"key": "b", "url": "{feeds.url("/b.xml")}", "publisher": "Beta", "language": "en"}}'
    config.write_text(config.read_text().replace('"sources": [', f'"sources": [{extra},'))
    feeds.publish("/b.xml", Reply(body=rss({"guid": "b0", "title": "Weather"}).encode()))
    poll_and_deliver(world, seconds=1)
    report = {
        "guid": "b1",
        "title": "After the fire at Sacramento: Tesla data center",
        "text": "The fire at Sacramento.",
    }
    feeds.publish("/b.xml", Reply(body=rss(report, {"guid": "b0", "title": "Weather"}).encode()))
    bot_api.faults({"chat": CHAT, "method": "editMessageText", "times": 1, "kind": "drop_after"})
    poll_and_deliver(world, seconds=10)
    edits = [line for line in bot_api.ledger() if line["method"] == "editMessageText" and int(line["chat_id"]) == CHAT]
    assert len(edits) == 2, "the second is answered 'message is not modified', which is success"
    assert not any(str(line["text"]).startswith(REPEAT_MARK) for line in edits)
    with contextlib.closing(sqlite3.connect(world.path / "rackwatch.db")) as connection:
        assert {state for (state,) in connection.execute("SELECT state FROM outbox")} == {"sent"}
