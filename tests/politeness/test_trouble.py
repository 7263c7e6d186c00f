"""Trouble: asked ever more rarely but for ever, told once, and a source that is gone is left alone.

All rows live in one world, five days long. A row is a source's script and what the operator hears of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime

import pytest

from storage.records import SourceStatus
from tests.politeness.server import HTML, NOT_MODIFIED, Answer, Asked, feed, say
from tests.politeness.world import DAY, HOUR, MINUTE, MONDAY, World, about, new_folder, play
from tests.world import Folder, rss

DAYS = 5
E1 = 'ETag: "1"'
OK, OTHER = say(200, E1, body=feed("1")), say(200, 'ETag: "2"', body=feed("2", "1"))
EMPTY = say(200, 'ETag: "0"', body=rss().encode())
BAD, GONE = say(500), say(410)
FAILING, AGAIN, EMPTIED, DISABLED, SILENT = (
    "keeps failing",
    "answers again",
    "lists nothing any more",
    "is gone and not asked any more",
    "has gone silent",
)


def written(count: int, apart: timedelta) -> bytes:
    """A feed whose items came so far apart, the last one when the world begins."""
    items = (
        {"guid": str(n), "title": f"Item {n}", "date": format_datetime(MONDAY - n * apart, usegmt=True)}
        for n in range(count)
    )
    return say(200, E1, body=rss(*items).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    answers: tuple[Answer, ...]
    told: tuple[str, ...]
    interval: str = "10h"


def row(*answers: Answer, told: tuple[str, ...] = (), interval: str = "10h") -> Row:
    return Row(answers=answers, told=told, interval=interval)


ROWS = {
    "one failure is noise": row(OK, BAD, NOT_MODIFIED),
    "two failures are noise": row(OK, BAD, BAD, OTHER),
    "three failures are told": row(OK, BAD, BAD, BAD, NOT_MODIFIED, told=(FAILING,)),
    "failures without end are told once": row(OK, BAD, told=(FAILING,)),
    "the end of failures is told once": row(OK, BAD, BAD, BAD, BAD, OTHER, NOT_MODIFIED, told=(FAILING, AGAIN)),
    "a 304 after failures is no recovery": row(OK, BAD, BAD, BAD, NOT_MODIFIED, told=(FAILING,)),
    "a document after such a 304 is": row(OK, BAD, BAD, BAD, NOT_MODIFIED, OTHER, told=(FAILING, AGAIN)),
    "a document that cannot be read fails, unchanged or not": row(
        say(200, E1, body=HTML), NOT_MODIFIED, told=(FAILING,)
    ),
    "a second trouble is told again": row(
        OK, BAD, BAD, BAD, OTHER, BAD, BAD, BAD, NOT_MODIFIED, told=(FAILING, AGAIN, FAILING)
    ),
    "a feed that was always empty is no trouble": row(EMPTY, NOT_MODIFIED),
    "a feed that becomes empty is told once": row(OK, EMPTY, NOT_MODIFIED, told=(EMPTIED,)),
    "a feed that fills again is told of anew when it empties": row(
        OK, EMPTY, OTHER, say(200, body=rss(title="B").encode()), told=(EMPTIED, EMPTIED)
    ),
    "410 once is a failure like others": row(OK, GONE, NOT_MODIFIED, interval="25h"),
    "410 twice a day apart disables": row(OK, GONE, told=(DISABLED,), interval="25h"),
    "410 twice within a day does not": row(OK, GONE, GONE, NOT_MODIFIED),
    "410, a document, and 410 again does not": row(OK, GONE, OTHER, GONE, NOT_MODIFIED, interval="25h"),
    "410, a 304, and 410 again does not": row(OK, GONE, NOT_MODIFIED, GONE, NOT_MODIFIED, interval="25h"),
    "404 for ever does not disable": row(OK, say(404), told=(FAILING,), interval="25h"),
    "a busy source that goes silent is told of once": row(written(20, HOUR), NOT_MODIFIED, told=(SILENT,)),
    "a sleepy source may be silent for long": row(written(20, 5 * DAY), NOT_MODIFIED),
    "a source of a few items is not silent": row(written(3, HOUR), NOT_MODIFIED),
}
BACK_OFF = [15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, *[6 * HOUR] * 20]


@dataclass(slots=True)
class Fate:
    told: list[str]
    state: SourceStatus
    requests: list[Asked]


@pytest.fixture(scope="module")
def fates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fate]:
    folder = new_folder(tmp_path_factory, "trouble")
    found: dict[str, Fate] = {}

    async def story(world: World) -> None:
        keys = {f"row-{number:02}": name for number, name in enumerate(ROWS)}
        for key, name in keys.items():
            world.source(key, *ROWS[name].answers, interval=ROWS[name].interval)
        await world.start()
        await world.pass_time(DAYS * DAY / 2, grain=HOUR)
        await world.restart()
        await world.pass_time(DAYS * DAY / 2, grain=HOUR)
        for key, name in keys.items():
            found[name] = Fate(told=world.told(key), state=world.state(key), requests=world.asked(key))

    play(folder, story)
    return found


@pytest.mark.parametrize("name", ROWS)
def test_trouble(name: str, fates: dict[str, Fate]) -> None:
    fate = fates[name]
    assert tuple(fate.told) == ROWS[name].told
    disabled = DISABLED in ROWS[name].told
    assert (fate.state.health.disabled_at is not None) == disabled
    assert (MONDAY + DAYS * DAY - fate.requests[-1].at > 30 * HOUR) == disabled, "all others are asked for ever"


def test_failures_wait_twice_as_long_each_time_up_to_six_hours_and_never_end(folder: Folder) -> None:
    async def story(world: World) -> None:
        world.source("broken", BAD, interval="15m")
        await world.start()
        await world.pass_time(5 * DAY)
        gaps = world.gaps("broken")
        assert len(gaps) >= 18
        assert [gap for gap, wanted in zip(gaps, BACK_OFF, strict=False) if not about(gap, wanted)] == []

    play(folder, story)


def test_a_304_after_failures_leaves_them_on_the_record(fates: dict[str, Fate]) -> None:
    state = fates["a 304 after failures is no recovery"].state
    assert state.failures == 3
    assert "no document read since" in (state.last_reason or "")


def test_an_empty_document_is_no_failure(fates: dict[str, Fate]) -> None:
    assert fates["a feed that becomes empty is told once"].state.failures == 0


def test_a_source_that_is_gone_is_not_polled_with_all_the_others(folder: Folder) -> None:
    async def story(world: World) -> None:
        world.source("gone", OK, GONE, NOT_MODIFIED, interval="25h")
        world.server.script("/gone", OK, GONE, GONE, NOT_MODIFIED)
        await world.start()
        await world.pass_time(3 * DAY)
        assert world.told("gone") == [DISABLED]
        assert world.app.store.sources.named() == []
        await world.restart()
        await world.pass_time(10 * DAY)
        assert len(world.asked("gone")) == 3
        # A person wants it back: asked at once, with conditions, and gone only after another day of 410.
        assert world.app.store.sources.enable("gone", now=world.clock.now)
        await world.poll_due()
        assert len(world.asked("gone")) == 4
        assert world.unconditional("gone") == 1
        assert world.state("gone").health.gone_since is None
        await world.pass_time(2 * DAY)
        assert len(world.asked("gone")) == 5

    play(folder, story)
