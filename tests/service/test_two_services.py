"""Two instances: on one database the second is refused; with one token and two databases both send."""

from __future__ import annotations

import contextlib

import pytest

from bot.demo.feed_server import FeedServer, Reply
from storage import open_store
from tests.chat.shapes import message
from tests.conftest import CHAT, OTHER_CHAT
from tests.world import RULES, TOKEN, BotApi, Folder, rss

OLD = {"guid": "0", "title": "A quiet day"}
NEWS = {"guid": "1", "title": "Tesla opens a data center in Sacramento"}
TOLD = "rackwatch: another program reads this bot's messages"


def test_beside_a_command_that_works_on_the_database_run_is_refused_with_its_name(folder: Folder) -> None:
    folder.configure()
    folder.run("db", "upgrade")
    with contextlib.closing(open_store(f"sqlite:///{folder.path / 'rackwatch.db'}")) as store:
        store.database.become_service("poll")
        refused = folder.run("run", check=1).stderr.splitlines()
        assert len(refused) == 1
        assert refused[0].startswith("rackwatch: 'rackwatch poll' (process ")
        assert "is already working on" in refused[0]
        assert "stop it first, or give this one its own folder" in refused[0]


@pytest.mark.slow
def test_two_databases_with_one_token_both_send_and_each_operator_hears_of_it_once(
    folder: Folder, feeds: FeedServer, bot_api: BotApi
) -> None:
    other = Folder(path=folder.path.with_name("other"))
    other.write("rules/data-centers.yaml", RULES)
    for one, chats in ((folder, {"me": OTHER_CHAT}), (other, {"team": CHAT})):
        one.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
        one.configure(
            sources=[{"key": "a", "url": feeds.url("/a.xml"), "language": "en"}],
            telegram={"base_url": bot_api.server.base_url, "timeout": "3s"},
            chats={key: {"id": str(number)} for key, number in chats.items()},
        )
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode()))

    def shown(chat: int) -> list[str]:
        return [str(one["text"]) for one in bot_api.messages() if one["chat_id"] == chat]

    with folder.service() as mine, other.service() as theirs:
        mine.wait_for_log("polled")
        theirs.wait_for_log("polled")
        for service, chat in ((mine, OTHER_CHAT), (theirs, CHAT)):
            service.wait_for(lambda chat=chat: any(TOLD in text for text in shown(chat)), "the notice")  # type: ignore[misc]
        feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
        for service, chat in ((mine, OTHER_CHAT), (theirs, CHAT)):
            service.wait_for(lambda chat=chat: any("❗" in text for text in shown(chat)), "the alert")  # type: ignore[misc]
        reads = [line["at"] for line in bot_api.ledger() if line["method"] == "getUpdates"]
        # The other one stops: who is left answers.
        theirs.stop()
        bot_api.server.post("/control/updates", [{"message": message("/help", where=OTHER_CHAT)}])
        mine.wait_for(lambda: any(text.startswith("Commands") for text in shown(OTHER_CHAT)), "the answer", deadline=30)
        mine.stop()
    for chat in (OTHER_CHAT, CHAT):
        assert sum(TOLD in text for text in shown(chat)) == 1
        assert sum("❗" in text for text in shown(chat)) == 1
    assert len(reads) < 20, "reading backs off"
