"""Who is told what about a story. Pure.

An article that matched makes an alert in every chat that follows one of its watches; another voice on the same story
makes that alert grow. What is material (the first confirmation, a word of the company itself, a denial, a graver rule)
is told in an answer to the message, since an edit rings no bell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from functools import partial
from zoneinfo import ZoneInfo

from bot.alerts.compose import RANK, MatchedArticle, composed, first_report, grown, voices_of
from bot.alerts.content import AlertContent, ReplyContent
from bot.voices.publishers import Owners
from rules import Rule
from rules.windows import muted_until
from storage.records import Json, MatchRow

CONFIRMED_BY = 2


class Verdict(Enum):
    """What an article means for a chat."""

    NEW_STORY = "first article of a new story"
    CONFIRMED = "another independent publisher"
    REPEAT = "same story, nothing new"
    WAITING = "its rules wait for more publishers"
    PASSED_OVER = "old news: a digest tells it"
    NOT_FOLLOWED = "the chat follows none of its watches"
    MUTED = "a person muted the story in this chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRoute:
    """What a chat wants to hear of; no watches means all."""

    key: str
    watches: frozenset[str] = frozenset()
    min_priority: str = "low"


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
    muted: bool = False,
) -> Decision:
    """What the chat should see now.

    `alerted` is the chat's alert for this story so far; `earlier` are the story's other matched articles, told with
    it when it is new. Of a story that was `muted` in the chat the message stays true, and nothing else is sent.
    """
    if muted:
        if alerted is None:
            concerns = bool(followed(article.matches, route))
            return Decision(verdict=Verdict.MUTED if concerns else Verdict.NOT_FOLLOWED)
        heard = decide(article, route, alerted, earlier, manners=manners, owners=owners, now=now)
        unheard = heard.content is not None or heard.reply is not None
        return replace(heard, verdict=Verdict.MUTED, reply=None) if unheard else heard
    matches = followed(article.matches, route)
    if not matches:
        return Decision(verdict=Verdict.NOT_FOLLOWED)
    others = [(other, theirs) for other in earlier if (theirs := followed(other.matches, route))]
    articles = [article, *(other for other, _ in others)]
    voices = voices_of(articles)
    every = [*matches, *(match for _, theirs in others for match in theirs)]
    held = manners.held_until(every, voices, now)
    denied = any(one.denies for one in articles)
    whole = partial(replace, voices=voices, first=first_report(articles, owners), denied=denied)
    if alerted is not None:
        before = AlertContent.from_json(alerted)
        # An archive of an older version does not say which headlines deny; the alert does.
        whole = partial(whole, denied=denied or before.denied)
        if before.told_in is not None:
            return Decision(verdict=Verdict.REPEAT)
        more = grown(before, article, matches)
        reply = _material(before, article, matches, [other for other, _ in others], voices)
        if more is None:
            if reply is None:
                same = whole(before)  # but a late report of a known voice may have been the first
                content = same if same.first != before.first else None
                return Decision(verdict=Verdict.REPEAT, content=content, held_until=held)
            # Who erred corrects itself, mostly: a known voice adds no line, but what it says is material.
            priority = max((before.priority, *(match.priority for match in matches)), key=lambda name: RANK[name])
            more = replace(before, priority=priority)
        return Decision(verdict=Verdict.CONFIRMED, content=whole(more), held_until=held, reply=reply)
    if not manners.is_due(every, voices):
        return Decision(verdict=Verdict.WAITING)
    if article.passed is not None:
        return Decision(verdict=Verdict.PASSED_OVER)
    new = composed(article, matches)
    for other, theirs in others:
        new = grown(new, other, theirs) or new
    return Decision(verdict=Verdict.NEW_STORY, content=whole(new), held_until=held)


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
        not article.denies
        and voices == CONFIRMED_BY
        and (before.voices or len(before.reports)) < CONFIRMED_BY  # an older version's alert did not count
        and RANK[before.priority] == grave
    ):
        kind = Material.CONFIRMED
    else:
        return None
    return ReplyContent(
        kind=kind.name, headline=kind.value, publisher=article.publisher, title=article.title, url=article.url
    )


def followed(matches: Sequence[MatchRow], route: ChatRoute) -> list[MatchRow]:
    """What of an article concerns this chat."""
    return [
        match
        for match in matches
        if (not route.watches or match.watch in route.watches) and RANK[match.priority] >= RANK[route.min_priority]
    ]
