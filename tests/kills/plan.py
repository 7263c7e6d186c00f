"""Which kill comes when: decided before the run, from the number of kills and the seed. Pure."""

import random
from dataclasses import dataclass, replace
from enum import Enum


class Kind(Enum):
    """Where in the service's life the kill falls."""

    SENDING = "while an answer is held"
    BEFORE = "before a commit"
    AFTER = "after a commit"
    RANDOM = "at a random time"


SHARES = {Kind.SENDING: 0.31, Kind.BEFORE: 0.24, Kind.AFTER: 0.24}
"""Of all kills; some more than REQUIRED, because a kill can miss its window. The rest falls at random times."""

REQUIRED = {Kind.SENDING: 50, Kind.BEFORE: 40, Kind.AFTER: 40}
"""Of 200 kills that hit their window; fewer kills, fewer hits in proportion."""

FIRST_COMMITS = ("_run", "RuleSets.put_in_force", "Sources.sync", "Outbox.sync_chats", "Polls.apply")
"""Transactions of the very first start, each killed before and after its commit in a long run."""

RECOVER = "Outbox.recover"
PER_MESSAGE = ("Outbox.mark_sending", "Outbox.settle")
EVERYDAY_COMMITS = (*PER_MESSAGE, "Polls.apply", RECOVER)
"""Transactions that every later life has; RECOVER only where a kill left something in `sending`."""

LONG = 100
"""Kills from which on a run is long enough to demand every transaction of EVERYDAY_COMMITS, before and after."""

SHORT = 4
"""Kills below which all are of the most telling kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """`transaction` and `number` for kinds at a commit; `moment` in [0, 1) for RANDOM; `fault` may be active."""

    kind: Kind
    transaction: str = ""
    number: int = 0
    moment: float = 0.0
    fault: str | None = None


FAULTS = ("drop_before", "drop_after", "broken_json", "500", "429")
FAULT_SHARE = 0.4


def required(kind: Kind, kills: int) -> int:
    """How many kills of this kind must hit their window."""
    if kind is not Kind.SENDING and kills < SHORT:
        return 0
    return max(1, kills * REQUIRED[kind] // 200)


def opening(kills: int) -> list[Kill]:
    """Kills of the very first starts, when there is not even a database."""
    if kills < LONG:
        return []
    return [
        Kill(kind=kind, transaction=transaction, number=1)
        for transaction in FIRST_COMMITS
        for kind in (Kind.BEFORE, Kind.AFTER)
    ]


def everyday(kills: int, dice: random.Random) -> list[Kill]:
    """The other kills, shuffled."""
    if kills < SHORT:
        return [_kill(Kind.SENDING, index, dice) for index in range(kills)]
    counts = {kind: max(1, round(share * kills)) for kind, share in SHARES.items()}
    for kill in opening(kills):
        counts[kill.kind] -= 1
    left = kills - len(opening(kills))
    planned: list[Kill] = []
    for kind, count in counts.items():
        planned += [_kill(kind, index, dice) for index in range(min(count, left - len(planned)))]
    planned += [_kill(Kind.RANDOM, index, dice) for index in range(left - len(planned))]
    dice.shuffle(planned)
    return planned


def _kill(kind: Kind, index: int, dice: random.Random) -> Kill:
    fault = dice.choice(FAULTS) if dice.random() < FAULT_SHARE else None
    if kind in {Kind.BEFORE, Kind.AFTER}:
        transaction = EVERYDAY_COMMITS[index % len(EVERYDAY_COMMITS)]
        number = 1 if transaction == RECOVER else dice.choice((1, 1, 1, 2))
        return Kill(kind=kind, transaction=transaction, number=number, fault=fault)
    return Kill(kind=kind, moment=dice.random(), fault=fault)


def take_next(planned: list[Kill], *, something_sending: bool) -> Kill:
    """Remove and return the first kill that can hit: RECOVER commits nothing where nothing was `sending`."""
    for index, kill in enumerate(planned):
        if kill.transaction != RECOVER or something_sending:
            return planned.pop(index)
    kill = planned.pop(0)
    return replace(kill, transaction=EVERYDAY_COMMITS[0])
