"""Which parser reads what. Runs in the parser's child process; a parser is loaded when its first document comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from bot.documents.entries import Article, Kind, NotAFeed, ParseResult, Survey


class Task(StrEnum):
    """What is asked of a document."""

    ENTRIES = "entries"
    ARTICLE = "article"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A document's circumstances. `options` are the kind's own (selectors, expressions), `marks` the last look's."""

    task: Task = Task.ENTRIES
    kind: Kind = Kind.FEED
    url: str
    content_type: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    marks: str = ""

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """From the JSON of a request."""
        return cls(**{**values, "task": Task(values["task"]), "kind": Kind(values["kind"])})


def parse(body: bytes, question: Question) -> ParseResult | Article | Survey:
    """Entries, the article, or what a page offers, as asked."""
    if question.task is Task.ARTICLE:
        from bot.documents.article import read_article  # noqa: PLC0415 - see above

        return read_article(body, url=question.url, content_type=question.content_type)
    if question.task is Task.SURVEY and question.kind is Kind.JSON:
        from bot.documents.api_survey import survey_api  # noqa: PLC0415 - see above

        return survey_api(body, url=question.url)
    if question.task is Task.SURVEY:
        from bot.documents.survey import survey_page  # noqa: PLC0415 - see above

        return survey_page(body, url=question.url, content_type=question.content_type)
    if not body.strip():
        return NotAFeed(reason="the document is empty")
    return _entries(body, question)


def _entries(body: bytes, question: Question) -> ParseResult:
    options = question.options
    if question.kind is Kind.PAGE:
        from bot.documents.listing import parse_page  # noqa: PLC0415 - see above

        return parse_page(body, url=question.url, content_type=question.content_type, options=options)
    if question.kind is Kind.JSON:
        from bot.documents.api import parse_api  # noqa: PLC0415 - see above

        return parse_api(body, url=question.url, options=options)
    if question.kind is Kind.SITEMAP:
        from bot.documents.sitemap import parse_sitemap  # noqa: PLC0415 - see above

        return parse_sitemap(body, url=question.url, options=options)
    from bot.documents.feed import parse_feed  # noqa: PLC0415 - see above

    return parse_feed(body, url=question.url, content_type=question.content_type, marks=question.marks)
