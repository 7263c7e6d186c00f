"""What each feed's server answers in which round. Pure: maker, server and checks compute the same from two numbers."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache

NOT_MODIFIED_SHARE = 0.60
SAME_SHARE = 0.25
"""Shares of a typical round, as issue 4 asks; the rest brings something new."""

PER_NETWORK = 250
"""Feeds on 127.1.x.1 to 127.1.x.250."""

MOST_FEEDS = 256 * PER_NETWORK


class Phase(StrEnum):
    """What a round shows."""

    COLD = "cold"  # nobody knows anything yet: every answer is a whole feed
    ALL_304 = "all304"  # nothing has changed anywhere
    TYPICAL = "typical"  # see `Answer`


class Answer(Enum):
    """What a feed's server does in one round."""

    WHOLE = "the feed, whatever is asked"
    NOT_MODIFIED = "304 to whoever has it"
    SAME = "the same body, although only a change was asked for"
    NEW = "one or two items more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`feeds` feeds, and `rounds` typical rounds, counted from 1."""

    feeds: int
    rounds: int

    def answer(self, feed: int, phase: Phase, number: int) -> Answer:
        """What the server of a feed does in round `number` of a phase."""
        if phase is Phase.COLD:
            return Answer.WHOLE
        return Answer.NOT_MODIFIED if phase is Phase.ALL_304 else _typical(self.feeds, number)[feed]

    def version(self, feed: int, phase: Phase, number: int) -> int:
        """How often the feed has changed until then; before the typical rounds never."""
        if phase is not Phase.TYPICAL:
            return 0
        return sum(_typical(self.feeds, before)[feed] is Answer.NEW for before in range(1, number + 1))

    def whole(self, phase: Phase, number: int) -> int:
        """Feeds that are sent whole in that round."""
        return sum(self.answer(feed, phase, number) is not Answer.NOT_MODIFIED for feed in range(self.feeds))

    def fresh(self, phase: Phase, number: int) -> int:
        """Items that have come since the round before, of all feeds; none in a cold round, where all are new anyway."""
        return sum(
            added(feed, self.version(feed, phase, number))
            for feed in range(self.feeds)
            if self.answer(feed, phase, number) is Answer.NEW
        )


@cache
def _typical(feeds: int, number: int) -> tuple[Answer, ...]:
    """One typical round: exact shares, feeds drawn anew each time."""
    unchanged, same = round(feeds * NOT_MODIFIED_SHARE), round(feeds * SAME_SHARE)
    answers = [Answer.NOT_MODIFIED] * unchanged + [Answer.SAME] * same
    answers += [Answer.NEW] * (feeds - len(answers))
    random.Random(f"typical {number}").shuffle(answers)
    return tuple(answers)


def added(feed: int, version: int) -> int:
    """Items that a version has more than the one before: one or two."""
    return 1 + (feed + version) % 2


def address(feed: int) -> str:
    """The loopback address of a feed's own server."""
    return f"127.1.{feed // PER_NETWORK}.{1 + feed % PER_NETWORK}"


def url(feed: int, port: int) -> str:
    """The address of a feed."""
    return f"http://{address(feed)}:{port}/feed.xml"


def feed_at(host: str) -> int:
    """The feed of an address; what `address` says, read backwards."""
    _, _, network, last = map(int, host.split("."))
    return network * PER_NETWORK + last - 1
