"""The whole service takes files that the operator sends, against the Bot API server as it would with Telegram."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import Any

import pytest

from bot.chat.incoming import NoFile
from bot.demo.feed_server import FeedServer, Reply
from bot.telegram_door.files import download
from bot.telegram_door.notifier import TelegramNotifier
from tests.chat.sending import FILE, WIDER
from tests.chat.shapes import message, pressed, sent, user
from tests.chat.test_conversation import answer, answers
from tests.conftest import CHAT, OTHER_CHAT
from tests.world import RULES, TOKEN, BotApi, Folder, rss

OPERATOR = OTHER_CHAT
MEMBER, STRANGER = 7, 666
OLD = {"guid": "0", "title": "A quiet day"}
NEWS = {"guid": "1", "title": "Twitter opens a data center in Reno"}


@pytest.fixture
def talking(folder: Folder, feeds: FeedServer, bot_api: BotApi) -> Folder:
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode()))
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    configure(folder, feeds, bot_api)
    return folder


def configure(folder: Folder, feeds: FeedServer, bot_api: BotApi, **more: Any) -> None:
    folder.configure(
        sources=[{"key": "a", "url": feeds.url("/a.xml"), "language": "en"}],
        telegram={"base_url": bot_api.server.base_url, "timeout": "3s"},
        chats={"me": {"id": str(OPERATOR)}, "team": {"id": str(CHAT), "allow": [str(MEMBER)]}},
        operator_chat="me",
        **more,
    )


def offer(bot_api: BotApi, files: dict[str, str]) -> None:
    """Files by their file_id, for Telegram to hand out."""
    coded = {number: {"content": base64.b64encode(text.encode()).decode()} for number, text in files.items()}
    bot_api.server.post("/control/files", coded)


def send(bot_api: BotApi, text: str, name: str, **more: Any) -> None:
    number = f"F{len(bot_api.ledger())}"
    offer(bot_api, {number: text})
    inside = sent(name, file_id=number, **{"where": OPERATOR} | more)["message"]
    bot_api.server.post("/control/updates", [{"message": inside}])


def press(bot_api: BotApi, under: dict[str, Any]) -> None:
    ((key,),) = under["reply_markup"]["inline_keyboard"]
    query = pressed(key["callback_data"], where=OPERATOR, under=under["message_id"])["callback_query"]
    bot_api.server.post("/control/updates", [{"callback_query": query}])


def asked(bot_api: BotApi, method: str) -> int:
    return sum(line["method"] == method for line in bot_api.ledger())


@pytest.mark.parametrize("reload", [pytest.param("on_change", marks=pytest.mark.slow), "on_apply"])
def test_a_rule_file_is_looked_at_applied_after_a_restart_and_restored(
    talking: Folder, feeds: FeedServer, bot_api: BotApi, reload: str
) -> None:
    configure(talking, feeds, bot_api, rules={"reload": reload})
    rules = talking.path / "rules"
    with talking.service() as service:
        service.wait_for_log("polled")
        send(bot_api, WIDER, FILE)
        offered = answer(service, bot_api, f"{FILE} (takes the place of the old one): no mistakes; tests passed: 2.")
        assert (rules / FILE).read_text() == RULES
        bot_api.server.post("/control/updates", [{"message": message("/status", where=OPERATOR)}])
        answer(service, bot_api, "Status")  # so that the file is done with, and not handled again
        service.kill()
    press(bot_api, offered)
    with talking.service() as service:
        applied = answer(service, bot_api, f"{FILE} is in force, version ")
        assert applied["message_id"] == offered["message_id"]
        answer(service, bot_api, "rackwatch: new rules are in force, by the chat")
        assert ((rules / FILE).read_text(), (rules / f"{FILE}.bak").read_text()) == (WIDER, RULES)
        feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
        answer(service, bot_api, "❗", where=CHAT)
        press(bot_api, applied)
        service.wait_for(lambda: (rules / FILE).read_text() == RULES, "the old file")
        service.wait_for(
            lambda: sum("by the chat" in str(one["text"]) for one in answers(bot_api, OPERATOR)) == 2, "the notice"
        )
        service.stop()
    history = talking.json("rules", "history")
    assert [change["cause"] for change in history] == ["chat", "chat", "start"]
    assert history[0]["version"] == history[2]["version"]
    assert (asked(bot_api, "getFile"), asked(bot_api, "file")) == (1, 1), "what was looked at is what is applied"
    assert TOKEN not in service.log


def test_a_hand_that_was_faster_is_seen_and_the_file_is_looked_at_again(
    talking: Folder, feeds: FeedServer, bot_api: BotApi
) -> None:
    configure(talking, feeds, bot_api, rules={"reload": "on_apply"})
    with talking.service() as service:
        service.wait_for_log("polled")
        send(bot_api, WIDER, FILE)
        offered = answer(service, bot_api, f"{FILE} (")
        talking.write(f"rules/{FILE}", f"{RULES}# by hand\n")
        press(bot_api, offered)
        again = answer(service, bot_api, "Files or rules have changed meanwhile.")
        assert (talking.path / "rules" / FILE).read_text() == f"{RULES}# by hand\n"
        press(bot_api, again)
        answer(service, bot_api, f"{FILE} is in force")
        service.stop()
    assert (talking.path / "rules" / f"{FILE}.bak").read_text() == f"{RULES}# by hand\n"


def test_a_list_of_feeds_becomes_sources_that_the_service_reads(
    talking: Folder, feeds: FeedServer, bot_api: BotApi
) -> None:
    feeds.publish("/b.xml", Reply(body=rss(OLD, title="Second").encode()))
    outline = f'<outline type="rss" text="Second" xmlUrl="{feeds.url("/b.xml")}"/>'
    with talking.service() as service:
        service.wait_for_log("polled")
        send(bot_api, f'<opml version="2.0"><body>{outline}</body></opml>', "feeds.opml")
        answer(service, bot_api, "feeds.opml: 1 added, 0 known already, 0 refused.")
        service.wait_for(lambda: "source=second" in service.log, "a look at the new source")
        service.stop()
    assert (talking.path / "rackwatch.yaml.bak").exists()


def test_nobody_but_the_operator_has_a_file_fetched(talking: Folder, bot_api: BotApi) -> None:
    others: list[tuple[int, int]] = [(STRANGER, STRANGER), (CHAT, MEMBER), (CHAT, STRANGER), (CHAT, OPERATOR)]
    with talking.service() as service:
        service.wait_for_log("watching")
        for where, who in others:
            for name in (FILE, "feeds.opml", "x.bin"):
                send(bot_api, WIDER, name, where=where, who=who)
        edited = sent(FILE, where=OPERATOR, edit_date=1)["message"]
        forward = {"type": "user", "date": 1, "sender_user": user()}
        bot_api.server.post("/control/updates", [{"edited_message": edited}])
        send(bot_api, WIDER, FILE, forward_origin=forward)
        bot_api.server.post("/control/updates", [{"message": message("/status", where=OPERATOR)}])
        answer(service, bot_api, "Status")
        service.stop()
    assert (asked(bot_api, "getFile"), asked(bot_api, "file")) == (0, 0)
    assert answers(bot_api, CHAT) == answers(bot_api, STRANGER) == []


# ── fetching ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def fetch(bot_api: BotApi, file_id: str, *, most: int = 1_000, token: str = TOKEN) -> bytes | NoFile:
    async def work() -> bytes | NoFile:
        notifier = TelegramNotifier(token=token, base_url=bot_api.server.base_url, timeout=2)
        try:
            return await download(notifier, file_id, most=most)
        finally:
            await notifier.close()

    return asyncio.run(work())


def test_a_file_is_fetched_as_it_is(bot_api: BotApi) -> None:
    offer(bot_api, {"F1": "watch: ä\r\n", "F2": ""})
    assert fetch(bot_api, "F1") == b"watch: \xc3\xa4\r\n"
    assert fetch(bot_api, "F2") == b""


@pytest.mark.parametrize(
    ("file", "downloads"),
    [
        ({"size": 100_000_000, "zeros": 5_000}, 0),  # getFile itself refuses it
        ({"size": 20_000_000, "zeros": 5_000}, 0),
        ({"size": 1_001, "zeros": 5_000}, 0),
        ({"size": None, "zeros": 100_000_000}, 1),
        ({"size": 10, "zeros": 100_000_000}, 1),
    ],
    ids=["beyond getFile", "large", "one more", "no size", "a lie"],
)
def test_no_more_is_read_than_what_is_taken(bot_api: BotApi, file: dict[str, Any], downloads: int) -> None:
    bot_api.server.post("/control/files", {"F1": {"content": "", **file}})
    started = time.monotonic()
    assert fetch(bot_api, "F1") is NoFile.TOO_LARGE
    assert asked(bot_api, "file") == downloads
    assert time.monotonic() - started < 5, "the rest is not waited for"


@pytest.mark.parametrize("kind", ["429", "500", "502_html", "broken_json", "drop_before", "401"])
def test_a_file_that_does_not_come_is_a_value(bot_api: BotApi, kind: str) -> None:
    offer(bot_api, {"F1": "x"})
    bot_api.faults({"method": "getFile", "kind": kind})
    assert fetch(bot_api, "F1") is NoFile.NOT_FETCHED
    assert fetch(bot_api, "F1") == b"x"


def test_an_unknown_file_and_a_server_that_is_gone_are_values(bot_api: BotApi) -> None:
    assert fetch(bot_api, "nothing") is NoFile.NOT_FETCHED
    bot_api.server.stop()
    assert fetch(bot_api, "F1") is NoFile.NOT_FETCHED
