"""A permanent redirect is believed when it was seen three times over two days, with a feed at its end; others never.

All rows live in one world: three days, a look every day, a restart before the last one. `/KEY` is the address
in rackwatch.yaml, `/KEY-mid` and `/KEY-end` are where it leads.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.politeness.server import HTML, NOT_MODIFIED, Answer, Asked, feed, say
from tests.politeness.world import DAY, HOUR, World, new_folder, play
from tests.world import Folder

WHOLE = say(200, 'ETag: "1"', body=feed())


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Scripts, and which address is asked first in the end; `{key}` stands for the row's own."""

    first: tuple[Answer | str, ...]
    asked: str
    mid: tuple[Answer | str, ...] = ()
    end: tuple[Answer | str, ...] = (WHOLE, NOT_MODIFIED)
    reason: str = ""
    options: dict[str, str] = field(default_factory=dict)


def to(status: int, target: str) -> str:
    """A redirect; the key is filled in later."""
    return f"{status} {target}"


END, MID = "/{key}-end", "/{key}-mid"

ROWS = {
    "301 moves": Row(first=(to(301, END),), asked=END),
    "308 moves": Row(first=(to(308, END),), asked=END),
    "301 moves to the end of a chain of its like": Row(first=(to(301, MID),), mid=(to(308, END),), asked=END),
    "301 and then 302 moves over the permanent part only": Row(first=(to(301, MID),), mid=(to(302, END),), asked=MID),
    "302 and then 301 does not move": Row(first=(to(302, MID),), mid=(to(301, END),), asked="/{key}"),
    "302 does not move": Row(first=(to(302, END),), asked="/{key}"),
    "303 does not move": Row(first=(to(303, END),), asked="/{key}"),
    "307 does not move": Row(first=(to(307, END),), asked="/{key}"),
    "301 with a relative target moves": Row(first=(to(301, "{key}-end"),), asked=END),
    "301 moves without the target's fragment": Row(first=(to(301, END + "#top"),), asked=END),
    "301 to a web page does not move": Row(first=(to(301, END),), end=(say(200, body=HTML),), asked="/{key}"),
    "301 to an error does not move": Row(first=(to(301, END),), end=(say(404),), asked="/{key}"),
    "301 seen twice does not move": Row(first=(to(301, END), to(301, END), NOT_MODIFIED), asked="/{key}"),
    "301 seen twice over two days does not move": Row(
        first=(to(301, END),), options={"interval": "50h"}, asked="/{key}"
    ),
    "301 with breaks does not move": Row(first=(to(301, END), NOT_MODIFIED) * 10, asked="/{key}"),
    "301 to another place every time does not move": Row(
        first=(to(301, END), to(301, MID)) * 10, mid=(WHOLE, NOT_MODIFIED), asked="/{key}"
    ),
    "301 seen ten times in a day and a half does not move": Row(
        first=(*(to(301, END),) * 10, NOT_MODIFIED), options={"interval": "3h"}, asked="/{key}"
    ),
    "a circle of redirects ends with its reason": Row(
        first=(to(301, MID),), mid=(to(301, "/{key}"),), asked="/{key}", reason="redirects in a circle"
    ),
    "a redirect to itself ends with its reason": Row(
        first=(to(301, "/{key}"),), asked="/{key}", reason="redirects in a circle"
    ),
    "a redirect without a target ends with its reason": Row(
        first=(say(301),), asked="/{key}", reason="HTTP 301 without a target"
    ),
    "a redirect to another scheme ends with its reason": Row(
        first=(to(301, "ftp://files.example/feed"),), asked="/{key}", reason="not a plain web address"
    ),
}
BELIEVED = [name for name, row in ROWS.items() if row.asked != "/{key}"]


@dataclass(slots=True)
class Seen:
    """What became of a row."""

    last_look: list[str]
    reason: str
    told: list[str]
    requests: list[Asked]


def _answers(script: tuple[Answer | str, ...], key: str) -> list[Answer]:
    def redirect(line: str) -> bytes:
        status, _, target = line.format(key=key).partition(" ")
        return say(int(status), f"Location: {target}")

    return [redirect(answer) if isinstance(answer, str) else answer for answer in script]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    folder = new_folder(tmp_path_factory, "moves")
    found: dict[str, Seen] = {}

    async def story(world: World) -> None:
        keys = {f"row-{number:02}": name for number, name in enumerate(ROWS)}
        for key, name in keys.items():
            row = ROWS[name]
            world.source(key, *_answers(row.first, key), **{"interval": "1d"} | row.options)
            world.server.script(f"/{key}-mid", *_answers(row.mid or (say(404),), key))
            world.server.script(f"/{key}-end", *_answers(row.end, key))
        await world.start()
        await world.pass_time(3 * DAY, grain=HOUR)
        await world.restart()
        before = len(world.server.requests)
        told = {key: world.told(key) for key in keys}
        await world.poll_by_hand(*keys)
        for key, name in keys.items():
            found[name] = Seen(
                last_look=[one.target for one in world.server.requests[before:] if one.target.startswith(f"/{key}")],
                reason=world.state(key).last_reason or "",
                told=told[key],
                requests=[one for one in world.server.requests if one.target.startswith(f"/{key}")],
            )

    play(folder, story)
    return found


@pytest.mark.parametrize("name", ROWS)
def test_redirect(name: str, seen: dict[str, Seen]) -> None:
    row, outcome = ROWS[name], seen[name]
    key = outcome.requests[0].target.removeprefix("/")
    assert outcome.last_look[0] == row.asked.format(key=key)
    assert row.reason in outcome.reason
    assert outcome.told.count("has moved for good") == (name in BELIEVED)


@pytest.mark.parametrize("name", BELIEVED)
def test_what_moved_is_asked_with_conditions_as_before(name: str, seen: dict[str, Seen]) -> None:
    conditions = [asked.unconditional for asked in seen[name].requests]
    assert conditions == sorted(conditions, reverse=True), "the first look, with all its redirects, and never again"


def test_the_new_address_is_forgotten_when_the_file_names_another(folder: Folder) -> None:
    async def story(world: World) -> None:
        world.source("old", say(301, "Location: /new"), interval="1h")
        world.server.script("/new", WHOLE, NOT_MODIFIED)
        await world.start()
        for _ in range(3):
            await world.poll_by_hand("old")
            world.clock.now += DAY
        assert world.state("old").health.effective_url == world.server.url("/new")
        world.server.script("/third", WHOLE, NOT_MODIFIED)
        world.change("old", url=world.server.url("/third"))
        await world.reload()
        before = len(world.server.requests)
        await world.poll_due()
        assert [one.target for one in world.server.requests[before:]] == ["/third"]
        assert world.state("old").health.effective_url is None

    play(folder, story)
