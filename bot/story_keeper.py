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


class StoryStore(Protocol):
    """The port to the archive's stories."""

    def window(self, since: datetime) -> Iterator[StoredSignature]: ...

    def corrections(self) -> list[StoryCorrection]: ...


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
        self._references = count(-1, -1)

    def reference(self) -> Ref:
        """A name for a new entry or story until the archive gives it an id: below zero, and never given twice."""
        return next(self._references)

    def begun(self, correction: int) -> None:
        """A transaction begins: the one moment at which all may be read again.

        In its middle the archive shows to nobody else what it has added so far; that would be lost here.
        """
        if self._grouper is not None and (correction != self._corrected or self._grouper.window != self._window()):
            self._grouper = None
        if self._grouper is not None:
            self._grouper.forget(self._clock())
        self._corrected = correction

    def undone(self) -> None:
        """A transaction was rolled back: what it added is not true. All is read from the archive again."""
        self._grouper = None

    def grouper(self) -> Grouper:
        """The stories as the archive has them, and what this transaction added."""
        if self._grouper is None:
            self._grouper = self._read(self._clock())
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
