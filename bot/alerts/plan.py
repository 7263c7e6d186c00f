"""Who is told what about a story. Pure.

An article that matched makes an alert in every chat that follows one of its watches; another voice on the same story
makes that alert grow. What is material (the first confirmation, a word of the company itself, a denial, a graver rule)
is told in an answer to the message, since an edit rings no bell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import partial
from zoneinfo import ZoneInfo

from bot.alerts.content import AlertContent, FirstReport, Marked, Reason, ReplyContent, Report
from bot.voices.citations import Citation
from bot.voices.first_report import Account, FirstHow, first
from bot.voices.publishers import Owners
from rules import Rule
from rules.windows import muted_until
from storage.records import Json, MatchRow, PassedBy

RANK = {"low": 0, "normal": 1, "high": 2}
EXCERPT = 420
"""Characters of the excerpt: two or three sentences, readable on a locked screen."""

BEFORE_MATCH = 120
REASONS = 4
CONFIRMED_BY = 2
REPORTS = 30


class Verdict(Enum):
    """What an article means for a chat."""

    NEW_STORY = "first article of a new story"
    CONFIRMED = "another independent publisher"
    REPEAT = "same story, nothing new"
    WAITING = "its rules wait for more publishers"
    PASSED_OVER = "old news: a digest tells it"
    NOT_FOLLOWED = "the chat follows none of its watches"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRoute:
    """What a chat wants to hear of; no watches means all."""

    key: str
    watches: frozenset[str] = frozenset()
    min_priority: str = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedArticle:
    """An article with its matches, as far as an alert shows it.

    `voice` is the key of who speaks in it, `publisher` the name; one that does not count only shows what others wrote.
    `official`: the company speaks for itself. `denies`: its headline denies or corrects. `passed` is why it is old
    news, which makes no alert by itself.
    """

    title: str
    text: str
    url: str
    language: str | None
    at: datetime
    voice: str
    publisher: str
    matches: Sequence[MatchRow]
    watch_titles: Mapping[str, str]
    counts: bool = True
    citations: tuple[Citation, ...] = ()
    official: bool = False
    denies: bool = False
    passed: PassedBy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What the rules in force ask of their alerts; `zone` is the clock that their `mute` windows are read by."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def is_due(self, matches: Sequence[MatchRow], voices: int) -> bool:
        """Whether so many independent publishers are enough for one of the rules."""
        return any(voices >= rule.after_publishers if rule else True for rule in self._of(matches))

    def held_until(self, matches: Sequence[MatchRow], voices: int, now: datetime) -> datetime | None:
        """When the first of the rules may speak; None where one may now."""
        local = now.astimezone(self.zone)
        ends = [
            muted_until(rule.mute, local) if rule else None
            for rule in self._of(matches)
            if rule is None or voices >= rule.after_publishers
        ]
        moments = [end for end in ends if end is not None]
        return None if len(moments) < len(ends) or not moments else min(moments).astimezone(UTC)

    def _of(self, matches: Sequence[MatchRow]) -> list[Rule | None]:
        return [self.rules.get(f"{match.watch}/{match.rule}") for match in matches]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who listens: the chats' routes, what watches are called, and when the rules may speak."""

    routes: tuple[ChatRoute, ...]
    watch_titles: Mapping[str, str]
    manners: Manners = field(default_factory=Manners)


