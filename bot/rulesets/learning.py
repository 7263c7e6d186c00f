"""Votes as tests of a rule: what readers wanted must alert, what they did not want must stay silent. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.rulesets.replay import document_of
from rules import Document, Matcher, Rule, fold
from storage.records import FoundEntry, VotedAlert

_PASSAGE = 160
"""Characters on each side of what was found: enough for `near`, and short enough to read in a file."""

_LONGEST = 4_000
_DATE = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A test that votes on an alert ask for. `test` is what the rule file holds; `holds`: the rule does so today."""

    alert: int
    kind: str
    test: str | Mapping[str, object]
    title: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What is to be learnt, and what is not: it is a test already, or a test says the opposite."""

    new: tuple[Lesson, ...]
    known: int
    contradicted: tuple[Lesson, ...]


def lessons(rule: Rule, matcher: Matcher, alerts: Sequence[VotedAlert], articles: Mapping[int, FoundEntry]) -> Lessons:
    """For each alert of the rule that was voted on, a test of the article that its message is headed by.

    An article that several chats were told of has the votes of all; with as many for as against it is left out.
    `matcher` judges by the rule as the file has it.
    """
    there = {_same(test.document): test.alert for test in rule.tests}
    new: list[Lesson] = []
    contradicted: list[Lesson] = []
    known = 0
    for article, alert, balance in _voted(rule, alerts, articles):
        lesson = _lesson(rule, matcher, article, alert, wanted=balance > 0)
        same = _same(_document(lesson.test))
        if there.get(same) == (lesson.kind == "alert"):
            known += 1
        elif same in there:
            contradicted.append(lesson)
        else:
            there[same] = lesson.kind == "alert"
            new.append(lesson)
    return Lessons(new=tuple(new), known=known, contradicted=tuple(contradicted))


def _voted(
    rule: Rule, alerts: Sequence[VotedAlert], articles: Mapping[int, FoundEntry]
) -> Iterator[tuple[FoundEntry, int, int]]:
    """Articles with their first alert, and how many more votes they have for them than against."""
    balance: dict[int, int] = {}
    first: dict[int, int] = {}
    for alert in alerts:
        there = [articles[number] for number in alert.matched.get(rule.full_name, ()) if number in articles]
        if not there or not (alert.up or alert.down):
            continue
        heading = next((article for article in there if article.url == alert.content.get("url")), there[0])
        balance[heading.id] = balance.get(heading.id, 0) + alert.up - alert.down
        first.setdefault(heading.id, alert.id)
    return ((articles[number], first[number], votes) for number, votes in balance.items() if votes)


def _lesson(rule: Rule, matcher: Matcher, article: FoundEntry, alert: int, *, wanted: bool) -> Lesson:
    """The shortest test that the rule reads as it reads the article."""
    whole = document_of(article)
    matched = _matches(rule, matcher, whole)
    passage = _passage(rule, matcher, whole)
    title = _line(article.title)
    stated: dict[str, object] = {"language": article.language} if article.language else {}
    around: dict[str, object] = {"title": title, "text": passage} | stated
    rest: dict[str, object] = {
        "url": article.url,
        "author": article.author,
        "source": article.source,
        "tags": sorted(article.tags),
        "date": article.dated_at.astimezone(UTC).strftime(_DATE),
    }
    everything = {"title": title, "text": _line(whole.text)[:_LONGEST]} | stated | rest
    tries: list[str | Mapping[str, object]] = [title, {"title": title} | stated, around, _filled(around | rest)]
    kept: str | Mapping[str, object] = next(
        (
            test
            for test in tries
            if test and _matches(rule, matcher, _document(test)) == matched and _says(test, passage, matched=matched)
        ),
        _filled(everything),
    )
    holds = _matches(rule, matcher, _document(kept)) == wanted
    return Lesson(alert=alert, kind="alert" if wanted else "silent", test=kept, title=title, holds=holds)


def _says(test: str | Mapping[str, object], passage: str, *, matched: bool) -> bool:
    """Whether a test says enough: one that the rule is silent on could be silent for want of words."""
    return matched or not passage or (not isinstance(test, str) and "text" in test)


def _passage(rule: Rule, matcher: Matcher, document: Document) -> str:
    """The stretch of the text around all that the rule found; its beginning where it found nothing there."""
    match = next((one for one in matcher.judge(document).matches if one.full_name == rule.full_name), None)
    spans = [(one.start, one.end) for one in match.evidence if one.field == "text"] if match is not None else []
    if not spans:
        return _line(document.text[: 2 * _PASSAGE])
    start = max(0, min(start for start, _ in spans) - _PASSAGE)
    end = max(end for _, end in spans) + _PASSAGE
    start = document.text.rfind(" ", 0, start) + 1 if start else 0
    space = document.text.find(" ", end)
    return _line(document.text[start : space if space >= 0 else None])[:_LONGEST]


def _matches(rule: Rule, matcher: Matcher, document: Document) -> bool:
    return any(match.full_name == rule.full_name for match in matcher.judge(document).matches)


def _document(test: str | Mapping[str, object]) -> Document:
    """A test as the loader reads it."""
    if isinstance(test, str):
        return Document(title=test)
    tags = test.get("tags")
    return Document(
        title=str(test.get("title", "")),
        text=str(test.get("text", "")),
        url=str(test.get("url", "")),
        author=str(test.get("author", "")),
        language=str(test["language"]) if "language" in test else None,
        source=str(test.get("source", "")),
        tags=frozenset(map(str, tags)) if isinstance(tags, list) else frozenset(),
        date=datetime.strptime(str(test["date"]), _DATE).replace(tzinfo=UTC) if "date" in test else None,
    )


def _filled(test: Mapping[str, object]) -> Mapping[str, object]:
    return {key: value for key, value in test.items() if value}


def _line(text: str) -> str:
    return " ".join(text.split())


def _same(document: Document) -> str:
    """What makes two tests one: the title, since how much of the text a test needs changes with its rule."""
    return fold(_line(document.title)) or fold(_line(document.text))
