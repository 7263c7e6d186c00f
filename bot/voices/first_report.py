"""Who was first with a story, and how that is known. Pure.

A citation outweighs the clock: feeds come late, and an outlet's own entry may never arrive. In this order: an outlet
cited as the first; the end of the chain of citations from the earliest report; an outlet that two voices cite; the
earliest report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.voices.citations import Citation, How
from bot.voices.publishers import Owners

CLEARLY_LATER = timedelta(hours=1)
"""Feeds are stamped late and pages are updated: less than this says nothing about who was first."""

_STRENGTH = {How.AGENCY: 0, How.PHRASE: 1, How.LINK: 2}


class FirstHow(Enum):
    """How it is known who was first."""

    EARLIEST = "earliest report"
    CITED = "cited by others"
    BOTH = "earliest report, and cited by others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One article of a story: `voice` is its speaker's key, `at` when it was published (aware)."""

    entry: int
    voice: str
    name: str
    at: datetime
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """Who was first. `entry` and `at` are None where its own report is not in the story; `because` is for people.

    `lead` is how much earlier it was than the earliest other voice; None where it was not, or is not known.
    """

    owner: str
    name: str
    how: FirstHow
    entry: int | None
    at: datetime | None
    lead: timedelta | None
    because: tuple[str, ...]


def first(accounts: Sequence[Account], owners: Owners) -> First | None:
    """Who was first; None without any account of a voice of its own."""
    return _Story(accounts, owners).first()


class _Story:
    def __init__(self, accounts: Sequence[Account], owners: Owners) -> None:
        self._owners = owners
        self._all = sorted(accounts, key=lambda one: (one.at, one.entry))
        self._own: dict[str, Account] = {}  # the earliest account of each voice
        for account in self._all:
            if not self._is_no_outlet(account.voice):
                self._own.setdefault(account.voice, account)
        self._earliest = next(iter(self._own.values()), None)

    def first(self) -> First | None:
        if not self._all:
            return None
        origins, cited = self._votes(origin=True), self._votes(origin=False)
        for owner in sorted(origins, key=lambda one: (-len(origins[one]), self._time(one), one)):
            end = self._end(owner)
            if self._believed(end, len(cited[owner] | origins[owner])):
                return self._answer(end)
        if self._earliest is not None:
            end = self._end(self._earliest.voice)
            if end != self._earliest.voice:
                return self._answer(end)
        for owner in sorted(cited, key=lambda one: (-len(cited[one]), self._time(one), one)):
            if len(cited[owner]) > 1 and not self._is_late(owner):
                return self._answer(self._end(owner))
        return self._answer(self._earliest.voice) if self._earliest is not None else None

    def _is_no_outlet(self, key: str) -> bool:
        owner = self._owners.get(key)
        return owner is not None and owner.aggregator

    def _votes(self, *, origin: bool) -> defaultdict[str, set[str]]:
        """Outlets and the voices that cite them, as the first or at all."""
        votes: defaultdict[str, set[str]] = defaultdict(set)
        for account in self._all:
            for one in account.citations:
                if (one.origin or not origin) and one.owner != account.voice and not self._is_no_outlet(one.owner):
                    votes[one.owner].add(account.voice)
        return votes

    def _time(self, owner: str) -> datetime:
        return self._own[owner].at if owner in self._own else self._all[-1].at

    def _is_late(self, owner: str) -> bool:
        """Whether its own report is in the story, and clearly later than the earliest."""
        own = self._own.get(owner)
        return own is not None and self._earliest is not None and own.at - self._earliest.at > CLEARLY_LATER

    def _believed(self, owner: str, voices: int) -> bool:
        """One voice alone does not make an outlet the first whose own report came clearly later."""
        return voices > 1 or not self._is_late(owner)

    def _source(self, owner: str) -> str | None:
        """Whom this outlet's own report names: as the first, else the first that it names, words before links."""
        account = self._own.get(owner)
        if account is None:
            return None
        ordered = sorted(account.citations, key=lambda one: (not one.origin, _STRENGTH[one.how]))
        for one in ordered:
            own = self._own.get(one.owner)
            later = own is not None and own.at - account.at > CLEARLY_LATER
            if one.owner != owner and not self._is_no_outlet(one.owner) and not later:
                return one.owner
        return None

    def _end(self, owner: str) -> str:
        """Where the chain of citations ends; a circle is broken at its earliest report."""
        chain = [owner]
        while (source := self._source(chain[-1])) is not None:
            if source in chain:
                return min(chain[chain.index(source) :], key=lambda one: (self._time(one), one))
            chain.append(source)
        return chain[-1]

    def _answer(self, owner: str) -> First:
        own = self._own.get(owner)
        citing = [(account, one) for account in self._all for one in account.citations if one.owner == owner]
        citing = [(account, one) for account, one in citing if account.voice != owner]
        others = [account.at for voice, account in self._own.items() if voice != owner]
        earliest = own is not None and own is self._earliest
        how = FirstHow.CITED if not earliest else FirstHow.BOTH if citing else FirstHow.EARLIEST
        lead = min(others) - own.at if own is not None and others else None
        because = [f"{account.name} cites it{_as_first(one)}: {one.surface[:100]}" for account, one in citing[:5]]
        if own is not None and earliest:
            because.insert(0, f"the earliest report of this story, {own.at:%Y-%m-%d %H:%M} UTC")
        if own is None:
            because.append("its own report is not among the articles of this story")
        known = self._owners.get(owner)
        fallback = own.name if own is not None else known.name if known is not None else owner
        return First(
            owner=owner,
            name=citing[0][1].name if citing else fallback,
            how=how,
            entry=own.entry if own is not None else None,
            at=own.at if own is not None else None,
            lead=lead if lead is not None and lead > timedelta(0) else None,
            because=tuple(because),
        )


def _as_first(one: Citation) -> str:
    return " as the first" if one.origin else ""
