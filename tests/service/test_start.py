"""What a start does once, so that polls need not: parsers are there, and what lives for ever is not looked at again."""

from __future__ import annotations

import asyncio
import gc
import io
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from bot.app import App
from bot.documents.entries import ParsedFeed
from bot.documents.parse import Question
from bot.documents.processes import Parsers
from bot.settings import load_settings
from tests.world import Folder

FEED = b"<rss version='2.0'><channel><title>t</title><item><title>fine</title></item></channel></rss>"


def children() -> set[int]:
    """Processes that this one has started and that have not ended."""
    return {int(child) for file in Path("/proc/self/task").glob("*/children") for child in file.read_text().split()}


def test_parsers_that_were_started_beforehand_are_the_ones_that_parse() -> None:
    async def life() -> None:
        before = children()
        async with Parsers(processes=2, timeout=5, memory=400 * 1024**2) as parsers:
            await parsers.start(5)
            started = children() - before
            assert len(started) == 2
            answers = [await parsers.parse(FEED, Question(url="http://x/")) for _ in range(2)]
            assert all(isinstance(answer, ParsedFeed) for answer in answers)
            assert children() - before == started

    asyncio.run(life())


def test_a_start_has_parsers_for_its_sources_and_spares_the_collector_its_rules(folder: Folder) -> None:
    folder.configure(sources=[{"key": "a", "url": "http://127.0.0.1:9/a.xml"}])

    async def life() -> None:
        before = children()
        async with App(load_settings(folder.path, {}), console=Console(file=io.StringIO()), role="poll"):
            assert len(children() - before) == 1
            assert gc.get_freeze_count() > 10_000
        assert gc.get_freeze_count() == 0
        assert children() == before

    asyncio.run(life())


LOADED = "import sys; from bot.cli.commands import app; app(['--version'], standalone_mode=False); print(*sys.modules)"


def test_a_start_imports_only_what_its_command_needs() -> None:
    done = subprocess.run([sys.executable, "-P", "-c", LOADED], capture_output=True, text=True, check=True)
    assert "bot.cli.commands" in done.stdout.split()
    assert not {"rules", "storage", "pydantic", "sqlalchemy", "bot.cli.folder"} & set(done.stdout.split())
