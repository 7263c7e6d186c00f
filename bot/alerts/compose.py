"""What an alert says, put together from articles. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.alerts.content import AlertContent, FirstReport, Marked, Reason, Report
from bot.alerts.markup import is_blank
from bot.alerts.passage import passage
from bot.voices.citations import Citation
from bot.voices.first_report import Account, FirstHow, first
from bot.voices.publishers import Owners
from storage.records import MatchRow, PassedBy

RANK = {"low": 0, "normal": 1, "high": 2}
REASONS = 4
HEAD = 120
"""Characters of a post that stand for the title that it lacks."""

REPORTS = 30


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


def voices_of(articles: Collection[MatchedArticle]) -> int:
    """How many independent publishers tell the story; where nobody knows who wrote it, one does.

    Who denies it confirms nothing.
    """
    return max(1, len({one.voice for one in articles if one.counts and not one.denies}))


def first_report(articles: Sequence[MatchedArticle], owners: Owners) -> FirstReport | None:
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


def composed(article: MatchedArticle, matches: Sequence[MatchRow]) -> AlertContent:
    """The alert that one article makes. A post without a title is headed by its own first words."""
    title = Marked(text=article.title, spans=_spans(matches, "title", article.title))
    excerpt = passage(article.text, _spans(matches, "text", article.text))
    if is_blank(article.title):
        title = _first_words(article.text, matches)
        if article.text.strip() == title.text:
            excerpt = Marked(text="")
    return AlertContent(
        priority=max((match.priority for match in matches), key=lambda name: RANK[name]),
        watches={match.watch: article.watch_titles.get(match.watch, match.watch) for match in matches},
        title=title,
        excerpt=excerpt,
        url=article.url,
        reasons=_reasons(matches),
        reports=(_report(article, matches),),
    )


def _first_words(text: str, matches: Sequence[MatchRow]) -> Marked:
    """The beginning of a text, whole words of it where it is cut."""
    text = text.strip()
    head = text if len(text) <= HEAD else f"{text[:HEAD].rsplit(maxsplit=1)[0]}…"
    return Marked(text=head, spans=_spans(matches, "text", head))


def grown(content: AlertContent, article: MatchedArticle, matches: Sequence[MatchRow]) -> AlertContent | None:
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
        quiet=False,  # should the message still wait: what comes now is new
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
        denies=article.denies,
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


def _spans(matches: Sequence[MatchRow], field: str, text: str) -> tuple[tuple[int, int], ...]:
    """The matched spans of one field, in order, overlaps joined; those of an older wording are left out."""
    spans = sorted(
        (int(evidence["start"]), int(evidence["end"]))
        for match in matches
        for evidence in match.evidence
        if evidence["field"] == field and text[evidence["start"] : evidence["end"]] == evidence["surface"]
    )
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