class Material(Enum):
    """What is told in an answer to the message, once for each of them and story; the text is its first line."""

    DENIAL = "Denied or corrected"
    OFFICIAL = "The company itself"
    CONFIRMED = "Confirmed by a second publisher"
    GRAVER = "Now of high priority"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an article means for a chat: what it should see now, None where nothing changes; not before `held_until`."""

    verdict: Verdict
    content: AlertContent | None = None
    held_until: datetime | None = None
    reply: ReplyContent | None = None


def decide(
    article: MatchedArticle,
    route: ChatRoute,
    alerted: Json | None,
    earlier: Sequence[MatchedArticle],
    *,
    manners: Manners,
    owners: Owners,
    now: datetime,
) -> Decision:
    """What the chat should see now.

    `alerted` is the chat's alert for this story so far; `earlier` are the story's other matched articles, told with
    it when it is new.
    """
    matches = followed_by(article.matches, route)
    if not matches:
        return Decision(verdict=Verdict.NOT_FOLLOWED)
    followed = [(other, theirs) for other in earlier if (theirs := followed_by(other.matches, route))]
    articles = [article, *(other for other, _ in followed)]
    voices = max(1, len({one.voice for one in articles if one.counts}))
    every = [*matches, *(match for _, theirs in followed for match in theirs)]
    held = manners.held_until(every, voices, now)
    denied = any(one.denies for one in articles)
    whole = partial(replace, voices=voices, first=_first(articles, owners), denied=denied)
    if alerted is not None:
        before = AlertContent.from_json(alerted)
        # The archive does not say which headlines deny; the alert does.
        whole = partial(whole, denied=denied or before.denied)
        if before.told_in is not None:
            return Decision(verdict=Verdict.REPEAT)
        grown = _grown(before, article, matches)
        reply = _material(before, article, matches, [other for other, _ in followed], voices)
        if grown is None:
            if reply is None:
                return Decision(verdict=Verdict.REPEAT)
            # Who erred corrects itself, mostly: a known voice adds no line, but what it says is material.
            priority = max((before.priority, *(match.priority for match in matches)), key=lambda name: RANK[name])
            grown = replace(before, priority=priority)
        return Decision(verdict=Verdict.CONFIRMED, content=whole(grown), held_until=held, reply=reply)
    if not manners.is_due(every, voices):
        return Decision(verdict=Verdict.WAITING)
    if article.passed is not None:
        return Decision(verdict=Verdict.PASSED_OVER)
    content = _new(article, matches)
    for other, theirs in followed:
        content = _grown(content, other, theirs) or content
    return Decision(verdict=Verdict.NEW_STORY, content=whole(content), held_until=held)


def merged(kept: Json, gone: Json, kept_id: int, gone_id: int) -> tuple[Json, Json]:
    """Two alerts of one chat whose stories are one: what the one that stays says, and what the other says."""
    stays, goes = AlertContent.from_json(kept), AlertContent.from_json(gone)
    known = {report.speaker for report in stays.reports}
    reports = sorted(
        (*stays.reports, *(report for report in goes.reports if report.speaker not in known)),
        key=lambda report: report.at,
    )
    stays = replace(
        stays,
        priority=max(stays.priority, goes.priority, key=lambda name: RANK[name]),
        watches=stays.watches | goes.watches,
        reports=tuple(reports[:REPORTS]),
        voices=len({report.speaker for report in reports}),
        tells_of=(*stays.tells_of, gone_id),
        denied=stays.denied or goes.denied,
    )
    return stays.to_json(), replace(goes, told_in=kept_id).to_json()


def _first(articles: Sequence[MatchedArticle], owners: Owners) -> FirstReport | None:
    """Who was first, where more than one spoke or was cited."""
    accounts = [
        Account(entry=number, voice=one.voice, name=one.publisher, at=one.at, citations=one.citations)
        for number, one in enumerate(articles)
    ]
    known = first(accounts, owners)
    if known is None or (known.how is FirstHow.EARLIEST and len({one.voice for one in articles}) < 2):
        return None
    lead = round(known.lead / timedelta(minutes=1)) if known.lead is not None else 0
    return FirstReport(publisher=known.name, how=known.how.value, lead=lead)


def _material(
    before: AlertContent,
    article: MatchedArticle,
    matches: Sequence[MatchRow],
    earlier: Sequence[MatchedArticle],
    voices: int,
) -> ReplyContent | None:
    """What of a known story is worth an answer: the gravest, and nothing that was so before."""
    grave = RANK["high"]
    if article.denies and not before.denied:
        kind = Material.DENIAL
    elif article.official and not any(other.official for other in earlier):
        kind = Material.OFFICIAL
    elif max(RANK[match.priority] for match in matches) == grave > RANK[before.priority]:
        kind = Material.GRAVER
    elif (
        voices == CONFIRMED_BY
        and (before.voices or len(before.reports)) < CONFIRMED_BY  # an older version's alert did not count
        and RANK[before.priority] == grave
    ):
        kind = Material.CONFIRMED
    else:
        return None
    return ReplyContent(
        kind=kind.name, headline=kind.value, publisher=article.publisher, title=article.title, url=article.url
    )


def followed_by(matches: Sequence[MatchRow], route: ChatRoute) -> list[MatchRow]:
    """What of an article concerns this chat."""
    return [
        match
        for match in matches
        if (not route.watches or match.watch in route.watches) and RANK[match.priority] >= RANK[route.min_priority]
    ]


def _new(article: MatchedArticle, matches: Sequence[MatchRow]) -> AlertContent:
    return AlertContent(
        priority=max((match.priority for match in matches), key=lambda name: RANK[name]),
        watches={match.watch: article.watch_titles.get(match.watch, match.watch) for match in matches},
        title=Marked(text=article.title, spans=_spans(matches, "title")),
        excerpt=_excerpt(article.text, _spans(matches, "text")),
        url=article.url,
        reasons=_reasons(matches),
        reports=(_report(article, matches),),
    )


def _grown(content: AlertContent, article: MatchedArticle, matches: Sequence[MatchRow]) -> AlertContent | None:
    """The alert with this voice added; None when the voice is there already."""
    if any(report.speaker in {article.voice, article.publisher} for report in content.reports):
        return None
    reports = sorted((*content.reports, _report(article, matches)), key=lambda report: report.at)
    known = {reason.rule for reason in content.reasons}
    return replace(
        content,
        priority=max((content.priority, *(match.priority for match in matches)), key=lambda name: RANK[name]),
        watches=content.watches
        | {match.watch: article.watch_titles.get(match.watch, match.watch) for match in matches},
        reasons=(*content.reasons, *(reason for reason in _reasons(matches) if reason.rule not in known))[:REASONS],
        reports=tuple(reports[:REPORTS]),
    )


def _report(article: MatchedArticle, matches: Sequence[MatchRow]) -> Report:
    words: dict[str, str] = {}
    for match in matches:
        for evidence in match.evidence:
            words.setdefault(str(evidence["surface"]).casefold(), str(evidence["surface"]))
    return Report(
        publisher=article.publisher,
        voice=article.voice,
        title=article.title,
        url=article.url,
        at=article.at.isoformat(),
        language=article.language,
        words=tuple(words.values())[:6],
    )


def _reasons(matches: Sequence[MatchRow]) -> tuple[Reason, ...]:
    """The first reason of every watch, then the second of each: none is crowded out by another's many rules."""
    seen: Counter[str] = Counter()
    ranked = []
    for match in matches:
        ranked.append((seen[match.watch], match))
        seen[match.watch] += 1
    ranked.sort(key=lambda pair: pair[0])
    return tuple(Reason(rule=f"{match.watch}/{match.rule}", text=match.reason) for _, match in ranked)[:REASONS]


