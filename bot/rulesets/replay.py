"""The archive judged anew: which alerts a rule set would have made, story by story. Pure.

What an article means is decided by the service's own `decide`, for a chat that hears of everything: what chats leave
out (`watches`, `min_priority`) and when a message leaves (`mute`, edits) is theirs, not the rules'.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.alerts.compose import MatchedArticle
from bot.alerts.plan import ChatRoute, Manners, Verdict, decide
from bot.voices.publishers import Owners, Voice, voice_of
from rules import Document, Match, Matcher, RuleSet
from storage.records import FoundEntry, MatchRow, PassedBy

_EVERYTHING = ChatRoute(key="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An entry of the archive, as far as a list shows it. `publisher` is who speaks in it."""

    entry: int
    at: datetime
    title: str
    publisher: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """The first article of a story that a rule matched, and why."""

    rule: str
    reason: str
    article: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An alert as it would have been: the article that made it, and what had matched by then, its own rules first."""

    story: str
    article: Article
    hits: tuple[Hit, ...]


@dataclass(slots=True)
class _Story:
    """A story as the replay knows it. `verdict` is what its last matched article meant while nothing was told."""

    key: str
    articles: list[MatchedArticle] = field(default_factory=list)
    hits: dict[str, Hit] = field(default_factory=dict)
    told: Told | None = None
    verdict: Verdict = Verdict.NOT_FOLLOWED


class Replay:
    """Give it the entries in the order of their dates; then ask what they made of it."""

    def __init__(self, rules: RuleSet, matcher: Matcher, owners: Owners) -> None:
        self._matcher = matcher
        self._owners = owners
        self._manners = Manners(rules={rule.full_name: rule for rule in rules.rules})
        self._stories: dict[str, _Story] = {}
        self._voices: dict[int, Voice] = {}
        self.matched = 0

    def add(self, entry: FoundEntry, language: str | None = None) -> None:
        """One more entry; `language` where another set has detected it already."""
        judgement = self._matcher.judge(document_of(entry, language))
        speaker = self._voice(entry)
        if not judgement.matches:
            return
        self.matched += 1
        story = self._stories.setdefault(story_key(entry), _Story(key=story_key(entry)))
        article = Article(
            entry=entry.id,
            at=entry.dated_at,
            title=entry.title or entry.text[:80],
            publisher=speaker.name,
            url=entry.url,
        )
        mine = [Hit(rule=match.full_name, reason=match.reason, article=article) for match in judgement.matches]
        matched = MatchedArticle(
            title=entry.title,
            text="",  # the alert's excerpt is of no interest here
            url=entry.url,
            language=entry.language,
            at=entry.dated_at,
            voice=speaker.key,
            publisher=speaker.name,
            counts=not speaker.aggregator,
            matches=[_row(match) for match in judgement.matches],
            watch_titles={},
            passed=PassedBy.FIRST_SIGHT if entry.baseline else None,
        )
        if story.told is None:
            decision = decide(
                matched,
                _EVERYTHING,
                None,
                story.articles,
                manners=self._manners,
                owners=self._owners,
                now=entry.dated_at,
            )
            story.verdict = decision.verdict
            if decision.content is not None:
                earlier = [hit for hit in story.hits.values() if hit.rule not in {own.rule for own in mine}]
                story.told = Told(story=story.key, article=article, hits=(*mine, *earlier))
            story.articles.append(matched)
        for hit in mine:
            story.hits.setdefault(hit.rule, hit)

    def _voice(self, entry: FoundEntry) -> Voice:
        """Who speaks; copies of one article speak with one voice, also where the original lies before the period."""
        if entry.copy_of is not None and entry.copy_of in self._voices:
            return self._voices[entry.copy_of]
        speaker = voice_of(entry, self._owners)
        if entry.story_id is not None:
            self._voices[entry.id if entry.copy_of is None else entry.copy_of] = speaker
        return speaker

    def alerts(self) -> list[Told]:
        """What would have been told, in order of time."""
        told = [story.told for story in self._stories.values() if story.told is not None]
        return sorted(told, key=lambda one: (one.article.at, one.article.entry))

    def first_looks(self) -> list[Told]:
        """Stories that matched and alert nobody, since they were there at the first look at their source."""
        quiet = [
            Told(story=story.key, article=next(iter(story.hits.values())).article, hits=tuple(story.hits.values()))
            for story in self._stories.values()
            if story.told is None and story.verdict is Verdict.PASSED_OVER
        ]
        return sorted(quiet, key=lambda one: (one.article.at, one.article.entry))

    def matched_stories(self) -> list[Told]:
        """Stories that were told or are of a first look, each with the first hit of every rule."""
        return [
            Told(story=story.key, article=next(iter(story.hits.values())).article, hits=tuple(story.hits.values()))
            for story in self._stories.values()
            if story.told is not None or story.verdict is Verdict.PASSED_OVER
        ]

    def waiting(self) -> int:
        """Stories whose rules wait for more publishers (`notify`)."""
        return sum(story.told is None and story.verdict is Verdict.WAITING for story in self._stories.values())

    def hits(self) -> dict[str, list[Hit]]:
        """For each rule, its hits in the stories that were told, in order of time."""
        found: dict[str, list[Hit]] = {}
        for story in self._stories.values():
            if story.told is not None:
                for hit in story.hits.values():
                    found.setdefault(hit.rule, []).append(hit)
        for hits in found.values():
            hits.sort(key=lambda hit: (hit.article.at, hit.article.entry))
        return found


def document_of(entry: FoundEntry, language: str | None = None) -> Document:
    """An entry as the service judged it."""
    return Document(
        title=entry.title,
        text=entry.text,
        url=entry.url,
        author=entry.author,
        language=entry.language or language,
        source=entry.source,
        tags=frozenset(entry.tags),
        date=entry.dated_at,
    )


def story_key(entry: FoundEntry) -> str:
    """What one alert is about: the story, or the article itself where it belongs to none."""
    return f"story {entry.story_id}" if entry.story_id is not None else f"entry {entry.id}"


def _row(match: Match) -> MatchRow:
    return MatchRow(
        watch=match.watch,
        rule=match.rule,
        rule_version=match.version,
        priority=match.priority.value,
        reason=match.reason,
        evidence=(),
    )
