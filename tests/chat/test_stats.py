"""`/stats` on a real database, and a picture on its way to a chat."""

from __future__ import annotations

import asyncio

import pytest

from bot.alerts.pacing import Pace
from bot.charts.painter import Painter
from bot.chat.say import Photo, Say
from bot.telegram_door.notifier import TelegramNotifier
from bot.telegram_door.speaking import Speaker
from tests.archives import NOW, Article, Press
from tests.chat.room import RoomOfTests
from tests.chat.shapes import ADMIN, GROUP, ME, MEMBER, written
from tests.conftest import OTHER_CHAT
from tests.servers.telegram_html import parse_html
from tests.world import TOKEN, BotApi


@pytest.fixture
def counted(desk: RoomOfTests) -> RoomOfTests:
    """Three stories in a month, one of them told by two publishers; 'me' was alerted of all, 'team' of nothing."""
    desk.at = NOW
    press = Press(desk.store, desk.rules)
    press.open()
    press.publish(
        Article(source="a", title="Tesla opens a data center in Reno", days=40),
        Article(source="a", title="Tesla opens a data center in Oslo with forty halls", days=9),
        Article(source="b", title="Tesla sells its data center near Lima to a bank", days=3),
        Article(source="c", title="Tesla opens a data center in Oslo with forty halls", days=8),
    )
    with desk.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE alerts SET chat = 'me'")
    return desk


def picture(desk: RoomOfTests, text: str, **more: int) -> Photo:
    (said,) = desk.hear(written(text, **more))
    assert isinstance(said, Photo)
    return said


def test_stories_count_on_the_day_they_began_and_alerts_are_the_chats_own(counted: RoomOfTests) -> None:
    mine = picture(counted, "/stats")
    assert mine.png.startswith(b"\x89PNG")
    assert "2 stories: 2 of Data centers, 2 of Other &lt;news&gt;\n2 alerts in this chat" in mine.html
    theirs = picture(counted, "/stats 30d", where=GROUP, who=MEMBER)
    assert theirs.html.endswith("0 alerts in this chat")
    assert theirs.reply_to is not None
    assert "3 stories" in picture(counted, "/stats 60d").html
    assert "1 story:" in picture(counted, "/stats 1w").html


def test_a_chat_sees_the_watches_that_it_follows_in_its_language(counted: RoomOfTests) -> None:
    for name, value in (("watches", ["data-centers"]), ("language", "de")):
        counted.store.people.set_override("team", name, value, by="test", now=counted.at)
    asyncio.run(counted.follow_people())
    html = picture(counted, "/stats 30d", where=GROUP, who=ADMIN).html
    assert "\n2 Geschichten\n0 Meldungen in diesem Chat" in html
    assert "Other" not in html


def test_where_the_picture_cannot_be_drawn_a_text_is_sent(counted: RoomOfTests) -> None:
    counted.painter = Painter(patience=0.01)
    text = counted.text(written("/stats"))
    (pre,) = (one for one in parse_html(text).entities if one["type"] == "pre")
    assert pre["length"] > 60
    assert "2 alerts in this chat" in text


@pytest.mark.parametrize("span", ["soon", "0d", "400d", "-1d", "1h"])
def test_a_span_that_is_none_gets_one_sentence(counted: RoomOfTests, span: str) -> None:
    before = counted.rows()
    assert counted.text(written(f"/stats {span}")) == "How many days? Write for example /stats 30d, at most 366d."
    assert counted.rows() == before


# ── on its way ───────────────────────────────────────────────────────────────────────────────────────────────────────


def say(bot_api: BotApi, said: Say) -> bool:
    async def once() -> bool:
        notifier = TelegramNotifier(token=TOKEN, base_url=bot_api.server.base_url, timeout=5)
        try:
            return await Speaker(notifier, Pace(), str).say(said)
        finally:
            await notifier.close()

    return asyncio.run(once())


def photo_for(chat: int, desk: RoomOfTests, *, html: str = "<b>caption</b>") -> Photo:
    return Photo(chat_id=chat, png=picture(desk, "/stats 7d", where=ME).png, html=html, instead="<b>text</b>")


def test_a_photo_arrives_with_its_caption(bot_api: BotApi, counted: RoomOfTests) -> None:
    assert say(bot_api, photo_for(OTHER_CHAT, counted))
    (message,) = bot_api.messages()
    assert message["text"] == "caption"
    assert message["photo"]["width"] == 1080


def test_a_chat_that_takes_no_photos_gets_the_text(bot_api: BotApi, counted: RoomOfTests) -> None:
    bot_api.faults({"kind": "no_photos", "method": "sendPhoto", "times": -1})
    assert say(bot_api, photo_for(OTHER_CHAT, counted))
    (message,) = bot_api.messages()
    assert (message["text"], message["photo"]) == ("text", None)


def test_a_photo_that_has_to_wait_is_sent_again_and_one_that_may_have_arrived_is_not(
    bot_api: BotApi, counted: RoomOfTests
) -> None:
    said = photo_for(OTHER_CHAT, counted)
    bot_api.faults({"kind": "429", "retry_after": 1}, {"kind": "drop_after", "times": 1})
    assert not say(bot_api, said)
    assert [line["status"] for line in bot_api.ledger()] == [429, None]
    assert len(bot_api.messages()) == 1


def test_a_caption_that_telegram_cannot_read_is_sent_as_it_is_read(bot_api: BotApi, counted: RoomOfTests) -> None:
    assert say(bot_api, photo_for(OTHER_CHAT, counted, html="<b>open"))
    assert [message["text"] for message in bot_api.messages()] == ["open"]
