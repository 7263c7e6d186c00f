"""How long it takes until the next request: what the person, the server and the publisher ask for, the longest wins.

All rows live in one world, a day long; the wait after the row's last answer is compared with the row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.politeness.server import NOT_MODIFIED, Answer, Asked, feed, say
from tests.politeness.world import DAY, HOUR, MINUTE, MONDAY, World, about, new_folder, play
from tests.world import rss

YEARS = 16 * 365 * 86_400
DEFAULT = 15 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Answers, and the wait after the last of them; `options` are the source's in rackwatch.yaml."""

    answers: tuple[Answer, ...]
    wait: timedelta
    options: dict[str, Any] = field(default_factory=dict)


def after(wait: timedelta, *answers: Answer, **options: Any) -> Row:
    return Row(answers=answers, wait=wait, options=options)


def fresh(*lines: str) -> bytes:
    return say(200, *lines, body=feed())


def dated(name: str, ahead: timedelta, *lines: str, status: int = 200) -> Answer:
    """An answer with its Date, and another date so much later."""

    def answer(asked: Asked) -> bytes:
        date, later = format_datetime(asked.at, usegmt=True), format_datetime(asked.at + ahead, usegmt=True)
        return say(status, f"Date: {date}", f"{name}: {later}", *lines, body=feed() if status == 200 else b"")

    return answer


def with_channel(inside: str, root: str = "") -> bytes:
    whole = rss({"guid": "0", "title": "A quiet day"}).replace("<channel>", f"<channel>{inside}")
    return say(200, body=whole.replace("<rss ", f"<rss {root} ").encode())


LEAVE_ALONE = say(503, "Retry-After: 86400")
"""What a row's source says once its wait has been seen, so that the world has less to do."""


def written(count: int, apart: timedelta) -> bytes:
    """A feed whose items came so far apart, the last one when the world begins."""
    dates = (format_datetime(MONDAY - number * apart, usegmt=True) for number in range(count))
    return say(200, body=rss(*({"guid": date, "title": "An item", "date": date} for date in dates)).encode())


TTL = with_channel("<ttl>90</ttl>")
PERIOD = with_channel(
    "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>",
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"',
)

ROWS = {
    # ── what the person asks for ──
    "without any word it is schedule.interval": after(DEFAULT, fresh()),
    "the person's interval": after(3 * HOUR, fresh(), interval="3h"),
    "an interval below the floor is the floor": after(5 * MINUTE, fresh(), interval="10s"),
    "the floor holds after a 304 too": after(5 * MINUTE, fresh('ETag: "1"'), NOT_MODIFIED, interval="10s"),
    # ── what the server asks for ──
    "max-age on a 200": after(2 * HOUR, fresh("Cache-Control: public, max-age=7200")),
    "max-age on a 304": after(2 * HOUR, fresh('ETag: "1"'), say(304, "Cache-Control: max-age=7200")),
    "max-age over a shorter interval": after(2 * HOUR, fresh("Cache-Control: max-age=7200"), interval="1h"),
    "an interval over a shorter max-age": after(3 * HOUR, fresh("Cache-Control: max-age=60"), interval="3h"),
    "sixteen years of max-age are six hours": after(6 * HOUR, fresh(f"Cache-Control: max-age={YEARS}")),
    "a max-age beyond all numbers is six hours": after(6 * HOUR, fresh(f"Cache-Control: max-age={'9' * 40}")),
    "a max-age that is no number says nothing": after(DEFAULT, fresh("Cache-Control: max-age=soon")),
    "a negative max-age says nothing": after(DEFAULT, fresh("Cache-Control: max-age=-1")),
    "no-cache says nothing": after(DEFAULT, fresh("Cache-Control: no-cache, max-age=7200")),
    "Age is time that has passed already": after(HOUR, fresh("Cache-Control: max-age=7200", "Age: 3600")),
    "Expires counts from Date": after(4 * HOUR, dated("Expires", 4 * HOUR)),
    "Expires in sixteen years is six hours": after(6 * HOUR, dated("Expires", timedelta(days=16 * 365))),
    "Expires in the past says nothing": after(DEFAULT, dated("Expires", -DAY)),
    "Expires that is no date says nothing": after(DEFAULT, fresh("Expires: 0")),
    "Cache-Control over Expires": after(HOUR, dated("Expires", 5 * HOUR, "Cache-Control: max-age=3600")),
    "an HTTP/1.0 answer's Expires": after(
        HOUR,
        lambda asked: say(
            200, f"Expires: {format_datetime(asked.at + HOUR, usegmt=True)}",
            f"Date: {format_datetime(asked.at, usegmt=True)}", body=feed(), version="1.0",
        ),
    ),
    # ── what the publisher asks for ──
    "the publisher's ttl": after(90 * MINUTE, TTL),
    "the publisher's ttl only where the person set nothing": after(20 * MINUTE, TTL, interval="20m"),
    "the publisher's update period": after(HOUR, PERIOD),
    "the update period only where the person set nothing": after(20 * MINUTE, PERIOD, interval="20m"),
    "the ttl counts after a 304 as well": after(
        90 * MINUTE, TTL.replace(b"\r\n", b'\r\nETag: "1"\r\n', 1), NOT_MODIFIED
    ),
    # ── what its rhythm asks for ──
    "an item every minute: schedule.fastest": after(5 * MINUTE, written(30, MINUTE)),
    "an item every ten hours: an eighth of its usual gap": after(10 * HOUR * 0.975 / 8, written(40, 10 * HOUR)),
    "an item every five days: schedule.slowest": after(2 * HOUR, written(20, 5 * DAY)),
    "too few items make no rhythm": after(DEFAULT, written(5, MINUTE)),
    "the person's interval over any rhythm": after(3 * HOUR, written(30, MINUTE), interval="3h"),
    # ── what a server in trouble asks for ──
    "Retry-After in seconds": after(2 * HOUR, say(429, "Retry-After: 7200")),
    "Retry-After as a date, by the server's clock": after(3 * HOUR, dated("Retry-After", 3 * HOUR, status=503)),
    "Retry-After of ten days is one day": after(DAY, say(503, "Retry-After: 864000")),
    "Retry-After that is garbage is a failure like others": after(DEFAULT, say(429, "Retry-After: when it is ready")),
    "Retry-After shorter than our interval": after(HOUR, say(503, "Retry-After: 60"), interval="1h"),
    "a 429 without Retry-After is a failure like others": after(DEFAULT, say(429)),
    "a second failure waits twice as long": after(2 * DEFAULT, say(429), say(500)),
    "a third failure waits four times as long": after(4 * DEFAULT, say(500), say(502), say(404)),
}  # fmt: skip


@pytest.fixture(scope="module")
def waits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, timedelta]:
    """The wait after each row's last answer."""
    folder = new_folder(tmp_path_factory, "pace")
    found: dict[str, timedelta] = {}

    async def story(world: World) -> None:
        keys = {f"row-{number}": name for number, name in enumerate(ROWS)}
        for key, name in keys.items():
            world.source(key, *ROWS[name].answers, LEAVE_ALONE, **ROWS[name].options)
        await world.start()
        await world.pass_time(28 * HOUR)
        found.update({name: world.gaps(key)[len(ROWS[name].answers) - 1] for key, name in keys.items()})

    play(folder, story)
    return found


@pytest.mark.parametrize("name", ROWS)
def test_wait(name: str, waits: dict[str, timedelta]) -> None:
    assert about(waits[name], ROWS[name].wait), waits[name]
