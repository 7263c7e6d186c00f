"""One source's way: fetch → parse → judge → look up, plan and apply. Every outcome is a value with its reason."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import structlog

from bot.documents.entries import NotAFeed, ParsedFeed, ParseResult
from bot.documents.parse import Question
from bot.logs import log_bug
from bot.plan import Audience, Judged, judge, lookup_keys, plan_poll
from bot.poll_report import Outcome, PollReport
from bot.sources.cadence import NextCheck, after_failure, after_success
from bot.sources.fetch import Fetched, FetchFailure, FetchResult, NotModified
from rules import Matcher
from storage.errors import StorageError
from storage.polls import Applied, Planner
from storage.records import Known, LookupKeys, PollPlan, SourceForPoll, SourceUpdate

log = structlog.get_logger(__name__)


class Fetching(Protocol):
    async def get(self, url: str, *, etag: str | None, last_modified: str | None) -> FetchResult: ...


class Parsing(Protocol):
    async def parse(self, body: bytes, question: Question) -> ParseResult: ...


class PollStore(Protocol):
    """The port of a poll: one transaction from look-up to write."""

    def apply(self, source: SourceForPoll, keys: LookupKeys, planner: Planner) -> Applied: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a source is looked at."""

    default: timedelta
    floor: timedelta
    intervals: dict[str, timedelta]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What is in force while a poll runs: replaced as a whole by a reload."""

    matcher: Matcher
    audience: Audience
    rhythm: Rhythm
    story_window: timedelta
    edit_gap: float


class Poller:
    """Polls sources; knows neither the scheduler nor Telegram."""

    def __init__(
        self,
        *,
        fetcher: Fetching,
        parsers: Parsing,
        store: PollStore,
        writer: Executor,
        judging: Callable[[], Judging],
        clock: Callable[[], datetime],
    ) -> None:
        self._fetcher = fetcher
        self._parsers = parsers
        self._store = store
        self._writer = writer
        self._judging = judging
        self._clock = clock

    async def poll(self, source: SourceForPoll) -> PollReport:
        """One poll of one source; raises only StorageError: then nothing of it could be written down."""
        try:
            return await self._poll(source)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - the next line says why
            # A bug that one source's data finds is that source's failure: counted, shown, and tried again rarely.
            log_bug(log, "poll failed unexpectedly", error, source=source.key)
            return await self._failed(source, f"internal error: {type(error).__name__}: {error}"[:300], 0.0, None)

    async def _poll(self, source: SourceForPoll) -> PollReport:
        fetched = await self._fetcher.get(source.url, etag=source.etag, last_modified=source.last_modified)
        if isinstance(fetched, FetchFailure):
            return await self._failed(source, str(fetched), fetched.elapsed, fetched.retry_after)
        if isinstance(fetched, NotModified):
            pair = (fetched.etag or source.etag, fetched.last_modified or source.last_modified)
            return await self._unchanged(source, Outcome.NOT_MODIFIED, pair, fetched, None)
        digest = hashlib.sha256(fetched.body).hexdigest()
        if digest == source.body_hash:
            pair = (fetched.etag, fetched.last_modified)
            return await self._unchanged(source, Outcome.SAME_CONTENT, pair, fetched, digest)
        parsed = await self._parsers.parse(
            fetched.body, Question(url=fetched.url, content_type=fetched.content_type)
        )
        if isinstance(parsed, NotAFeed):
            return await self._failed(source, parsed.reason, fetched.elapsed, None)
        return await self._apply_feed(source, fetched, digest, parsed)

    async def _apply_feed(self, source: SourceForPoll, fetched: Fetched, digest: str, parsed: ParsedFeed) -> PollReport:
        judging = self._judging()
        now = self._clock()
        judged = await asyncio.to_thread(judge, parsed.entries, source, judging.matcher, now=now)
        following = self._next(source, judging, now, fetched.max_age)
        update = SourceUpdate(
            checked_at=now,
            next_check_at=following.at,
            outcome="",
            reason=_remarks(parsed),
            success=True,
            failures=0,
            validators=(fetched.etag, fetched.last_modified),
            body_hash=digest,
            baseline_at=now if source.baseline_at is None else None,
        )
        planner = partial(_plan, judged, source, update, judging)
        keys = lookup_keys(judged, now=now, window=judging.story_window)
        applied = await self._write(source, keys, planner)
        outcome = Outcome.NEW if applied.entries_new or applied.entries_edited else Outcome.NOTHING_NEW
        return self._report(source, outcome, update.reason, applied, following, fetched.elapsed, parsed.found)

    async def _unchanged(
        self,
        source: SourceForPoll,
        outcome: Outcome,
        validators: tuple[str | None, str | None],
        fetched: Fetched | NotModified,
        digest: str | None,
    ) -> PollReport:
        now = self._clock()
        following = self._next(source, self._judging(), now, fetched.max_age)
        update = SourceUpdate(
            checked_at=now,
            next_check_at=following.at,
            outcome=outcome.value,
            reason="",
            success=True,
            failures=0,
            validators=validators,
            body_hash=digest,
        )
        applied = await self._write(source, LookupKeys(since=now), lambda _: PollPlan(source=update))
        return self._report(source, outcome, "", applied, following, fetched.elapsed, 0)

    async def _failed(
        self, source: SourceForPoll, reason: str, elapsed: float, retry_after: float | None
    ) -> PollReport:
        now = self._clock()
        rhythm = self._judging().rhythm
        following = after_failure(
            now=now,
            interval=rhythm.intervals.get(source.key),
            default=rhythm.default,
            floor=rhythm.floor,
            failures=source.failures + 1,
            retry_after=retry_after,
            dice=random.random(),  # noqa: S311 - jitter, not a secret
        )
        update = SourceUpdate(
            checked_at=now,
            next_check_at=following.at,
            not_before=following.not_before,
            outcome=Outcome.FAILED.value,
            reason=reason,
            success=False,
            failures=source.failures + 1,
        )
        applied = await self._write(source, LookupKeys(since=now), lambda _: PollPlan(source=update))
        return self._report(source, Outcome.FAILED, reason, applied, following, elapsed, 0)

    def _next(self, source: SourceForPoll, judging: Judging, now: datetime, max_age: float | None) -> NextCheck:
        return after_success(
            now=now,
            interval=judging.rhythm.intervals.get(source.key),
            default=judging.rhythm.default,
            floor=judging.rhythm.floor,
            max_age=max_age,
            dice=random.random(),  # noqa: S311 - jitter, not a secret
        )

    async def _write(self, source: SourceForPoll, keys: LookupKeys, planner: Planner) -> Applied:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, self._store.apply, source, keys, planner)

    def _report(
        self,
        source: SourceForPoll,
        outcome: Outcome,
        reason: str,
        applied: Applied,
        following: NextCheck,
        elapsed: float,
        parsed: int,
    ) -> PollReport:
        report = PollReport(
            source=source.key,
            outcome=outcome,
            reason=reason,
            parsed=parsed,
            new=applied.entries_new,
            edited=applied.entries_edited,
            known=applied.entries_known,
            matches=applied.matches,
            alerts=applied.alerts_new,
            grown=applied.alerts_grown,
            next_check_at=following.at,
            elapsed=elapsed,
        )
        details: dict[str, Any] = {"source": source.key, "outcome": outcome.value, "next": following.reason}
        if outcome is Outcome.FAILED:
            log.warning("poll failed", **details, reason=reason, failures=source.failures + 1)
        else:
            log.info("polled", **details, new=report.new, known=report.known, alerts=report.alerts)
        return report


def _plan(
    judged: tuple[Judged, ...], source: SourceForPoll, update: SourceUpdate, judging: Judging, known: Known
) -> PollPlan:
    plan = plan_poll(judged, known, source=source, update=update, audience=judging.audience, edit_gap=judging.edit_gap)
    changed = plan.entries_new or plan.entries_edited
    outcome = Outcome.NEW if changed else Outcome.NOTHING_NEW
    return replace(plan, source=replace(update, outcome=outcome.value))


def _remarks(parsed: ParsedFeed) -> str:
    """What a person should know of a feed that worked all the same."""
    remarks = [f"{count} dropped: {why}" for why, count in parsed.dropped.items()]
    if not parsed.found:
        remarks.append("the feed is empty")
    if parsed.complaint:
        remarks.append(f"not well-formed ({parsed.complaint})")
    return "; ".join(remarks)
