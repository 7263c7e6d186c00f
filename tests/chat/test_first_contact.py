"""From a token to the first alert: nobody stands in rackwatch.yaml, and nothing is written there."""

from __future__ import annotations

import time

import pytest

from bot.demo.feed_server import FeedServer, Reply
from tests.chat.shapes import GROUP, message
from tests.world import TOKEN, BotApi, Folder, Service, rss

PERSON, FRIEND = 77, 78
OLD = {"guid": "0", "title": "A quiet day"}
NEWS = {"guid": "1", "title": "Tesla opens a data center in Sacramento"}
MORE = {"guid": "2", "title": "Tesla closes its Rechenzentrum after a flood at Oslo"}


@pytest.fixture
def begun(folder: Folder, feeds: FeedServer, bot_api: BotApi) -> Folder:
    """A working folder with a token and no chat."""
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode()))
    folder.write(".env", f"RACKWATCH_TELEGRAM_TOKEN={TOKEN}\n")
    folder.configure(
        sources=[{"key": "a", "url": feeds.url("/a.xml"), "language": "en"}],
        telegram={"base_url": bot_api.server.base_url, "timeout": "3s"},
    )
    bot_api.server.post("/control/chats", [PERSON, FRIEND])
    return folder


def write(bot_api: BotApi, text: str, who: int) -> None:
    bot_api.server.post("/control/updates", [{"message": message(text, where=who)}])


def told(service: Service, bot_api: BotApi, who: int, begin: str) -> str:
    def look() -> list[str]:
        return [str(one["text"]) for one in bot_api.messages() if one["chat_id"] == who and begin in str(one["text"])]

    found: str = service.wait_for(look, f"{begin!r} in chat {who}")[-1]
    return found


def code_of(service: Service, bot_api: BotApi, who: int) -> str:
    write(bot_api, "/start", who)
    return told(service, bot_api, who, "Your code").split()[2]


def test_the_first_person_is_paired_beside_the_running_service_and_alerted_within_seconds(
    begun: Folder, feeds: FeedServer, bot_api: BotApi
) -> None:
    ready = begun.run("telegram", "test").stdout
    assert "it is @rackwatch_fake_bot's" in ready
    assert "rackwatch chats pair CODE --operator" in ready
    with begun.service() as service:
        service.wait_for_log("press Start, then: rackwatch chats pair CODE --operator")
        service.wait_for_log("bot=@rackwatch_fake_bot")
        service.wait_for_log("polled")
        code = code_of(service, bot_api, PERSON)
        done = begun.run("chats", "pair", code, "--key", "me", "--operator").stdout
        assert done == "Person 77 is the chat 'me', the operator chat, from now on\n"
        told(service, bot_api, PERSON, "It is the operator chat")
        published = time.monotonic()
        feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
        told(service, bot_api, PERSON, "Sacramento")
        assert time.monotonic() - published < 10
        write(bot_api, "/status", PERSON)
        told(service, bot_api, PERSON, "Status")
        assert "me: sent" in begun.run("telegram", "test").stdout
        service.stop()
    assert "Sacramento" not in service.log.partition("delivered")[0], "nothing is printed on the console any more"
    assert TOKEN not in service.log
    assert service.log.count("press Start") == 1
    (me,) = begun.json("chats")
    assert (me["key"], me["operator"]) == ("me", True)


@pytest.mark.slow
def test_a_friend_is_no_operator_and_trouble_stays_on_the_console(
    begun: Folder, feeds: FeedServer, bot_api: BotApi
) -> None:
    with begun.service() as service:
        service.wait_for_log("polled")
        code = code_of(service, bot_api, FRIEND)
        done = begun.run("chats", "pair", code, "--key", "friend").stdout
        assert "Trouble is told on the console still. Is it your own chat? rackwatch chats operator friend" in done
        told(service, bot_api, FRIEND, "This chat is paired")
        write(bot_api, "/status", FRIEND)
        write(bot_api, "/help", FRIEND)
        assert "/status" not in told(service, bot_api, FRIEND, "Commands")
        begun.write("rules/broken.yaml", "watch: broken\nrules: [}\n")
        service.wait_for_log("a changed file has mistakes")
        feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
        told(service, bot_api, FRIEND, "Sacramento")
        begun.run("chats", "operator", "friend")
        (begun.path / "rules/broken.yaml").unlink()
        assert [one["key"] for one in begun.json("chats")] == ["friend"], "the console has left"
        begun.write("rules/broken.yaml", "watch: broken\nrules: [{\n")
        told(service, bot_api, FRIEND, "broken.yaml")
        service.stop()
    shown = [str(one["text"]) for one in bot_api.messages() if one["chat_id"] == FRIEND]
    assert not any("Status" in text for text in shown)
    assert sum("broken.yaml" in text for text in shown) == 1, "the console was told before"


def test_who_is_not_paired_gets_nothing_and_the_console_everything(
    begun: Folder, feeds: FeedServer, bot_api: BotApi
) -> None:
    with begun.service() as service:
        service.wait_for_log("polled")
        code_of(service, bot_api, PERSON)
        feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
        service.wait_for_log("Sacramento")
        update = {"message": message("/help@rackwatch_fake_bot", where=GROUP, who=PERSON)}
        bot_api.server.post("/control/updates", [update])
        service.wait_for_log(f"denied                         chat_id={GROUP}")
        service.stop()
    assert len(bot_api.messages()) == 1, "only the code"


@pytest.mark.slow
def test_a_token_that_comes_later_is_taken_up_without_a_restart(begun: Folder, bot_api: BotApi) -> None:
    (begun.path / ".env").unlink()
    with begun.service() as service:
        service.wait_for_log("ask @BotFather for a token")
        service.wait_for_log("watching")
        begun.write(".env", f"RACKWATCH_TELEGRAM_TOKEN={TOKEN}\n")
        code_of(service, bot_api, PERSON)
        service.stop()
    assert TOKEN not in service.log


def test_a_wrong_token_is_said_once_and_the_watch_goes_on(begun: Folder, feeds: FeedServer) -> None:
    begun.write(".env", "RACKWATCH_TELEGRAM_TOKEN=123456789:AAwrong\n")
    refused = begun.run("telegram", "test", check=1).stderr
    assert refused == (
        "rackwatch: Telegram: the token is not accepted: Telegram answers 401 or 404: check the token and "
        "telegram.base_url\n"
    )
    with begun.service() as service:
        service.wait_for_log("Telegram stopped:")
        feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
        service.wait_for_log("Sacramento")
        assert "check the token" in begun.json("status")["telegram_stopped"]
        service.stop()
    assert service.log.count("Telegram does not accept the token") == 1
    assert service.log.count("Telegram stopped:") == 1


@pytest.mark.slow
def test_telegram_out_of_reach_at_the_start_is_said_once_and_read_later(begun: Folder, bot_api: BotApi) -> None:
    bot_api.server.stop()
    assert "rackwatch: Telegram: " in begun.run("telegram", "test", check=1).stderr
    with begun.service() as service:
        service.wait_for_log("commands cannot be read; trying again")
        service.wait_for_log("polled")
        time.sleep(1.5)
        bot_api.server.start()
        bot_api.server.post("/control/chats", [PERSON])
        code_of(service, bot_api, PERSON)
        service.stop()
    assert service.log.count("commands cannot be read") == 1
