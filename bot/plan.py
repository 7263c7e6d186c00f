"""From entries to a plan: what is new, which story it belongs to, which rules it matches, who is told. Pure.

Three steps, so that as little as possible happens inside the write transaction: `bot.judge` (rules and text, and what
the archive must be asked), the look-up, and `plan_poll` or `plan_page` with the answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from bot.alerts.plan import ChatRoute, Manners, MatchedArticle, decide
from bot.judge import Judged, dated, is_baseline, topic
from bot.sources.shared_limits import limit_key
from bot.sources.urls import host_of
from bot.stories.clusters import Joined, Member, Members
from bot.stories.publishers import voice
from bot.stories.similarity import COPY_JACCARD, Signature, names_an_article, signature
from storage.records import (
    AlertWrite,
    EntryEdit,
    Json,
    Known,
    KnownEntry,
    NewEntry,
    NewStory,
    Notice,
    PageForRead,
    PageUpdate,
    PageWanted,
    PollPlan,
    Ref,
    SourceForPoll,
    SourceUpdate,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who listens: the chats' routes, what watches are called, and when the rules may speak."""

    routes: tuple[ChatRoute, ...]
    watch_titles: Mapping[str, str]
    manners: Manners = field(default_factory=Manners)


def plan_poll(
    judged: Sequence[Judged],
    known: Known,
    *,
    source: SourceForPoll,
    update: SourceUpdate,
    audience: Audience,
    edit_gap: float,
    notices: Sequence[Notice] = (),
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
    return replace(plan.result(update.checked_at, edit_gap), source=update, notices=tuple(notices))


def plan_page(
    one: Judged,
    known: Known,
    *,
    page: PageForRead,
    update: PageUpdate,
    now: datetime,
    audience: Audience,
    edit_gap: float,
) -> PollPlan:
    """What an article's page changes: its entry is judged again, the first match alerts, whoever brought it."""
    plan = _Plan(known, source=page.source, now=now, audience=audience)
    old = known.by_guid.get(page.guid)
    if old is not None:
        plan.read(one, old)
    return replace(plan.result(now, edit_gap), pages=(update,))


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
        self.pages: list[PageUpdate] = []
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

    def result(self, at: datetime, edit_gap: float) -> PollPlan:
        return PollPlan(
            at=at,
            entries_new=tuple(self.new),
            entries_edited=tuple(self.edited),
            entries_known=self.known,
            stories=tuple(self.stories),
            alerts=tuple(self.alerts.values()),
            pages=tuple(self.pages),
            edit_gap=edit_gap,
        )

    def add(self, one: Judged) -> None:
        ref = -1 - len(self.new)
        twin = self._twin(one)
        joined = self._place(one, twin)
        dated = self._dated(one.entry.published_at)
        baseline = is_baseline(one.entry.published_at, self._source, self._now)
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
            baseline=baseline,
            title_tokens=one.title_tokens,
            text_tokens=one.text_tokens,
            story=joined.story if joined else None,
            story_reason=joined.reason if joined else None,
            copy_of=joined.copy_of if joined else None,
            features=one.features,
            matches=one.matches,
            page=None if baseline else self._page(one),
        )
        self.new.append(entry)
        if names_an_article(one.canonical):
            self._by_url.setdefault(one.canonical, entry)
        self._tell(one, joined, entry=ref, baseline=entry.baseline, dated=dated)

    def edit(self, one: Judged, old: KnownEntry) -> None:
        """The publisher changed it: the first match alerts, whoever brought it; later ones never do.

        An entry with its page's text keeps that until the page has been read again.
        """
        full = old.summary is not None
        self._change(
            one,
            old,
            text=old.text if full else one.entry.text,
            summary=one.entry.text if full else None,
            text_tokens=None if full else one.text_tokens,
            reason="edited",
            keeps_version=True,
        )
        if full:
            self.pages.append(PageUpdate(entry_id=old.id, outcome="", reason="edited", attempts=0, due_at=self._now))

    def read(self, one: Judged, old: KnownEntry) -> None:
        """The entry's page has arrived."""
        summary = old.text if old.summary is None else old.summary
        self._change(
            replace(one, content_hash=old.content_hash),
            old,
            text=one.entry.text,
            summary=summary if one.entry.text != summary else None,
            text_tokens=one.text_tokens,
            reason="its page",
            keeps_version=False,
        )

    def _change(
        self,
        one: Judged,
        old: KnownEntry,
        *,
        text: str,
        summary: str | None,
        text_tokens: str | None,
        reason: str,
        keeps_version: bool,
    ) -> None:
        joined = None
        if old.story_id is not None:
            joined = Joined(story=old.story_id, reason=reason, copy_of=old.copy_of)
        elif one.signature is not None:
            joined = self._place(one, None)
        self.edited.append(
            EntryEdit(
                id=old.id,
                url=one.entry.url,
                canonical_url=one.canonical,
                title=one.entry.title,
                author=one.entry.author,
                text=text,
                summary=summary,
                language=one.language,
                content_hash=one.content_hash,
                title_tokens=one.title_tokens,
                text_tokens=text_tokens,
                story=joined.story if joined else None,
                story_reason=joined.reason if joined else None,
                features=one.features,
                matches=one.matches,
                keeps_version=keeps_version,
            )
        )
        known = {match.watch for match in old.matches}
        fresh = tuple(match for match in one.matches if match.watch not in known)
        if fresh:
            dated = self._dated(one.entry.published_at)
            self._tell(replace(one, matches=fresh), joined, entry=old.id, baseline=False, dated=dated)

    def _page(self, one: Judged) -> PageWanted | None:
        """The article's page, where the source wants it: always, or when a term of some rule stands in the entry."""
        wanted = self._source.full_text
        if wanted == "never" or (wanted == "candidates" and one.signature is None):
            return None
        if not one.entry.url.startswith(("http://", "https://")):
            return None
        return PageWanted(url=one.entry.url, place=limit_key(host_of(one.entry.url)), due_at=self._now)

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


def _member(entry: KnownEntry, story: Ref) -> Member:
    said = _Said(
        publisher=voice(entry.publisher, entry.text),
        title=entry.title,
        text=entry.text,
        language=entry.language,
        url=entry.canonical_url,
        links=frozenset(feature[2:] for feature in entry.features if feature.startswith("u:")),
        groups=frozenset(feature[2:] for feature in entry.features if feature.startswith("g:")),
        rules=frozenset(f"{match.watch}/{match.rule}" for match in entry.matches),
        topic=topic(entry.matches),
    )
    return Member(entry=entry.id, story=story, signature=_signature(said))


class _Said(NamedTuple):
    publisher: str
    title: str
    text: str
    language: str | None
    url: str
    links: frozenset[str]
    groups: frozenset[str]
    rules: frozenset[str]
    topic: frozenset[str]


@lru_cache(maxsize=1024)
def _signature(said: _Said) -> Signature:
    """The members of the stories of the day are compared with every article that arrives."""
    return signature(**said._asdict())


def _alike(a: str, b: str) -> bool:
    first, second = set(a.casefold().split()), set(b.casefold().split())
    return bool(first | second) and len(first & second) / len(first | second) >= COPY_JACCARD
