"""Fixtures: fakes as real processes on loopback, and a fresh working folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.demo.feed_server import FeedServer
from tests.politeness.score import pytest_terminal_summary  # noqa: F401 - the score of all runs, also under xdist
from tests.servers.process import ServerProcess
from tests.shell import Shell
from tests.world import RULES, TOKEN, BotApi, Folder

# The same examples in every run: a find of chance belongs in a test of its own.
settings.register_profile("everyday", derandomize=True)
settings.load_profile("everyday")

CHAT = -1001
OTHER_CHAT = 42


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A working folder with one small rule file; configure() writes the rest."""
    made = Folder(path=tmp_path / "watch")
    made.write("rules/data-centers.yaml", RULES)
    return made


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def bot_api(tmp_path: Path) -> Iterator[BotApi]:
    state = tmp_path / "bot-api"
    state.mkdir()
    arguments = ["--token", TOKEN, "--chat", str(CHAT), "--chat", str(OTHER_CHAT)]
    with ServerProcess("tests.servers.bot_api", *arguments, state=state) as server:
        yield BotApi(server=server)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RACKWATCH_DIR", raising=False)
    return Shell(folder=tmp_path, monkeypatch=monkeypatch, capture=capsysbinary)
