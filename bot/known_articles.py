"""An article that the archive has, as an alert's plan sees it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.alerts.compose import MatchedArticle
from bot.judge import dated
from bot.stories.statement import Statement
from bot.stories.stored import statement
from bot.voices.citations import citations
from bot.voices.publishers import Owners, voice_of
from storage.records import KnownEntry

_READ_ANEW = 2_000
"""Characters read of an article that an older version stored: sources are named early, and others wait meanwhile."""


def known_article(
    entry: KnownEntry, *, owners: Owners, watch_titles: Mapping[str, str], now: datetime
) -> MatchedArticle:
    """The article with its matches; what it says of others is read from what was kept."""
    voice = voice_of(entry, owners)
    said = statement(entry.signature) if entry.signature is not None else None
    if said is None:
        cited = citations(
            title=entry.title,
            text=entry.text[:_READ_ANEW],
            links=(),
            language=entry.language,
            self_key=voice.key,
            owners=owners,
        )
        said = Statement(voice=voice.key, citations=cited)
    return MatchedArticle(
        title=entry.title,
        text=entry.text,
        url=entry.url,
        language=entry.language,
        at=dated(entry.published_at, now) if entry.published_at else entry.first_seen_at,
        # Of a copy, the one who wrote it speaks.
        voice=said.voice if entry.copy_of is not None else voice.key,
        publisher=voice.name,
        counts=not voice.aggregator,
        citations=said.citations,
        matches=entry.matches,
        watch_titles=watch_titles,
        official="official" in entry.tags or is_official(voice.key, owners),
        denies=said.denies,
    )


def is_official(key: str, owners: Owners) -> bool:
    """Whether the company that news is about speaks for itself."""
    owner = owners.get(key)
    return owner is not None and owner.official
