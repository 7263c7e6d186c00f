"""A desk for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chat.room import RoomOfTests, room


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RoomOfTests]:
    with room(tmp_path) as made:
        yield made
