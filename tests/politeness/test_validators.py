"""ETag and Last-Modified come back byte for byte, as the pair of the last answer, and never from anywhere else.

All rows live in one world: each is a source whose script gives its answers, one a look, the program restarting in
between. What every further request carried is compared with the row.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass

import pytest

from tests.politeness.server import HTML, NOT_MODIFIED, Answer, Asked, feed, say
from tests.politeness.world import MINUTE, World, new_folder, play

E1, E2 = '"one"', '"two"'
D1, D2 = "Mon, 03 Aug 2026 08:00:00 GMT", "Mon, 03 Aug 2026 09:30:00 GMT"
LOOKS = 5

Pair = tuple[str | None, str | None]


def lines(etag: str | None = None, date: str | None = None) -> list[str]:
    return [f"{name}: {value}" for name, value in (("ETag", etag), ("Last-Modified", date)) if value is not None]


def whole(etag: str | None = None, date: str | None = None, *guids: str) -> bytes:
    return say(200, *lines(etag, date), body=feed(*guids))


def unchanged(etag: str | None = None, date: str | None = None) -> bytes:
    return say(304, *lines(etag, date))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Answers, and the pairs that the requests after them carry: the first stands for the second request."""

    answers: tuple[Answer, ...]
    pairs: tuple[Pair, ...]


def row(*answers: Answer, then: tuple[Pair, ...]) -> Row:
    return Row(answers=answers, pairs=then)


def echo(etag: str | None = None, date: str | None = None) -> Row:
    """A pair as the server gives it once and gets it for ever."""
    return row(whole(etag, date), NOT_MODIFIED, then=((etag, date),) * 4)


