"""What a request says: who asks, for exactly the address that stands in rackwatch.yaml, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.politeness.server import Asked, feed, say
from tests.politeness.world import HOUR, World, new_folder, play

ADDRESSES = {
    "a path and a query": ("/a/feed.xml?format=rss&limit=10", None),
    "percent signs as they are, in both cases": ("/%7Euser/%c3%BC?q=%2F%20+x", None),
    "signs that other programs would encode": ("/f;v=1/~me/(x)!$'*,:@?q=a,b:c/d?e=[1]", None),
    "a double slash, and a slash at the end": ("//feeds//all/", None),
    "empty parameters, in their order": ("/f?b=&a&&c=1", None),
    "the tracking parameters that the person wrote": ("/f?utm_source=rss&fbclid=1", None),
    "a fragment stays at home": ("/f#latest", "/f"),
    "letters beyond ASCII are sent as UTF-8": ("/füße?q=ñ", "/f%C3%BC%C3%9Fe?q=%C3%B1"),
}
PLAIN = "/plain"
HOPS = ("/hop", "/landed?session=1")

CHECKS: dict[str, Callable[[Asked], bool]] = {
    "it names the program and a contact": lambda asked: (
        (asked.header("User-Agent") or "").startswith("rackwatch/")
        and (asked.header("User-Agent") or "").endswith("(+https://ops.example/about)")
    ),
    "it accepts gzip and nothing else": lambda asked: asked.all("Accept-Encoding") == ["gzip"],
    "it says that it reads feeds": lambda asked: "application/rss+xml" in (asked.header("Accept") or ""),
    "it brings no cookies back": lambda asked: not asked.all("Cookie"),
    "it does not tell where it comes from": lambda asked: not asked.all("Referer") + asked.all("Origin"),
    "it names the host with its port": lambda asked: asked.host.startswith("127.0.0.1:"),
    "it carries nothing else": lambda asked: (
        {line.partition(":")[0] for line in asked.lines}
        <= {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection", "If-None-Match", "If-Modified-Since"}
    ),
    "it says nothing twice": lambda asked: (
        len(asked.lines) == len({line.partition(":")[0].lower() for line in asked.lines})
    ),
    "it is a plain GET": lambda asked: asked.method == "GET",
}


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Asked]]:
    """Every request by its target; each source is asked three times, with cookies offered each time."""
    folder = new_folder(tmp_path_factory, "requests")
    found: dict[str, list[Asked]] = {}
    cookies = ("Set-Cookie: id=1; Path=/; Max-Age=99999", "Set-Cookie: track=me", 'ETag: "1"')

    async def story(world: World) -> None:
        whole = say(200, *cookies, body=feed())
        for number, (target, sent) in enumerate(ADDRESSES.values()):
            world.source(f"address-{number}", url=world.server.url(target), interval="1h")
            world.server.script(sent or target, whole)
        world.source("plain", whole, interval="1h")
        world.source("hop", say(302, *cookies, f"Location: {HOPS[1]}#top"), interval="1h")
        world.server.script(HOPS[1], whole)
        await world.start()
        await world.pass_time(3 * HOUR)
        for asked in world.server.requests:
            found.setdefault(asked.target, []).append(asked)

    play(folder, story)
    return found


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_address_is_asked_for_byte_by_byte(name: str, requests: dict[str, list[Asked]]) -> None:
    target, sent = ADDRESSES[name]
    assert len(requests.get(sent or target, [])) == 3, sorted(requests)


@pytest.mark.parametrize("name", CHECKS)
def test_every_request(name: str, requests: dict[str, list[Asked]]) -> None:
    every = [asked for target in (PLAIN, *HOPS) for asked in requests[target]]
    assert len(every) == 9
    assert [asked.lines for asked in every if not CHECKS[name](asked)] == []


def test_no_address_is_asked_that_nobody_named(requests: dict[str, list[Asked]]) -> None:
    named = {sent or target for target, sent in ADDRESSES.values()} | {PLAIN, *HOPS}
    assert set(requests) == named


def test_a_redirect_hands_the_same_conditions_on(requests: dict[str, list[Asked]]) -> None:
    for target in HOPS:
        assert [asked.pair for asked in requests[target]] == [(None, None), ('"1"', None), ('"1"', None)]
