"""The stories of the window, in memory: read from the archive when a service starts, changed by the writer alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Protocol

import structlog

from bot.judging import Judging
from bot.stories.article import Signature, sign
from bot.stories.grouper import Grouper
from bot.stories.stored import unpack
from bot.stories.times import Period
from bot.voices.publishers import source_voice
from rules import Document
from storage.records import Ref, StoredSignature, StoryCorrection

log = structlog.get_logger(__name__)

LOOK_AGAIN = 1.0
"""Seconds between two looks for what persons said of stories, and at what is older than the window."""


class StoryStore(Protocol):
    """The port to the archive's stories."""

    def window(self, since: datetime) -> Iterator[StoredSignature]: ...

    def corrections(self, after: int = 0) -> list[StoryCorrection]: ...


class StoryKeeper:
    """Owns the grouper. All of it happens in the writer's thread, within its transactions."""

    def __init__(
        self,
        store: StoryStore,
        *,
        window: Callable[[], timedelta],
        judging: Callable[[], Judging],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._window = window
        self._judging = judging
        self._clock = clock
        self._grouper: Grouper | None = None
        self._corrected = 0
        self._looked = 0.0
        self._references = count(-1, -1)

    def reference(self) -> Ref:
        """A name for a new entry or story until the archive gives it an id: below zero, and never given twice."""
        return next(self._references)

    def undone(self) -> None:
        """A transaction was rolled back: what it added is not true. All is read from the archive again."""
        self._grouper = None

    def grouper(self) -> Grouper:
        """The stories as the archive has them, and what this transaction added."""
        now = self._clock()
        if self._grouper is not None and time.monotonic() - self._looked > LOOK_AGAIN:
            self._looked = time.monotonic()
            if self._grouper.window != self._window() or self._store.corrections(self._corrected):
                self._grouper = None
            else:
                self._grouper.forget(now)
        if self._grouper is None:
            self._grouper = self._read(now)
            self._looked = time.monotonic()
        return self._grouper

    def _read(self, now: datetime) -> Grouper:
        began = time.monotonic()
        grouper = Grouper(window=self._window())
        for one in self._store.window(now - grouper.window):
            known = unpack(one.data) if one.data is not None else None
            if known is not None:
                grouper.restore(one.entry_id, one.story_id, *known)
            else:
                grouper.add(one.entry_id, one.story_id, self._sign_anew(one))
        for correction in self._store.corrections():
            self._corrected = correction.id
            if correction.kind == "apart":
                grouper.keep_apart(correction.story_id, correction.other_id)
        log.debug("stories read", articles=len(grouper), seconds=round(time.monotonic() - began, 2))
        return grouper

    def _sign_anew(self, one: StoredSignature) -> Signature:
        """An article that an older version stored."""
        judging = self._judging()
        voice = source_voice(
            publisher=one.publisher,
            stated=one.publisher_stated,
            url=one.url,
            title=one.title,
            text=one.text,
            owners=judging.owners,
        )
        document = Document(
            title=one.title, text=one.text, url=one.url, language=one.language, source=one.source, date=one.at
        )
        return sign(
            title=one.title,
            text=one.text,
            language=one.language,
            period=Period.at(one.at),
            source=one.source,
            voice=voice.key,
            publisher=voice.name,
            url=one.canonical_url,
            judgement=judging.matcher.judge(document),
        )
