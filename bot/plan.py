"""From entries to a plan: what is new, which story it belongs to, which rules it matches, who is told. Pure.

Three steps, so that as little as possible happens inside the write transaction: `judge` (rules and text, no
knowledge of the archive), `lookup_keys` (what the archive must be asked), `plan_poll` (with the answers).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.alerts.plan import ChatRoute, Manners, MatchedArticle, decide
from bot.documents.entries import ParsedEntry
from bot.sources.urls import canonical_url
from bot.stories.clusters import Joined, Member, Members
from bot.stories.publishers import voice
from bot.stories.similarity import COPY_JACCARD, Signature, names_an_article, signature
from rules import Document, Judgement, Matcher
from rules.text import index_tokens, words
from storage.records import (
    AlertWrite,
    EntryEdit,
    Json,
    Known,
    KnownEntry,
    LookupKeys,
    MatchRow,
    NewEntry,
    NewStory,
    PollPlan,
    Ref,
    SourceForPoll,
    SourceUpdate,
)

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
    groups: frozenset[str]
    signature: Signature | None

    @property
    def features(self) -> frozenset[str]:
        return self.signature.features() if self.signature is not None else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who listens: the chats' routes, what watches are called, and when the rules may speak."""

    routes: tuple[ChatRoute, ...]
    watch_titles: Mapping[str, str]
    manners: Manners = field(default_factory=Manners)


def judge(
    entries: Sequence[ParsedEntry], source: SourceForPoll, matcher: Matcher, *, now: datetime
) -> tuple[Judged, ...]:
    """Analyse and match each entry."""
    return tuple(_judge(entry, source, matcher, now) for entry in entries)


def _judge(entry: ParsedEntry, source: SourceForPoll, matcher: Matcher, now: datetime) -> Judged:
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
    canonical = canonical_url(entry.url)
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
    reduced = None
    if judgement.groups:
        reduced = signature(
            publisher=voice(source.publisher or source.title or source.key, entry.text),
            title=entry.title,
            text=entry.text,
            language=language,
            url=canonical,
            links=[canonical_url(link) for link in entry.links[:LINKS_COMPARED]],
            groups=judgement.groups,
            rules=frozenset(match.full_name for match in judgement.matches),
            topic=_topic(matches),
        )
    return Judged(
        entry=entry,
        language=language,
        canonical=canonical,
        content_hash=hashlib.sha256(f"{entry.title}\0{entry.text}".encode()).hexdigest(),
        title_tokens=" ".join(index_tokens(entry.title)),
        text_tokens=" ".join(index_tokens(entry.text)),
        matches=matches,
        groups=judgement.groups,
        signature=reduced,
    )


def lookup_keys(judged: Sequence[Judged], *, now: datetime, window: timedelta) -> LookupKeys:
    """What must be known to plan these entries."""
    return LookupKeys(
        guids=frozenset(one.entry.guid for one in judged),
        urls=frozenset(one.canonical for one in judged if names_an_article(one.canonical)),
        features=frozenset(feature for one in judged for feature in one.features),
        since=now - window,
    )


def plan_poll(
    judged: Sequence[Judged],
    known: Known,
    *,
    source: SourceForPoll,
    update: SourceUpdate,
    audience: Audience,
    edit_gap: float,
) -> PollPlan:
    """Everything that this poll changes. Reads only its arguments."""
    plan = _Plan(known, source=source, now=update.checked_at, audience=audience)
    for one in judged:
        old = known.by_guid.get(one.entry.guid)
        if old is None:
            plan.add(one)
        elif old.content_hash != one.content_hash:
            plan.edit(one, old)
        else:
            plan.known += 1
    return PollPlan(
        source=update,
        entries_new=tuple(plan.new),
        entries_edited=tuple(plan.edited),
        entries_known=plan.known,
        stories=tuple(plan.stories),
        alerts=tuple(plan.alerts.values()),
        edit_gap=edit_gap,
    )


@dataclass(slots=True)
class _Story:
    """A story as it grows during one plan."""

    ref: Ref
    articles: list[MatchedArticle] = field(default_factory=list)
    alert_ids: dict[str, int] = field(default_factory=dict)
    alerted: dict[str, Json] = field(default_factory=dict)


