"""Old news: what polls and new rules passed over becomes one digest for each chat.

Polls note what they pass over themselves (`bot.plan`). What a new rule matches in the archive is noted here, once for
each version of the rules, also when it came into force while no service ran.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from bot import facts
from bot.alerts.passed_over import LINES, digest_of
from bot.aside import aside
from bot.judging import Judging
from bot.rulesets.candidate import Candidate, read_version
from bot.rulesets.compare import Comparison, compare, period_of
from bot.rulesets.notices import NOTICE_ENTRIES
from bot.rulesets.passed_over import LOOK_BACK, passed_by_rules
from rules import RuleSet
from storage import Store

log = structlog.get_logger(__name__)

PATIENCE = 6
"""A digest leaves after so many times `alerts.digest_after` though more comes all the time: after an hour."""


class Writing(Protocol):
    """Runs a storage method in the writer's thread."""

    async def __call__(self, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any: ...


class OldNews:
    """Knows neither the scheduler nor the channels; `wake` says that there is something to deliver."""

    def __init__(
        self,
        store: Store,
        *,
        write: Writing,
        judging: Callable[[], Judging],
        candidate: Callable[[], Candidate],
        digest_after: Callable[[], timedelta],
        wake: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._write = write
        self._judging = judging
        self._candidate = candidate
        self._digest_after = digest_after
        self._wake = wake
        self._clock = clock

    async def tell(self, *, at_once: bool = False) -> int:
        """Make a digest for each chat where nothing more was passed over for a while; returns how many."""
        quiet = timedelta() if at_once else self._digest_after()
        now, passed_over = self._clock(), self._store.passed_over
        chats = await asyncio.to_thread(
            passed_over.chats_to_tell,
            now=now,
            quiet=quiet,
            patience=PATIENCE * quiet,
            only=[route.key for route in self._judging().audience.routes],
        )
        told = [await self._write(passed_over.tell, chat, now=now, limit=LINES, compose=digest_of) for chat in chats]
        if any(told):
            log.info(
                "digest of what was passed over", chats=[chat for chat, done in zip(chats, told, strict=True) if done]
            )
            self._wake()
        return sum(told)

    async def note(self, comparison: Comparison, before: RuleSet, after: RuleSet) -> None:
        """What the rules of `after` newly match in the archive alerts nobody; the chats' digests will tell it."""
        await self._write(
            self._store.passed_over.add,
            passed_by_rules(comparison, before, after, self._judging().audience.routes),
            now=self._clock(),
            facts={facts.RULES_APPLIED_TO_PAST: after.version},
        )

    async def catch_up(self) -> None:
        """Note the same for rules that came into force while no service ran, or just before it was killed."""
        candidate, archive = self._candidate(), self._store.archive
        known = await asyncio.to_thread(archive.fact, facts.RULES_APPLIED_TO_PAST)
        if known == candidate.rules.version:
            return
        before = await aside(read_version, self._store, known) if known is not None else None
        if before is None:  # a new database, or rules that this program cannot read: nothing to compare with
            await self._write(archive.remember, facts.RULES_APPLIED_TO_PAST, candidate.rules.version)
            return
        period = period_of(archive, now=self._clock(), length=LOOK_BACK, most=NOTICE_ENTRIES)
        owners = self._judging().owners
        comparison = await aside(compare, archive, before, candidate, period, owners=owners)
        await self.note(comparison, before.rules, candidate.rules)
