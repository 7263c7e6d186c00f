"""A desk for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archives import Press
from tests.chat.room import RoomOfTests, room
from tests.chat.telling import tell


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RoomOfTests]:
    with room(tmp_path) as made:
        yield made


@pytest.fixture
def press(desk: RoomOfTests) -> Press:
    """Newspapers whose stories the chats of the desk were told."""
    return tell(desk)
