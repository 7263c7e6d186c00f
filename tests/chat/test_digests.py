"""`/digest`, and the buttons that turn a digest's pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.alerts.gather import arranged
from bot.alerts.keyboard import digest_keyboard
from bot.alerts.markup import visible
from bot.audience import times_of
from bot.chat.say import Edit, Send
from storage.records import Arrangement, OutboxItem, OutboxKind, Waiting
from tests.chat.room import RoomOfTests, room
from tests.chat.shapes import ADMIN, GROUP, ME, MEMBER, pressed, written
from tests.delivery.queueing import content, queue, states

GERMAN = f"""\
timezone: America/New_York
chats:
  me: {{id: {ME}, language: de, timezone: Europe/Berlin, quiet_hours: "22:00-07:00"}}
  team: {{id: {GROUP}, allow: [{MEMBER}], admins: [{ADMIN}], digest: none}}
"""


def low(desk: RoomOfTests, *titles: str, chat: str = "me") -> list[int]:
    return queue(desk.store, chat, [content(title, priority="low") for title in titles], now=desk.at)


def hold(desk: RoomOfTests, chat: str = "me") -> None:
    """As the deliverer does it, each second."""

    def arrange(waiting: Sequence[Waiting], _: str) -> Arrangement:
        return arranged(waiting, times_of(desk.settings.chats[chat], desk.settings), most=10, now=desk.at)

    desk.store.digests.arrange(chat, arrange, now=desk.at, quiet=[])


def next_digest(desk: RoomOfTests) -> OutboxItem:
    (item,) = [one for one in desk.store.outbox.ready(now=desk.at) if one.kind is OutboxKind.DIGEST]
    return item


def test_it_says_how_many_alerts_wait_and_when_they_come(desk: RoomOfTests) -> None:
    assert desk.text(written("/digest")) == "Nothing waits. The next digest comes at 2 Sep 2026 08:00."
    low(desk, "Dust", "Smoke")
    queue(desk.store, "me", [content("Fire", priority="high")], now=desk.at)
    for _ in ("made just now", "held back"):
        assert visible(desk.text(written("/digest"))).splitlines() == [
            "Waiting for the digest: 2",
            "/digest now tells it at once.",
            "",
            "• 2 Sep 2026 08:00: 2",
        ]
        hold(desk)


def test_a_german_chat_reads_it_in_german_on_its_own_clock(tmp_path: Path) -> None:
    with room(tmp_path, GERMAN) as desk:
        desk.later(hours=9)  # 23:00 in Berlin
        low(desk, "Dust")
        queue(desk.store, "me", [content("Fire")], now=desk.at)
        assert visible(desk.text(written("/digest"))).splitlines() == [
            "Für den Überblick warten: 2",
            "Mit /digest now kommt er sofort.",
            "",
            "• 2. Sept. 2026 07:00: 1",
            "• 2. Sept. 2026 08:00: 1",
        ]
        assert "only" in desk.text(written("/digest", where=GROUP, who=MEMBER)), "no digest is set there"


def test_who_asks_has_it_at_once_and_nothing_is_told_twice(desk: RoomOfTests) -> None:
    low(desk, "Dust", "Smoke")
    low(desk, "Rain", chat="team")
    hold(desk)
    assert desk.hear(written("/digest now")) == []
    assert states(desk.store, "me") == {("message", "gathered"): 2, ("digest", "pending"): 1}
    assert states(desk.store, "team") == {("message", "pending"): 1}
    assert "Nothing waits" in desk.text(written("/digest now"))
    desk.later(days=1)
    hold(desk)
    assert states(desk.store, "me") == {("message", "gathered"): 2, ("digest", "pending"): 1}


def test_a_member_of_a_group_may_ask(desk: RoomOfTests) -> None:
    low(desk, "Rain", chat="team")
    assert desk.hear(written("/digest now", where=GROUP, who=MEMBER)) == []
    assert next_digest(desk).chat == "team"


def test_what_a_rule_holds_back_is_not_told(desk: RoomOfTests) -> None:
    low(desk, "Dust")
    with desk.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET not_before = '2026-09-03 00:00:00.000000'")
    assert "Nothing waits" in desk.text(written("/digest now"))


def test_a_paused_chat_is_told_that_it_is(desk: RoomOfTests) -> None:
    low(desk, "Dust")
    desk.hear(written("/mute 2d"))
    assert "paused until 3 Sep 2026 12:00" in desk.text(written("/digest now"))
    assert states(desk.store) == {("message", "pending"): 1}
    assert "• 3 Sep 2026 12:00: 1" in desk.text(written("/digest"))


def test_pages_are_turned_in_place_for_weeks(tmp_path: Path) -> None:
    with room(tmp_path) as desk:
        low(desk, *(f"Story {number}" for number in range(120)))
        desk.hear(written("/digest now"))
        row = next_digest(desk).id
    with room(tmp_path) as desk:  # after a restart
        desk.at += timedelta(weeks=6)
        told = set()
        for number, keys in ((1, ["‹", "2/2"]), (0, ["1/2", "›"])):
            (said,) = desk.hear(pressed(f"page:d{row}.{number}", under=77))
            assert isinstance(said, Edit)
            assert said.message_id == 77
            assert [key.text for line in said.keyboard for key in line] == keys
            assert said.html.startswith(f"<b>Digest: 120 stories</b> · page {number + 1} of 2\n")
            told |= {line.split(",")[0] for line in visible(said.html).splitlines() if line.startswith("•")}
        assert told == {f"• Story {number}" for number in range(120)}


@pytest.mark.parametrize("data", ["page:d{row}.2", "page:d999.0", "page:d{row}.0"])
def test_a_page_that_is_not_there_and_another_chats_tell_nothing(desk: RoomOfTests, data: str) -> None:
    low(desk, *(f"Story {number}" for number in range(120)), chat="team")
    desk.hear(written("/digest now", where=GROUP, who=MEMBER))
    row = next_digest(desk).id
    (said,) = desk.hear(pressed(data.format(row=row)))
    assert isinstance(said, Send)
    assert said.html == "This digest is not known any more."


def test_a_digest_of_one_page_has_no_buttons() -> None:
    assert digest_keyboard(5, 0, 1) == ()
    assert [key.data for line in digest_keyboard(5, 1, 3) for key in line] == ["page:d5.0", "page:d5.1", "page:d5.2"]
