"""Compressed answers that grow without measure: the fetch ends at the cap, and memory stays where it is."""

from __future__ import annotations

import pytest

from tests.safety.bad_answers import BOMBS, SERVERS, Bad
from tests.safety.fetching import PEAK, Ended, Order, fetch_apart
from tests.safety.raw_server import RawServer

MOST = 32.0
"""MB that memory may grow by while a fetch of at most 20 MB goes on."""


def played(bad: list[Bad], *, deadline: float) -> list[Ended]:
    with RawServer({one.path: one.script for one in bad}) as server:
        return fetch_apart(Order(urls=[server.url(one.path) for one in bad], deadline=deadline))


@pytest.mark.skipif(not PEAK.exists(), reason="the peak of memory is read from Linux's /proc")
def test_no_bomb_costs_more_memory_than_the_cap_and_each_ends_with_its_reason() -> None:
    floods = [one for one in SERVERS if "without end" in one.name or "flood" in one.name or "exabyte" in one.name]
    bad = BOMBS + floods
    for one, ended in zip(bad, played(bad, deadline=10.0), strict=True):
        assert ended.reason == (one.reason.value if one.reason else ""), (one.name, ended)
        assert one.says in ended.detail, (one.name, ended)
        assert ended.grown < MOST, (one.name, ended)
        assert ended.seconds < 5, (one.name, ended)
