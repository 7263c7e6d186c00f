"""The operator sends files: a desk with a rules folder on the disk, its rules in force, and some articles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.alerts.keyboard import Keyboard
from bot.alerts.markup import units, visible
from bot.alerts.render import LIMIT
from bot.chat.say import Edit, Send
from bot.rulesets.first import first_rules
from tests.archives import NOW, Article, Press
from tests.chat.room import CONFIG, RoomOfTests, room
from tests.chat.shapes import ME, pressed, sent
from tests.servers.telegram_html import parse_html
from tests.world import RULES

FILE = "data-centers.yaml"
WIDER = RULES.replace("any: [Tesla]", "any: [Tesla, Twitter]")
ARTICLES = (
    Article(source="a", title="Tesla opens a data center in Reno", days=20),
    Article(source="b", title="Twitter closes a data center in Austin", days=10),
    Article(source="c", title="Twitter cools a data center with <sea> water", days=3),
)


class Sending:
    """A desk, and its operator's chat; `last` is the button data under the last answer."""

    def __init__(self, made: RoomOfTests) -> None:
        self.room = made
        self.rules = made.settings.rules_folder
        self.last = ""
        self._sent = 0

    def send(self, content: str | bytes, name: str = FILE, **more: Any) -> str:
        """The answer to a file, as its reader sees it."""
        self._sent += 1
        number = f"F{self._sent}"
        self.room.files[number] = content.encode() if isinstance(content, str) else content
        return self.read(self.room.hear(sent(name, file_id=number, **more)))

    def press(self, data: str | None = None, *, where: int = ME, who: int = ME) -> str:
        return self.read(self.room.hear(pressed(self.last if data is None else data, where=where, who=who)))

    def read(self, said: list[Any]) -> str:
        (one,) = said
        assert isinstance(one, Send | Edit)
        parse_html(one.html)
        assert units(visible(one.html)) <= LIMIT
        self.last = data_of(one.keyboard)
        return visible(one.html)

    def text(self, name: str = FILE) -> str:
        return (self.rules / name).read_text()

    def files(self) -> dict[str, bytes]:
        """All that stands in the working folder but the database."""
        return {
            path.relative_to(self.room.settings.folder).as_posix(): path.read_bytes()
            for path in self.room.settings.folder.rglob("*")
            if path.is_file() and ".db" not in path.name
        }

    def in_force(self) -> str:
        mark = self.room.store.rule_sets.mark()
        assert mark is not None
        return mark.version


def data_of(keyboard: Keyboard) -> str:
    """What the one button sends; empty where there is none."""
    keys = [key.data for row in keyboard for key in row]
    assert len(keys) <= 1
    assert all(len(data.encode()) <= 64 for data in keys)
    return keys[0] if keys else ""


@contextmanager
def sending(folder: Path, config: str = CONFIG) -> Iterator[Sending]:
    (folder / "rules").mkdir()
    (folder / "rules" / FILE).write_text(RULES)
    with room(folder, config) as made:
        rules = first_rules(made.store, made.settings, now=NOW - timedelta(days=40)).candidate.rules
        press = Press(made.store, rules)
        press.open()
        press.publish(*ARTICLES)
        made.at = NOW
        yield Sending(made)
