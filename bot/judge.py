"""Judging entries: rules and text, with no knowledge of the archive; and what the archive must be asked. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.documents.entries import Article, Kind, ParsedEntry
from bot.sources.urls import canonical_url, may_stand_for
from bot.stories.article import Signature, sign
from bot.stories.times import Period
from bot.voices.citations import Citation, citations
from bot.voices.publishers import Owners, Voice, source_voice
from rules import DENIAL, Document, Judgement, Matcher
from rules.text import index_tokens
from storage.records import LookupKeys, MatchRow, PageForRead, SourceForPoll

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before the web there were no feeds: an older date is a publisher's mistake."""

FUTURE = timedelta(days=1)
"""A date further ahead is a mistake, and no proof that an item is new; within it, a wrong time zone."""

LINKS_COMPARED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An entry with all that can be said of it without the archive."""

    entry: ParsedEntry
    language: str | None
    canonical: str
    content_hash: str
    title_tokens: str
    text_tokens: str
    matches: tuple[MatchRow, ...]
    voice: Voice
    citations: tuple[Citation, ...] = ()
    signature: Signature | None
    denies: bool = False


def judge(
    entries: Sequence[ParsedEntry], source: SourceForPoll, matcher: Matcher, owners: Owners, *, now: datetime
) -> tuple[Judged, ...]:
    """Analyse and match each entry; `owners` says who speaks."""
    return tuple(_judge(entry, source, matcher, owners, now) for entry in entries)


def judge_article(page: PageForRead, article: Article, matcher: Matcher, owners: Owners, *, now: datetime) -> Judged:
    """The entry again, with its page's text; what the feed said of author, date and language goes before the page's.

    The longer text is judged: a page behind a paywall says less than its feed.
    """
    title = article.title if page.source.kind == Kind.SITEMAP and article.title else page.title
    entry = ParsedEntry(
        guid=page.guid,
        url=page.entry_url,
        title=title or article.title,
        author=page.author or article.author,
        text=max(article.text, page.summary, key=len),
        language=page.language or article.language,
        published_at=page.published_at or article.published_at,
        links=article.links,
    )
    stated = canonical_url(article.canonical_url) if may_stand_for(article.canonical_url, page.entry_url) else ""
    return _judge(entry, page.source, matcher, owners, now, canonical=stated if names_an_article(stated) else None)


def _judge(
    entry: ParsedEntry,
    source: SourceForPoll,
    matcher: Matcher,
    owners: Owners,
    now: datetime,
    *,
    canonical: str | None = None,
) -> Judged:
    language = entry.language or source.language
    judgement: Judgement = matcher.judge(
        Document(
            title=entry.title,
            text=entry.text,
            url=entry.url,
            author=entry.author,
            language=language,
            source=source.key,
            tags=frozenset(source.tags),
            date=dated(entry.published_at, now),
        )
    )
    language = language or judgement.language
    canonical = canonical or canonical_url(entry.url)
    matches = tuple(
        MatchRow(
            watch=match.watch,
            rule=match.rule,
            rule_version=match.version,
            priority=match.priority.value,
            reason=match.reason,
            evidence=tuple(
                {
                    "field": evidence.field,
                    "start": evidence.start,
                    "end": evidence.end,
                    "surface": evidence.surface,
                    "term": evidence.term,
                    "group": evidence.group,
                }
                for evidence in match.evidence
            ),
        )
        for match in judgement.matches
    )
    voice = source_voice(
        publisher=source.publisher or source.title or source.key,
        stated=bool(source.publisher),
        url=entry.url,
        title=entry.title,
        text=entry.text,
        author=entry.author,
        owners=owners,
    )
    signature = None
    # What was there before we came and matches no rule is no news: it gets no story, so that a first look at hundreds
    # of old articles costs no grouping.
    if matches or (judgement.groups and not is_baseline(entry.published_at, source, now)):
        signature = sign(
            title=entry.title,
            text=entry.text,
            language=language,
            period=Period.at(dated(entry.published_at, now)),
            source=source.key,
            voice=voice.key,
            publisher=voice.name,
            url=canonical if names_an_article(canonical) else "",
            links=[link for link in map(canonical_url, entry.links[:LINKS_COMPARED]) if names_an_article(link)],
            judgement=judgement,
        )
    denies = DENIAL in judgement.headline
    cited = (
        citations(
            title=entry.title,
            text=entry.text,
            links=entry.links,
            language=language,
            self_key=voice.key,
            owners=owners,
        )
        # A known article that is edited into a denial need not match any more, and is told all the same.
        if matches or denies
        else ()
    )
    return Judged(
        entry=entry,
        language=language,
        canonical=canonical,
        content_hash=hashlib.sha256(f"{entry.title}\0{entry.text}".encode()).hexdigest(),
        title_tokens=" ".join(index_tokens(entry.title)),
        text_tokens=" ".join(index_tokens(entry.text)),
        matches=matches,
        voice=voice,
        citations=cited,
        signature=signature,
        denies=denies,
    )


def lookup_keys(judged: Sequence[Judged]) -> LookupKeys:
    """What must be known to plan these entries."""
    return LookupKeys(
        guids=frozenset(one.entry.guid for one in judged),
        urls=frozenset(one.canonical for one in judged if names_an_article(one.canonical)),
    )


def names_an_article(url: str) -> bool:
    """A bare host is a home page; that two texts link to it says nothing."""
    return "/" in url or "?" in url


def dated(published: datetime | None, now: datetime) -> datetime:
    """The publisher's date where it can be true, else the time we saw it."""
    return published if published is not None and EARLIEST <= published <= now else now


def is_baseline(published: datetime | None, source: SourceForPoll, now: datetime) -> bool:
    """First sight of a source alerts nobody, except for items newer than its subscription."""
    if source.baseline_at is not None:
        return False
    if published is None or published > now + FUTURE:
        return True
    return published <= source.subscribed_at
