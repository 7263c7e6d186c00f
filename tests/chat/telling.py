"""Stories that the chats of a desk were alerted of."""

from __future__ import annotations

from rules import load_texts
from tests.archives import Article, Press, deliver
from tests.chat.room import RoomOfTests
from tests.world import RULES

RENO = "Tesla opens a data center in Reno beside the old copper mine"
ALSO = "Copper mine in Reno gets a neighbour: a Tesla data center opens"
CRETE = "Tesla closes its data center on Crete after a dispute over olive groves"

MINE, TEAMS, MINE_OF_CRETE, TEAMS_OF_CRETE = 1, 2, 3, 4
"""The alerts: of Reno, in the private chat and in the group, and of Crete."""


def tell(desk: RoomOfTests) -> Press:
    """Two stories, the first of two publishers, told in every Telegram chat of the desk, in the order of the YAML."""
    press = Press(desk.store, load_texts({"r.yaml": RULES}), chats=tuple(desk.settings.chats))
    press.open()
    press.publish(
        Article(source="a", title=RENO, days=3.0),
        Article(source="b", title=ALSO, days=2.9, text="Alpha reported it first, according to Electrek."),
        Article(source="c", title=CRETE, days=1.0),
    )
    deliver(desk.store)
    return press


def message_of(desk: RoomOfTests, alert: int) -> int:
    """The number of the message that tells of an alert."""
    number = desk.store.outbox.alert(alert).message_id
    assert number is not None
    return number
