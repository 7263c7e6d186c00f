"""The times of a chat in rackwatch.yaml: what is taken, and mistakes with their places."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.errors import ConfigInvalid
from bot.settings import Settings, load_settings

CHAT = "chats:\n  me:\n    kind: console\n"


def loaded(folder: Path, lines: str) -> Settings:
    (folder / "rackwatch.yaml").write_text(CHAT + lines, encoding="utf-8")
    return load_settings(folder, environment={})


def test_one_time_or_several_may_be_written(tmp_path: Path) -> None:
    chat = loaded(tmp_path, "    quiet_hours: 22:00-07:00\n    digest: [daily 08:00, weekly mon 18:00]\n").chats["me"]
    assert (chat.quiet_hours, chat.digest) == (("22:00-07:00",), ("daily 08:00", "weekly mon 18:00"))
    assert (chat.urgent, chat.language, chat.timezone) == (True, "en", None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("timezone: Europe/Berln", r"rackwatch.yaml:4:15: .*unknown time zone 'Europe/Berln'.*Europe/Berlin"),
        ("language: fr", r"rackwatch.yaml:4:15: .*'en', 'de'"),
        ("quiet_hours: [22:00-07:00, nights]", r"rackwatch.yaml:4:\d+: .*'nights'"),
        ("quiet_hours: 22:00-22:00", r"rackwatch.yaml:4:18: .*never end"),
        ("digest: hourly", r"rackwatch.yaml:4:13: .*'hourly' is no time of a digest; write for instance daily 08:00"),
        ("digset: none", r"rackwatch.yaml:4:5: .*digest"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(ConfigInvalid) as found:
        loaded(tmp_path, f"    {line}\n")
    assert re.search(message, str(found.value)), found.value