ROWS = {
    "both validators come back for ever": echo(E1, D1),
    "an ETag alone comes back alone": echo(E1),
    "a Last-Modified alone comes back alone": echo(None, D1),
    "a weak ETag stays weak": echo('W/"1-2"', D1),
    "an ETag without quotes gets none": echo("abc-1", D1),
    "an ETag keeps its spaces": echo('"a b  c"'),
    "an ETag keeps its backslashes and inner quotes": echo('"a\\"b"'),
    "an ETag keeps its Latin-1 bytes": echo('"caf\xe9"'),
    "an ETag keeps its UTF-8 bytes": echo('"na\u00ef'.encode().decode("latin-1") + '"'),
    "an ETag that ends in -gzip stays as it is": row(
        say(200, 'ETag: "one-gzip"', "Content-Encoding: gzip", body=gzip.compress(feed())),
        then=(('"one-gzip"', None),),
    ),
    "a comma in an ETag is no list": echo('"a,b"'),
    "a Last-Modified that is no date comes back as it is": echo(None, "yesterday, at noon"),
    "a Last-Modified with an impossible date comes back as it is": echo(None, "Thu, 99 Foo 2026 25:61:61 GMT"),
    "a Last-Modified in another format is not re-formatted": echo(None, "2026-08-03T10:00:00+02:00"),
    "a Last-Modified of 1970 is a date like others": echo(None, "Thu, 01 Jan 1970 00:00:00 GMT"),
    "a Last-Modified of the future is a date like others": echo(None, "Sat, 01 Jan 2050 00:00:00 GMT"),
    "the names of headers may be written as they like": row(
        say(200, f"eTaG:{E1}", f"LAST-MODIFIED:   {D1}  ", body=feed()), then=((E1, D1),)
    ),
    "an HTTP/1.0 answer has validators too": row(
        say(200, *lines(E1, D1), body=feed(), version="1.0"), say(304, version="1.0"), then=((E1, D1), (E1, D1))
    ),
    "an ETag with control characters is not sent, its date is": row(
        say(200, 'ETag: "a\x01b"', f"Last-Modified: {D1}", body=feed()), then=((None, D1),)
    ),
    "an ETag longer than servers accept is not sent, its date is": row(
        say(200, f'ETag: "{"x" * 9000}"', f"Last-Modified: {D1}", body=feed()), then=((None, D1),)
    ),
    "an empty ETag is none": row(say(200, "ETag:", f"Last-Modified: {D1}", body=feed()), then=((None, D1),)),
    "without validators none is made up from Date or Expires": row(
        say(200, f"Date: {D1}", f"Expires: {D2}", body=feed()), then=((None, None), (None, None))
    ),
    "a changed feed replaces the pair": row(whole(E1, D1), whole(E2, D2, "1", "0"), then=((E1, D1), (E2, D2))),
    "the same body with a new pair replaces the pair": row(whole(E1, D1), whole(E2, D2), then=((E1, D1), (E2, D2))),
    "the same body with a new ETag replaces the pair": row(whole(E1, D1), whole(E2, D1), then=((E1, D1), (E2, D1))),
    "the same body with a new date replaces the pair": row(whole(E1, D1), whole(E1, D2), then=((E1, D1), (E1, D2))),
    "a 200 with an ETag alone drops the date": row(whole(E1, D1), whole(E2, None, "1"), then=((E1, D1), (E2, None))),
    "a 200 with a date alone drops the ETag": row(whole(E1, D1), whole(None, D2, "1"), then=((E1, D1), (None, D2))),
    "a 200 without validators drops both": row(whole(E1, D1), whole(), then=((E1, D1), (None, None))),
    "a 304 with a new pair replaces the pair": row(whole(E1, D1), unchanged(E2, D2), then=((E1, D1), (E2, D2))),
    "a 304 with a new ETag and the old date replaces the pair": row(
        whole(E1, D1), unchanged(E2, D1), then=((E1, D1), (E2, D1))
    ),
    "a 304 with the old ETag and a new date replaces the pair": row(
        whole(E1, D1), unchanged(E1, D2), then=((E1, D1), (E1, D2))
    ),
    "a 304 with a new ETag alone drops the date": row(whole(E1, D1), unchanged(E2), then=((E1, D1), (E2, None))),
    "a 304 without validators keeps the pair": row(whole(E1, D1), unchanged(), then=((E1, D1), (E1, D1))),
    "a 304 that repeats only the ETag keeps the pair": row(whole(E1, D1), unchanged(E1), then=((E1, D1), (E1, D1))),
    "a 304 that repeats only the date keeps the pair": row(
        whole(E1, D1), unchanged(None, D1), then=((E1, D1), (E1, D1))
    ),
    "an error keeps the pair, also where it has an ETag of its own": row(
        whole(E1, D1), say(500, f"ETag: {E2}"), unchanged(), then=((E1, D1), (E1, D1), (E1, D1))
    ),
    "an answer that breaks off keeps the pair": row(
        whole(E1, D1),
        b"HTTP/1.1 200 OK\r\nETag: " + E2.encode() + b"\r\nContent-Length: 1000\r\n\r\nhalf of it",
        unchanged(),
        then=((E1, D1), (E1, D1), (E1, D1)),
    ),
    "a document that cannot be read leaves its pair": row(
        say(200, *lines(E1, D1), body=HTML), unchanged(), then=((E1, D1), (E1, D1))
    ),
    "a document that breaks leaves its pair, not the one before": row(
        whole(E1, D1), say(200, *lines(E2, D2), body=HTML), unchanged(), then=((E1, D1), (E2, D2), (E2, D2))
    ),
    "a 304 to a request without conditions brings nothing, not even its ETag": row(
        unchanged(E1, D1), whole(E2, D2), then=((None, None), (E2, D2))
    ),
}


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Asked]]:
    """Every request of every row's source."""
    folder = new_folder(tmp_path_factory, "validators")
    found: dict[str, list[Asked]] = {}

    async def story(world: World) -> None:
        keys = {f"row-{number}": name for number, name in enumerate(ROWS)}
        for key, name in keys.items():
            world.source(key, *ROWS[name].answers, interval="5m")
        await world.start()
        await world.poll_due()
        for _ in range(LOOKS - 1):
            await world.restart()
            # Failures wait longer than the others: asking by hand keeps all rows in step, and is polite as well.
            world.clock.now += 10 * MINUTE
            await world.poll_by_hand(*keys)
        found.update({name: world.asked(key) for key, name in keys.items()})

    play(folder, story)
    return found


@pytest.mark.parametrize("name", ROWS)
def test_validators(name: str, requests: dict[str, list[Asked]]) -> None:
    asked = requests[name]
    assert len(asked) == LOOKS
    assert asked[0].unconditional
    pairs = ROWS[name].pairs
    assert tuple(one.pair for one in asked[1:])[: len(pairs)] == pairs
    if all(any(pair) for pair in pairs):
        assert sum(one.unconditional for one in asked) == 1, "one unconditional request for its life"