def _spans(matches: Sequence[MatchRow], field: str) -> tuple[tuple[int, int], ...]:
    """The matched spans of one field, in order, overlaps joined."""
    spans = sorted(
        (int(evidence["start"]), int(evidence["end"]))
        for match in matches
        for evidence in match.evidence
        if evidence["field"] == field
    )
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _excerpt(text: str, spans: tuple[tuple[int, int], ...]) -> Marked:
    """The stretch of the text around its first match, on word borders, with the spans moved along."""
    first = spans[0][0] if spans else 0
    start = 0
    if first > BEFORE_MATCH:
        sentence = max(text.rfind(sign, max(0, first - 300), first) for sign in (". ", "! ", "? ", "。"))
        start = sentence + 1 if sentence >= 0 else text.rfind(" ", 0, first - BEFORE_MATCH) + 1
        start += len(text[start:]) - len(text[start:].lstrip())
        start = min(start, first)
    end = min(len(text), start + EXCERPT)
    if end < len(text):
        space = text.rfind(" ", start + EXCERPT // 2, end)
        end = space if space > 0 else end
    lead, tail = ("… " if start else ""), ("…" if end < len(text) else "")
    return Marked(
        text=f"{lead}{text[start:end]}{tail}",
        spans=tuple(
            (a - start + len(lead), min(b, end) - start + len(lead)) for a, b in spans if a >= start and a < end
        ),
    )
