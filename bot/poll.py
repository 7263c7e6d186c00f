"""One source's way: fetch → parse → judge → look up, plan and apply. Every outcome is a value with its reason."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.documents.entries import NotAFeed, ParsedFeed
from bot.group_writer import GroupWriter
from bot.judge import Judged, dated, judge, lookup_keys
from bot.judging import Judging
from bot.logs import log_bug
from bot.plan import EntryPlanner
from bot.poll_report import Outcome, PollReport
from bot.source_document import Read, SourceDocuments, body_digest
from bot.sources.cadence import NextCheck, after_failure, after_success, merge_arrivals
from bot.sources.fetch_results import FailReason, Fetched, FetchFailure, NotModified
from bot.sources.health import Diagnosis, after_document, after_trouble
from bot.sources.parts import PARTS_READ
from bot.story_keeper import StoryKeeper
from storage.apply import Applied
from storage.errors import StorageError
from storage.polls import PollWork
from storage.records import DocumentState, Known, Notice, PollPlan, SourceForPoll, SourceUpdate

log = structlog.get_logger(__name__)
_levels = logging.getLogger(__name__)


class Poller:
    """Polls sources; knows neither the scheduler nor Telegram."""

    def __init__(
        self,
        *,
        documents: SourceDocuments,
        writer: GroupWriter,
        thinker: Executor,
        judging: Callable[[], Judging],
        keeper: StoryKeeper,
        clock: Callable[[], datetime],
    ) -> None:
        self._documents = documents
        self._writer = writer
        self._thinker = thinker
        self._judging = judging
        self._keeper = keeper
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
            return await self._failed(source, f"internal error: {type(error).__name__}: {error}"[:300], elapsed=0.0)

    async def _poll(self, source: SourceForPoll) -> PollReport:
        fetched = await self._documents.fetch(source)
        if isinstance(fetched, FetchFailure):
            return await self._failed(source, str(fetched), elapsed=fetched.elapsed, failure=fetched)
        if isinstance(fetched, NotModified):
            return await self._same(source, Outcome.NOT_MODIFIED, _pair_after_304(source, fetched), fetched)
        pair = (fetched.etag, fetched.last_modified)
        digest = await body_digest(fetched.body)
        if digest == source.body_hash:
            return await self._same(source, Outcome.SAME_CONTENT, pair, fetched)
        parsed = await self._documents.parse(source, fetched)
        if isinstance(parsed, NotAFeed):
            return await self._failed(
                source, parsed.reason, elapsed=fetched.elapsed, document=(pair, digest), unreadable=parsed.reason
            )
        read = Read(fetched=fetched, digest=digest, parsed=parsed, parts=source.document.parts)
        return await self._take(source, await self._documents.with_parts(source, read) if parsed.more else read)

    # ── the three ends ───────────────────────────────────────────────────────────────────────────────────────────

    async def _take(self, source: SourceForPoll, read: Read) -> PollReport:
        """A document with entries: judge them, plan, write."""
        judging, fetched, parsed = self._judging(), read.fetched, read.parsed
        now = self._clock()
        judged: tuple[Judged, ...] = ()
        if parsed.entries:
            work = partial(judge, parsed.entries, source, judging.matcher, judging.owners, now=now)
            judged = await asyncio.get_running_loop().run_in_executor(self._thinker, work)
        elapsed = fetched.elapsed
        ends: list[tuple[NextCheck, Diagnosis, str]] = []

        def finish(planned: PollPlan, known: Known) -> PollPlan:
            # When an undated entry of a first look came, nobody knows.
            fresh = [
                one.entry.published_at
                for one in judged
                if one.entry.guid not in known.by_guid
                and (one.entry.published_at is not None or source.baseline_at is not None)
            ]
            arrivals = merge_arrivals(source.document.arrivals, [dated(moment, now) for moment in fresh])
            document = DocumentState(
                marks=parsed.marks, parts=read.parts, arrivals=arrivals, pace=parsed.pace, found=parsed.found
            )
            diagnosis = after_document(source, document, now=now, moved_to=fetched.moved_to, modified=True)
            following = self._next(source, judging, now, fetched.max_age, document)
            update = SourceUpdate(
                checked_at=now,
                next_check_at=following.at,
                next_reason=following.reason,
                outcome=Outcome.NOTHING_NEW.value,
                reason="; ".join([*_remarks(parsed), *read.remarks]),
                success=True,
                failures=0,
                validators=(fetched.etag, fetched.last_modified),
                body_hash=read.digest,
                baseline_at=now if source.baseline_at is None else None,
                document=document if document != source.document else None,
                health=diagnosis.health,
            )
            planned = replace(
                planned,
                source=update,
                notices=tuple(_notices(diagnosis, judging)),
                entries_known=planned.entries_known + parsed.skipped,
            )
            if planned.entries_new or planned.entries_edited:
                planned = replace(planned, source=replace(update, outcome=Outcome.NEW.value))
            ends.append((following, diagnosis, update.reason))
            return planned

        planner = EntryPlanner(
            judged,
            source=source,
            now=now,
            audience=judging.audience,
            owners=judging.owners,
            edit_gap=judging.edit_gap,
            keeper=self._keeper,
            finish=finish,
            stop=judging.rhythm.long_stop_of(source.key),
        )
        keys = lookup_keys(judged)
        applied = await self._writer.apply(PollWork(source_id=source.id, keys=keys, plan=planner))
        following, diagnosis, reason = ends[-1]  # a plan that was made twice is valid as made last
        outcome = Outcome.NEW if applied.entries_new or applied.entries_edited else Outcome.NOTHING_NEW
        return self._report(source, outcome, reason, applied, following, elapsed, parsed.found, diagnosis)

    async def _same(
        self,
        source: SourceForPoll,
        outcome: Outcome,
        validators: tuple[str | None, str | None],
        fetched: Fetched | NotModified,
    ) -> PollReport:
        """The document is the one that we know; of an index, what it lists may have changed all the same."""
        if listed := tuple(source.document.parts)[-PARTS_READ:]:
            index = Fetched(
                url=source.url,
                body=bytearray(),
                content_type="",
                etag=validators[0],
                last_modified=validators[1],
                max_age=fetched.max_age,
                elapsed=fetched.elapsed,
                moved_to=fetched.moved_to,
            )
            parsed = ParsedFeed(title="", version="", entries=(), found=0, more=listed)
            known = Read(fetched=index, digest=source.body_hash or "", parsed=parsed, parts=source.document.parts)
            read = await self._documents.with_parts(source, known)
            if read.parsed.entries or read.remarks:
                return await self._take(source, read)
        return await self._unchanged(source, outcome, validators, fetched)

    async def _unchanged(
        self,
        source: SourceForPoll,
        outcome: Outcome,
        validators: tuple[str | None, str | None],
        fetched: Fetched | NotModified,
    ) -> PollReport:
        """The document is the one that we know."""
        document = source.document
        if document.unreadable:
            # The server says that nothing changed: what could not be read cannot be read now.
            return await self._failed(
                source,
                f"{document.unreadable} (unchanged since)",
                elapsed=fetched.elapsed,
                document=(validators, source.body_hash or ""),
                unreadable=document.unreadable,
            )
        judging, now = self._judging(), self._clock()
        modified = outcome is Outcome.SAME_CONTENT
        following = self._next(source, judging, now, fetched.max_age, document)
        diagnosis = after_document(source, document, now=now, moved_to=fetched.moved_to, modified=modified)
        # A 304 after failures is no recovery: that document was read before them.
        failures = 0 if modified else source.failures
        reason = f"answers again after {failures} failures; no document read since" if failures else ""
        update = SourceUpdate(
            checked_at=now,
            next_check_at=following.at,
            next_reason=following.reason,
            outcome=outcome.value,
            reason=reason,
            success=True,
            failures=failures,
            validators=validators,
            body_hash=source.body_hash,
            health=diagnosis.health,
        )
        applied = await self._write(source, update, diagnosis, judging)
        return self._report(source, outcome, reason, applied, following, fetched.elapsed, 0, diagnosis)

    async def _failed(
        self,
        source: SourceForPoll,
        reason: str,
        *,
        elapsed: float,
        failure: FetchFailure | None = None,
        document: tuple[tuple[str | None, str | None], str] | None = None,
        unreadable: str = "",
    ) -> PollReport:
        """Nothing usable; `document` are validators and hash of one that came but could not be read.

        They are kept all the same: the next request is conditional, however often the document is broken.
        """
        judging, now = self._judging(), self._clock()
        following = after_failure(
            now=now,
            pace=judging.rhythm.of(source.key),
            failures=source.failures + 1,
            retry_after=failure.retry_after if failure is not None else None,
            dice=random.random(),  # noqa: S311 - jitter, not a secret
        )
        gone = failure is not None and failure.reason is FailReason.GONE
        diagnosis = after_trouble(source, reason, now=now, gone=gone)
        update = SourceUpdate(
            checked_at=now,
            next_check_at=following.at,
            next_reason=following.reason,
            not_before=following.not_before,
            place=failure.place if failure is not None else None,
            outcome=Outcome.FAILED.value,
            reason=reason,
            success=False,
            failures=source.failures + 1,
            validators=document[0] if document is not None else None,
            body_hash=document[1] if document is not None else None,
            document=replace(source.document, unreadable=unreadable) if unreadable else None,
            health=diagnosis.health,
        )
        applied = await self._write(source, update, diagnosis, judging)
        return self._report(source, Outcome.FAILED, reason, applied, following, elapsed, 0, diagnosis)

    # ── parts of them ────────────────────────────────────────────────────────────────────────────────────────────

    def _next(
        self, source: SourceForPoll, judging: Judging, now: datetime, max_age: float | None, document: DocumentState
    ) -> NextCheck:
        return after_success(
            now=now,
            pace=judging.rhythm.of(source.key),
            arrivals=document.arrivals,
            max_age=max_age,
            publisher_pace=document.pace,
            dice=random.random(),  # noqa: S311 - jitter, not a secret
        )

    async def _write(
        self, source: SourceForPoll, update: SourceUpdate, diagnosis: Diagnosis, judging: Judging
    ) -> Applied:
        """Write a look that brought no entries."""
        notices = _notices(diagnosis, judging)
        if not notices:
            return await self._writer.apply(PollWork(source_id=source.id, plan=update))
        plan = PollPlan(at=update.checked_at, source=update, notices=notices)
        return await self._writer.apply(PollWork(source_id=source.id, plan=plan))

    def _report(
        self,
        source: SourceForPoll,
        outcome: Outcome,
        reason: str,
        applied: Applied,
        following: NextCheck,
        elapsed: float,
        parsed: int,
        diagnosis: Diagnosis,
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
            told=len(diagnosis.told),
            next_check_at=following.at,
            elapsed=elapsed,
        )
        details: dict[str, Any] = {"source": source.key, "outcome": outcome.value, "next": following.reason}
        if outcome is Outcome.FAILED:
            log.warning("poll failed", **details, reason=reason, failures=source.failures + 1)
        elif report.new or report.edited:
            log.info("polled", **details, new=report.new, known=report.known, alerts=report.alerts)
        elif _levels.isEnabledFor(logging.DEBUG):  # asked first: the other logger is put together for each line
            log.debug("polled", **details)
        for event, content in diagnosis.told:
            log.warning("source told", source=source.key, what=event.value, detail=" ".join(content.lines))
        return report


def _pair_after_304(source: SourceForPoll, answer: NotModified) -> tuple[str | None, str | None]:
    """The validators after a 304: replaced as a pair, unless it only repeats what we hold, or says nothing."""
    old, new = (source.etag, source.last_modified), (answer.etag, answer.last_modified)
    repeats = all(theirs is None or theirs == ours for theirs, ours in zip(new, old, strict=True))
    return old if repeats else new


def _notices(diagnosis: Diagnosis, judging: Judging) -> tuple[Notice, ...]:
    return tuple(Notice(chat=judging.operator_chat, content=content.to_json()) for _, content in diagnosis.told)


def _remarks(parsed: ParsedFeed) -> Sequence[str]:
    """What a person should know of a feed that worked all the same."""
    remarks = [f"{count} dropped: {why}" for why, count in parsed.dropped.items()]
    if not parsed.found:
        remarks.append("the document lists nothing")
    if parsed.complaint:
        remarks.append(f"not well-formed ({parsed.complaint})" if parsed.found else parsed.complaint)
    return remarks
