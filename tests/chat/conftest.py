"""A desk for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rules import load_texts
from tests.archives import Press
from tests.chat.room import RoomOfTests, room
from tests.chat.telling import tell
from tests.world import RULES


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RoomOfTests]:
    with room(tmp_path) as made:
        yield made


@pytest.fixture
def press(desk: RoomOfTests) -> Press:
    """Newspapers whose stories the chats of the desk were told."""
    desk.rules = load_texts({"r.yaml": RULES})
    return tell(desk)
