"""Votes: one for each person and alert, changed and taken back; counted on the buttons of each message and edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.alerts.keyboard import DATA_LIMIT, Key, alert_keyboard, data_of
from bot.alerts.words import GERMAN
from rules import load_texts
from storage import Store, migrate, open_store
from storage.errors import NotFound
from storage.records import AlertStanding, OutboxKind
from tests.archives import NOW, Article, Press, arrived
from tests.world import RULES


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        migrate.upgrade(store.database, now=NOW)
        press = Press(store, load_texts({"r.yaml": RULES}))
        press.open()
        press.publish(Article(source="a", title="Tesla opens a data center in Reno", days=3))
        yield store


def counts(store: Store) -> tuple[int, int]:
    standing = store.votes.standing(1)
    return standing.up, standing.down


def test_each_person_has_one_vote(store: Store) -> None:
    assert [store.votes.cast(1, person, +1, now=NOW) for person in (7, 8)] == [1, 1]
    assert store.votes.cast(1, 9, -1, now=NOW) == -1
    assert counts(store) == (2, 1)


def test_a_vote_is_changed(store: Store) -> None:
    store.votes.cast(1, 7, +1, now=NOW)
    assert store.votes.cast(1, 7, -1, now=NOW) == -1
    assert counts(store) == (0, 1)


def test_the_same_vote_again_takes_it_back(store: Store) -> None:
    store.votes.cast(1, 7, -1, now=NOW)
    assert store.votes.cast(1, 7, -1, now=NOW) == 0
    assert counts(store) == (0, 0)


def test_nobody_votes_on_an_alert_that_is_not_there(store: Store) -> None:
    with pytest.raises(NotFound):
        store.votes.cast(2, 7, +1, now=NOW)


def test_votes_are_in_the_public_schema(store: Store) -> None:
    store.votes.cast(1, 5_000_000_000, -1, now=NOW)
    with store.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT alert, story_id, chat, user_id, vote FROM archive_votes").fetchall()
    assert [tuple(row) for row in rows] == [("A1", 1, "console", 5_000_000_000, -1)]


def test_what_is_sent_next_carries_the_votes(store: Store) -> None:
    store.votes.cast(1, 7, +1, now=NOW)
    (item,) = store.outbox.ready(now=NOW)
    assert item.standing == AlertStanding(up=1)


def test_the_buttons_count_votes_and_offer_the_undo() -> None:
    (up, down, why), (mute, more) = alert_keyboard(12, AlertStanding(up=2, muted=True))
    assert [key.text for key in (up, down, why, mute, more)] == ["👍 2", "👎", "Why?", "Unmute story", "More"]
    assert [key.data for key in (up, down, why, mute, more)] == [
        "up:A12",
        "down:A12",
        "why:A12",
        "unmute:A12",
        "more:A12",
    ]
    ((_, _, warum), _) = alert_keyboard(12, AlertStanding(), GERMAN)
    assert warum == Key(text="Warum?", data="why:A12")


def test_the_longest_data_fits_a_button() -> None:
    longest = data_of("unmute", 2**63 - 1, 2**63 - 1, "yes")
    assert len(longest.encode()) <= DATA_LIMIT
    assert longest.isascii()


def test_a_vote_while_the_message_is_on_the_way_is_on_its_next_edit(store: Store) -> None:
    """The request was made with the older count; who reads the message sees the newer one all the same."""
    (item,) = store.outbox.ready(now=NOW)
    claimed = store.outbox.mark_sending(item, now=NOW)
    assert claimed is not None
    store.votes.cast(1, 7, +1, now=NOW)
    arrived(store, claimed, now=NOW)
    (edit,) = store.outbox.ready(now=NOW)
    assert (edit.kind, edit.standing) == (OutboxKind.EDIT, AlertStanding(up=1))
    claimed = store.outbox.mark_sending(edit, now=NOW)
    assert claimed is not None
    arrived(store, claimed, now=NOW)
    assert store.outbox.ready(now=NOW) == []