class _Plan:
    def __init__(self, known: Known, *, source: SourceForPoll, now: datetime, audience: Audience) -> None:
        self._source = source
        self._now = now
        self._audience = audience
        self.new: list[NewEntry] = []
        self.edited: list[EntryEdit] = []
        self.known = 0
        self.stories: list[NewStory] = []
        self.alerts: dict[tuple[Ref, str], AlertWrite] = {}
        self._by_url: dict[str, KnownEntry | NewEntry] = dict(known.by_url)
        self._members = Members()
        self._stories: dict[Ref, _Story] = {}
        for story in known.stories:
            grown = _Story(ref=story.id)
            for member in story.members:
                self._members.add(_member(member, story.id))
                if member.matches:
                    grown.articles.append(self._known_article(member))
            for alert in story.alerts:
                grown.alert_ids[alert.chat] = alert.id
                grown.alerted[alert.chat] = alert.content
            self._stories[story.id] = grown

    def add(self, one: Judged) -> None:
        ref = -1 - len(self.new)
        twin = self._twin(one)
        joined = self._place(one, twin)
        dated = self._dated(one.entry.published_at)
        entry = NewEntry(
            ref=ref,
            guid=one.entry.guid,
            url=one.entry.url,
            canonical_url=one.canonical,
            title=one.entry.title,
            author=one.entry.author,
            text=one.entry.text,
            language=one.language,
            published_at=one.entry.published_at,
            dated_at=dated,
            content_hash=one.content_hash,
            baseline=self._is_baseline(one.entry.published_at),
            title_tokens=one.title_tokens,
            text_tokens=one.text_tokens,
            story=joined.story if joined else None,
            story_reason=joined.reason if joined else None,
            copy_of=joined.copy_of if joined else None,
            features=one.features,
            matches=one.matches,
        )
        self.new.append(entry)
        if names_an_article(one.canonical):
            self._by_url.setdefault(one.canonical, entry)
        self._tell(one, joined, entry=ref, baseline=entry.baseline, dated=dated)

    def edit(self, one: Judged, old: KnownEntry) -> None:
        """The publisher changed it: the first match alerts, whoever brought it; later ones never do."""
        joined = None
        if old.story_id is not None:
            joined = Joined(story=old.story_id, reason="edited", copy_of=old.copy_of)
        elif one.signature is not None:
            joined = self._place(one, None)
        self.edited.append(
            EntryEdit(
                id=old.id,
                url=one.entry.url,
                canonical_url=one.canonical,
                title=one.entry.title,
                author=one.entry.author,
                text=one.entry.text,
                language=one.language,
                content_hash=one.content_hash,
                title_tokens=one.title_tokens,
                text_tokens=one.text_tokens,
                story=joined.story if joined else None,
                story_reason=joined.reason if joined else None,
                features=one.features,
                matches=one.matches,
            )
        )
        known = {match.watch for match in old.matches}
        fresh = tuple(match for match in one.matches if match.watch not in known)
        if fresh:
            dated = self._dated(one.entry.published_at)
            self._tell(replace(one, matches=fresh), joined, entry=old.id, baseline=False, dated=dated)

    # ── which story ──────────────────────────────────────────────────────────────────────────────────────────────

    def _twin(self, one: Judged) -> KnownEntry | NewEntry | None:
        """The same article under the same address, seen before.

        Within one source an address alone is not enough: status pages give all their items one link.
        """
        twin = self._by_url.get(one.canonical) if names_an_article(one.canonical) else None
        if twin is None:
            return None
        same_source = isinstance(twin, NewEntry) or twin.source_id == self._source.id
        if same_source and not _alike(f"{twin.title} {twin.text}", f"{one.entry.title} {one.entry.text}"):
            return None
        return twin

    def _place(self, one: Judged, twin: KnownEntry | NewEntry | None) -> Joined | None:
        if twin is not None:
            story = twin.story if isinstance(twin, NewEntry) else twin.story_id
            copy = twin.ref if isinstance(twin, NewEntry) else twin.id
            if story is not None:
                return Joined(story=story, reason="the same address", copy_of=copy)
        if one.signature is None:
            return None
        found = self._members.find_story(one.signature)
        if found is not None:
            return found
        ref = -1 - len(self.stories)
        self.stories.append(NewStory(ref=ref, title=one.entry.title or one.entry.text[:200]))
        self._stories[ref] = _Story(ref=ref)
        return Joined(story=ref, reason="first article of the story", copy_of=None)

    # ── who is told ──────────────────────────────────────────────────────────────────────────────────────────────

    def _tell(self, one: Judged, joined: Joined | None, *, entry: Ref, baseline: bool, dated: datetime) -> None:
        if joined is None or one.signature is None:
            return
        self._members.add(Member(entry=entry, story=joined.story, signature=one.signature))
        if not one.matches:
            return
        story = self._stories[joined.story]
        article = MatchedArticle(
            title=one.entry.title,
            text=one.entry.text,
            url=one.entry.url,
            language=one.language,
            at=dated,
            voice=self._voice(one, joined),
            baseline=baseline,
            matches=one.matches,
            watch_titles=self._audience.watch_titles,
        )
        for route in self._audience.routes:
            decision = decide(
                article,
                route,
                story.alerted.get(route.key),
                story.articles,
                manners=self._audience.manners,
                now=self._now,
            )
            if decision.content is None:
                continue
            content = decision.content.to_json()
            story.alerted[route.key] = content
            self.alerts[joined.story, route.key] = AlertWrite(
                id=story.alert_ids.get(route.key),
                story=joined.story,
                chat=route.key,
                content=content,
                not_before=decision.held_until,
            )
        story.articles.append(article)

    def _voice(self, one: Judged, joined: Joined) -> str:
        """Who speaks: of a copy the one who wrote it, of an agency's dispatch the agency."""
        if joined.copy_of is not None:
            original = self._members.publisher_of(joined.copy_of)
            if original is not None:
                return original
        return voice(self._publisher(), one.entry.text)

    def _publisher(self) -> str:
        return self._source.publisher or self._source.title or self._source.key

    def _known_article(self, entry: KnownEntry) -> MatchedArticle:
        return MatchedArticle(
            title=entry.title,
            text=entry.text,
            url=entry.url,
            language=entry.language,
            at=self._dated(entry.published_at) if entry.published_at else entry.first_seen_at,
            voice=voice(entry.publisher, entry.text),
            baseline=entry.baseline,
            matches=entry.matches,
            watch_titles=self._audience.watch_titles,
        )

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _dated(self, published: datetime | None) -> datetime:
        return dated(published, self._now)

    def _is_baseline(self, published: datetime | None) -> bool:
        """First sight of a source alerts nobody, except for items newer than its subscription."""
        if self._source.baseline_at is not None:
            return False
        if published is None or published > self._now + FUTURE:
            return True
        return published <= self._source.subscribed_at


def dated(published: datetime | None, now: datetime) -> datetime:
    """The publisher's date where it can be true, else the time we saw it."""
    return published if published is not None and EARLIEST <= published <= now else now


def _member(entry: KnownEntry, story: Ref) -> Member:
    links = frozenset(feature[2:] for feature in entry.features if feature.startswith("u:"))
    groups = frozenset(feature[2:] for feature in entry.features if feature.startswith("g:"))
    return Member(
        entry=entry.id,
        story=story,
        signature=signature(
            publisher=voice(entry.publisher, entry.text),
            title=entry.title,
            text=entry.text,
            language=entry.language,
            url=entry.canonical_url,
            links=links,
            groups=groups,
            rules=frozenset(f"{match.watch}/{match.rule}" for match in entry.matches),
            topic=_topic(entry.matches),
        ),
    )


def _topic(matches: Sequence[MatchRow]) -> frozenset[str]:
    """The words that the rules matched."""
    return frozenset(
        word.text for match in matches for evidence in match.evidence for word in words(str(evidence["surface"]))
    )


def _alike(a: str, b: str) -> bool:
    first, second = set(a.casefold().split()), set(b.casefold().split())
    return bool(first | second) and len(first & second) / len(first | second) >= COPY_JACCARD
