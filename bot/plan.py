"""From entries to a plan: what is new, which story it belongs to, which rules it matches, who is told.

Three steps, so that as little as possible happens inside the write transaction: `bot.judge` (rules and text, and what
the archive must be asked), the look-up, and a planner with the answers: it puts the articles into stories
(`bot.placing`), asks for those stories that somebody may hear of, and decides what is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.alerts.compose import MatchedArticle
from bot.alerts.passed_over import LongStop, why_passed
from bot.alerts.plan import Audience, ChatRoute, Decision, Verdict, decide
from bot.alerts.retold import merged
from bot.judge import Judged, dated, is_baseline
from bot.known_articles import is_official, known_article
from bot.placing import Placed, Placing
from bot.sources.shared_limits import limit_key
from bot.sources.urls import host_of
from bot.story_keeper import StoryKeeper
from bot.voices.publishers import Owners
from storage.apply import Applied
from storage.records import (
    AlertWrite,
    EntryEdit,
    Json,
    Known,
    KnownEntry,
    NewEntry,
    PageUpdate,
    PageWanted,
    PassedBy,
    PassedOver,
    PollPlan,
    Ref,
    SourceForPoll,
)


@dataclass(slots=True)
class _Told:
    """A story as somebody hears of it, as it grows during one plan."""

    articles: list[MatchedArticle] = field(default_factory=list)
    alert_ids: dict[str, int] = field(default_factory=dict)
    alerted: dict[str, Json] = field(default_factory=dict)
    muted: frozenset[str] = frozenset()


class EntryPlanner:
    """Plans what judged entries of one source change. `finish` completes the plan with what the caller knows.

    `stop` says when what is new at the source is old news. What a `page` brings is `passed` over, if that is set.
    """

    def __init__(
        self,
        judged: Sequence[Judged],
        *,
        source: SourceForPoll,
        now: datetime,
        audience: Audience,
        owners: Owners,
        edit_gap: float,
        keeper: StoryKeeper,
        finish: Callable[[PollPlan, Known], PollPlan],
        stop: LongStop | None = None,
        page: PageUpdate | None = None,
        passed: PassedBy | None = None,
    ) -> None:
        self._judged = judged
        self._source = source
        self._now = now
        self._audience = audience
        self._owners = owners
        self._edit_gap = edit_gap
        self._keeper = keeper
        self._finish = finish
        self._stop = stop
        self._page = page
        self._page_passed = passed
        self._placing: Placing | None = None
        self._unchanged = 0
        self._told: dict[Ref, _Told] = {}
        self._alerts: dict[tuple[Ref, str], AlertWrite] = {}
        self._passed: list[PassedOver] = []

    # ── the three calls of storage ───────────────────────────────────────────────────────────────────────────────

    def stories(self, known: Known) -> Collection[int]:
        """Put all articles into stories; ask for those that somebody may hear of."""
        self._placing = placing = Placing(known, source_id=self._source.id, references=self._keeper)
        self._unchanged, self._told, self._alerts, self._passed = 0, {}, {}, []
        for one in self._judged:
            old = known.by_guid.get(one.entry.guid)
            if self._page is not None:
                if old is not None:
                    placing.change(replace(one, content_hash=old.content_hash), old)
            elif old is None:
                placing.add(one)
            elif old.content_hash != one.content_hash:
                placing.change(one, old)
            else:
                self._unchanged += 1
        return placing.told()

    def plan(self, known: Known) -> PollPlan:
        """Everything that is to be written."""
        placing = self._placing
        assert placing is not None  # noqa: S101 - storage calls `stories` first
        for story in known.stories:
            self._told[story.id] = _Told(
                articles=[
                    known_article(member, owners=self._owners, watch_titles=self._audience.watch_titles, now=self._now)
                    for member in story.members
                ],
                alert_ids={alert.chat: alert.id for alert in story.alerts},
                alerted={alert.chat: alert.content for alert in story.alerts},
                muted=story.muted,
            )
        for merge in placing.merges:
            self._merge(merge.story, merge.into)
        pages: list[PageUpdate] = [self._page] if self._page is not None else []
        for placed in placing.placed:
            if placed.old is not None and placed.old.summary is not None and self._page is None:
                pages.append(
                    PageUpdate(entry_id=placed.old.id, outcome="", reason="edited", attempts=0, due_at=self._now)
                )
            if placed.story is not None and placed.is_news:
                self._tell(placed, placed.story)
        plan = PollPlan(
            at=self._now,
            entries_new=tuple(self._new(placed) for placed in placing.placed if placed.old is None),
            entries_edited=tuple(self._edit(placed, placed.old) for placed in placing.placed if placed.old is not None),
            entries_known=self._unchanged,
            stories=tuple(placing.stories),
            merges=tuple(placing.merges),
            alerts=tuple(self._alerts.values()),
            passed=tuple(self._passed),
            pages=tuple(pages),
            edit_gap=self._edit_gap,
        )
        return self._finish(plan, known)

    def written(self, applied: Applied) -> None:
        """The stories in memory learn the archive's ids."""
        self._keeper.grouper().rename(applied.entry_ids, applied.story_ids)

    # ── entries ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _new(self, placed: Placed) -> NewEntry:
        one, entry = placed.one, placed.one.entry
        baseline = is_baseline(entry.published_at, self._source, self._now)
        return NewEntry(
            ref=placed.ref,
            guid=entry.guid,
            url=entry.url,
            canonical_url=one.canonical,
            title=entry.title,
            author=entry.author,
            text=entry.text,
            language=one.language,
            published_at=entry.published_at,
            dated_at=dated(entry.published_at, self._now),
            content_hash=one.content_hash,
            baseline=baseline,
            title_tokens=one.title_tokens,
            text_tokens=one.text_tokens,
            story=placed.story,
            story_reason=placed.reason,
            copy_of=placed.copy_of,
            signature=placed.signature,
            matches=one.matches,
            page=None if baseline else self._page_wanted(one),
        )

    def _edit(self, placed: Placed, old: KnownEntry) -> EntryEdit:
        """The publisher changed it, or its page has arrived: the first match alerts, whoever brought it.

        An entry with its page's text keeps that until the page has been read again.
        """
        one, entry = placed.one, placed.one.entry
        text = entry.text
        summary: str | None = None
        tokens: str | None = one.text_tokens
        if self._page is not None:
            before = old.text if old.summary is None else old.summary
            summary = before if entry.text != before else None
        elif old.summary is not None:
            text, summary, tokens = old.text, entry.text, None
        return EntryEdit(
            id=old.id,
            url=entry.url,
            canonical_url=one.canonical,
            title=entry.title,
            author=entry.author,
            text=text,
            summary=summary,
            language=one.language,
            content_hash=one.content_hash,
            title_tokens=one.title_tokens,
            text_tokens=tokens,
            story=placed.story,
            story_reason=placed.reason,
            signature=placed.signature,
            matches=one.matches,
            keeps_version=self._page is None,
        )

    def _page_wanted(self, one: Judged) -> PageWanted | None:
        """The article's page, where the source wants it: always, or when a term of some rule stands in the entry."""
        wanted = self._source.full_text
        if wanted == "never" or (wanted == "candidates" and one.signature is None):
            return None
        if not one.entry.url.startswith(("http://", "https://")):
            return None
        return PageWanted(
            url=one.entry.url,
            place=limit_key(host_of(one.entry.url)),
            due_at=self._now,
            passed=self._why_passed(one),
        )

    # ── who is told ──────────────────────────────────────────────────────────────────────────────────────────────

    def _tell(self, placed: Placed, ref: Ref) -> None:
        one, entry = placed.one, placed.one.entry
        story = self._told.setdefault(ref, _Told())
        article = MatchedArticle(
            title=entry.title,
            text=entry.text,
            url=entry.url,
            language=one.language,
            at=dated(entry.published_at, self._now),
            voice=self._voice(placed.copy_of) or one.voice.key,
            publisher=one.voice.name,
            counts=not one.voice.aggregator,
            citations=one.citations,
            passed=self._page_passed if placed.old is not None else self._why_passed(one),
            matches=placed.matches,
            watch_titles=self._audience.watch_titles,
            official="official" in self._source.tags or is_official(one.voice.key, self._owners),
            denies=one.denies,
        )
        # Who was told of it before hears that it is denied now, whether or not a rule matches the new wording.
        known = placed.old.matches if placed.old is not None and placed.retracts else ()
        retraction = replace(article, matches=(*placed.matches, *known))
        for route in self._audience.routes:
            decision = decide(
                retraction if route.key in story.alerted else article,
                route,
                story.alerted.get(route.key),
                story.articles,
                manners=self._audience.manners,
                owners=self._owners,
                now=self._now,
                muted=route.key in story.muted,
            )
            if decision.verdict is Verdict.PASSED_OVER and article.passed is not None:
                # Where another article of this plan makes the chat an alert of the story, storage leaves this out.
                self._passed.append(PassedOver(chat=route.key, entry=placed.ref, reason=article.passed))
            if decision.content is None:
                continue
            content = decision.content.to_json()
            story.alerted[route.key] = content
            self._alerts[ref, route.key] = AlertWrite(
                id=story.alert_ids.get(route.key),
                story=ref,
                chat=route.key,
                content=content,
                not_before=decision.held_until,
                replies=self._replies(ref, route.key, decision),
            )
        story.articles.append(retraction)

    def _why_passed(self, one: Judged) -> PassedBy | None:
        """Why an article that is new to us is old news."""
        return why_passed(one.entry.published_at, self._source, self._stop, now=self._now)

    def _replies(self, ref: Ref, chat: str, decision: Decision) -> tuple[Json, ...]:
        """What is told in answers to the message, by this article and those before it in the plan."""
        told = self._alerts.get((ref, chat))
        before = told.replies if told is not None else ()
        return (*before, decision.reply.to_json()) if decision.reply is not None else before

    def _merge(self, ref: Ref, into: Ref) -> None:
        """Two stories are one: the older message tells of both, the newer says where."""
        gone, kept = self._told.pop(ref, _Told()), self._told.setdefault(into, _Told())
        kept.articles += gone.articles
        kept.muted |= gone.muted
        routes = {route.key: route for route in self._audience.routes}
        for chat, content in gone.alerted.items():
            if chat not in kept.alerted:  # it simply goes over
                kept.alerted[chat], kept.alert_ids[chat] = content, gone.alert_ids[chat]
                continue
            older, newer = merged(
                kept.alerted[chat],
                content,
                kept.alert_ids[chat],
                gone.alert_ids[chat],
                articles=kept.articles,
                route=routes.get(chat, ChatRoute(key=chat)),
                owners=self._owners,
            )
            kept.alerted[chat] = older
            self._alerts[into, chat] = AlertWrite(
                id=kept.alert_ids[chat], story=into, chat=chat, content=older, releases=False
            )
            self._alerts[ref, chat] = AlertWrite(
                id=gone.alert_ids[chat], story=ref, chat=chat, content=newer, releases=False
            )

    def _voice(self, copy_of: Ref | None) -> str | None:
        """Of a copy, the one who wrote it speaks."""
        return self._placing.voice_of(copy_of) if copy_of is not None and self._placing is not None else None
