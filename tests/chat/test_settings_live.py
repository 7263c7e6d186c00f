"""`/settings` with the whole service: quiet hours by buttons, an alert that waits, the digest afterwards, restarts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.clock import utc_now
from bot.demo.feed_server import FeedServer, Reply
from storage import open_store
from tests.chat.shapes import pressed
from tests.chat.test_conversation import answer, answers, write
from tests.conftest import OTHER_CHAT
from tests.delivery.queueing import content, queue
from tests.world import TOKEN, BotApi, Folder, Service, rss

OLD = {"guid": "0", "title": "A quiet day"}
NEWS = {"guid": "1", "title": "Tesla opens a data center in Sacramento"}


@pytest.fixture
def talking(folder: Folder, feeds: FeedServer, bot_api: BotApi) -> Folder:
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode()))
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.configure(
        sources=[{"key": "a", "url": feeds.url("/a.xml"), "language": "en"}],
        telegram={"base_url": bot_api.server.base_url, "timeout": "3s"},
        chats={"me": {"id": str(OTHER_CHAT), "digest": "none"}},
    )
    return folder


def tap(service: Service, bot_api: BotApi, shown: dict[str, Any], label: str) -> dict[str, Any]:
    """Press a button under a message; what the message shows then."""
    keys = {key["text"]: key for row in shown["reply_markup"]["inline_keyboard"] for key in row}
    press = pressed(keys[label]["callback_data"], where=OTHER_CHAT, under=shown["message_id"])["callback_query"]
    bot_api.server.post("/control/updates", [{"callback_query": press}])

    def look() -> dict[str, Any] | None:
        (now,) = [one for one in answers(bot_api, OTHER_CHAT) if one["message_id"] == shown["message_id"]]
        return now if (now["text"], now["reply_markup"]) != (shown["text"], shown["reply_markup"]) else None

    found: dict[str, Any] = service.wait_for(look, f"another screen after {label!r}")
    return found


def quiet_now() -> tuple[str, str]:
    """Full hours around this moment, UTC."""
    now = datetime.now(UTC)
    return f"{now - timedelta(hours=1):%H}:00", f"{now + timedelta(hours=2):%H}:00"


def set_of(folder: Folder, name: str) -> dict[str, Any]:
    (me,) = folder.json("chats")
    found: dict[str, Any] = me["settings"][name]
    return found


@pytest.mark.slow
def test_quiet_hours_by_buttons_hold_an_alert_until_a_digest_tells_it(
    talking: Folder, feeds: FeedServer, bot_api: BotApi
) -> None:
    begin, end = quiet_now()
    with talking.service() as service:
        service.wait_for_log("polled")
        write(bot_api, "/settings")
        menu = answer(service, bot_api, "Settings of this chat")
        german = tap(service, bot_api, tap(service, bot_api, menu, "Language"), "Deutsch")
        menu = tap(service, bot_api, german, "‹ Einstellungen")
        assert menu["text"].startswith("Einstellungen dieses Chats")
        urgent = tap(service, bot_api, tap(service, bot_api, menu, "Dringendes in Ruhezeiten"), "nein")
        menu = tap(service, bot_api, urgent, "‹ Einstellungen")
        hours = tap(service, bot_api, tap(service, bot_api, menu, "Ruhezeiten"), "Andere Zeiten…")
        hours = tap(service, bot_api, tap(service, bot_api, hours, "jeden Tag"), begin)
        service.kill()
    with talking.service() as service:  # the steps that were taken stand in the buttons
        service.wait_for_log("polled")
        hours = tap(service, bot_api, hours, end)
        assert f"{begin}-{end} · hier gesetzt" in hours["text"]
        assert set_of(talking, "quiet_hours") == {"value": [f"{begin}-{end}"], "from": "chat"}
        assert set_of(talking, "digest") == {"value": ["none"], "from": "file"}
        feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
        service.wait_for(lambda: talking.json("alerts", "list"), "an alert")
        write(bot_api, "/digest")
        answer(service, bot_api, "Für den Überblick warten: 1")
        service.stop()
    assert not any("Sacramento" in one["text"] for one in answers(bot_api, OTHER_CHAT)), "it waits"
    with talking.service() as service:
        tap(service, bot_api, hours, "aus")
        told = answer(service, bot_api, "Überblick: 1 Geschichte")
        service.stop()
    assert "Tesla opens a data center in Sacramento" in told["text"], "what a source said stays as it is"
    assert sum("Sacramento" in one["text"] for one in answers(bot_api, OTHER_CHAT)) == 1
    assert "1 settings" in talking.run("chats", "reset", "me", "language").stdout
    assert set_of(talking, "language")["from"] == "default"


def test_a_digest_that_is_asked_for_in_quiet_hours_is_turned_page_by_page_over_a_restart(
    talking: Folder, bot_api: BotApi
) -> None:
    begin, end = quiet_now()
    with talking.service() as service:
        service.wait_for_log("polled")
        write(bot_api, f"/settings quiet_hours {begin}-{end}")
        answer(service, bot_api, "Quiet hours")
        service.stop()
    with open_store(f"sqlite:///{talking.path / 'rackwatch.db'}") as store:
        queue(store, "me", [content(f"Story {number}") for number in range(120)], now=utc_now())
    with talking.service() as service:
        write(bot_api, "/digest now")
        first = answer(service, bot_api, "Digest: 120 stories · page 1 of 2")
        second = tap(service, bot_api, first, "›")
        assert second["text"].startswith("Digest: 120 stories · page 2 of 2")
        service.kill()
    with talking.service() as service:
        assert tap(service, bot_api, second, "‹") == first | {"edits": 2}
        service.stop()
    assert sum(one["text"].startswith("Digest") for one in answers(bot_api, OTHER_CHAT)) == 1
