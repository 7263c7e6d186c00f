"""Charts drawn by the child process: what comes out, and what happens when it cannot."""

from __future__ import annotations

import asyncio
import json
import struct
import subprocess
import sys

import pytest

from bot.charts.painter import NotDrawn, Painter
from bot.chat.stats_shown import as_chart
from bot.chat.words import words_in
from tests.charts.some import SHAPES, some
from tests.servers.bot_uploads import LARGEST, photo_of
from tests.servers.process import CHECKOUT

CHART = as_chart(some(watches=2, days=30), words_in("en"))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_a_picture_that_telegram_takes(shape: dict[str, int]) -> None:
    png = asyncio.run(Painter().draw(as_chart(some(**shape), words_in("de"))))
    assert isinstance(png, bytes)
    width, height = struct.unpack(">II", png[16:24])
    assert width == 1080
    assert height <= 3200
    assert len(png) < LARGEST
    assert photo_of({"head": png[:24].hex(), "size": len(png), "sha256": "0" * 64})["width"] == width


def test_who_asks_stays_small_and_does_other_things_while_a_picture_is_drawn() -> None:
    program = """
import asyncio, json, resource, sys, time
from bot.charts.painter import Painter
from bot.chat.stats_shown import as_chart
from bot.chat.words import words_in
from tests.charts.some import some
async def main():
    drawing = asyncio.create_task(Painter().draw(as_chart(some(watches=2, days=30), words_in("en"))))
    longest, last = 0.0, time.monotonic()
    while not drawing.done():
        await asyncio.sleep(0.01)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    return isinstance(drawing.result(), bytes), longest
def kilobytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = kilobytes()
drawn, longest = asyncio.run(main())
print(json.dumps([drawn, longest, kilobytes() - before, "matplotlib" in sys.modules]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True
    )
    drawn, longest, grown, loaded = json.loads(done.stdout)
    assert drawn
    assert longest < 1.0, "seconds"
    assert grown < 10_000, "kilobytes"
    assert not loaded


def test_a_picture_that_takes_too_long_is_given_up_with_its_process() -> None:
    given_up = asyncio.run(Painter(patience=0.2).draw(CHART))
    assert given_up == NotDrawn(reason="drawing took longer than 0.2 s")


def test_a_picture_that_needs_too_much_memory_is_given_up() -> None:
    given_up = asyncio.run(Painter(memory=60_000_000).draw(CHART))
    assert isinstance(given_up, NotDrawn)
    assert given_up.reason.startswith("drawing failed (exit ")


def test_without_the_extra_nothing_is_started() -> None:
    program = """
import asyncio, sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "matplotlib":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hidden())
from bot.charts.painter import Painter
from bot.chat.stats_shown import as_chart
from bot.chat.words import words_in
from tests.charts.some import some
print(asyncio.run(Painter().draw(as_chart(some(watches=2, days=30), words_in("en")))).missing)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "True"
