"""A kill between an effect and the note that its update was handled brings the update again: its effect comes once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat.say import Send
from storage.records import AlertStanding
from tests.chat.room import RoomOfTests, room
from tests.chat.shapes import GROUP, ME, MEMBER, STRANGER, pressed, written
from tests.delivery.queueing import content, queue


@pytest.fixture
def told(tmp_path: Path) -> Iterator[RoomOfTests]:
    """A room whose group was told of a story, as A1."""
    with room(tmp_path) as made:
        made.sync()
        queue(made.store, "team", [content("Tesla opens a data center", priority="low")], now=made.at)
        yield made


def test_a_vote_is_cast_once_and_taken_back_once(told: RoomOfTests) -> None:
    cast, back = (pressed("down:A1", where=GROUP, who=MEMBER) for _ in range(2))
    for update, down in ((cast, 1), (cast, 1), (back, 0), (back, 0)):
        told.hear(update)
        assert told.store.votes.standing(1) == AlertStanding(down=down)


def test_a_stranger_hears_the_code_again_and_only_for_the_same_words(told: RoomOfTests) -> None:
    start = written("/start", where=STRANGER)
    assert told.text(start) == told.text(start)
    assert told.hear(written("/start", where=STRANGER)) == []


def test_who_is_paired_is_said_again(told: RoomOfTests) -> None:
    code = told.text(written("/start", where=STRANGER)).partition("<code>")[2].partition("<")[0]
    pair = written(f"/pair {code}", where=ME)
    assert told.text(pair) == told.text(pair) == "Paired: Person 666 is the chat <b>person-666</b> from now on."
    assert told.text(written(f"/pair {code}", where=ME)).startswith("No chat waits")
    told.store.people.remove("person-666")
    told.sync()
    assert told.text(pair).startswith("No chat waits"), "who is out again stays out"


@pytest.mark.parametrize("mute", [written("/mute 2h", where=ME), pressed("set:mute=8h", where=ME)])
def test_a_pause_does_not_become_longer(told: RoomOfTests, mute: dict[str, object]) -> None:
    first = told.hear(mute)
    told.later(hours=1)
    assert told.hear(mute) == first
    told.hear(written("/unmute", where=ME))
    assert told.store.outbox.chats()["me"].muted_until is None


def test_a_digest_that_is_on_its_way_is_not_denied(told: RoomOfTests) -> None:
    now = written("/digest now", where=GROUP, who=MEMBER)
    assert told.hear(now) == told.hear(now) == []
    (said,) = told.hear(written("/digest now", where=GROUP, who=MEMBER))
    assert isinstance(said, Send)
    assert said.html.startswith("Nothing waits.")
