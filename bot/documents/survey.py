"""What a web page offers to somebody who wants to watch it: feeds, and lists that selectors can read."""

from __future__ import annotations

from collections.abc import Iterator

from bot.clock import utc_now
from bot.documents.entries import NotAFeed, PageReport, ParsedFeed, Proposal
from bot.documents.feed_links import found_feeds
from bot.documents.item_parts import part_options
from bot.documents.listing import parse_page
from bot.documents.repeats import FEWEST, Repeats
from bot.documents.web_page import WebPage, read_web_page

MAX_PROPOSALS = 3
EXAMPLES = 5
_WEAK = 0.25
"""A list that scores less than this part of the best one is a menu or a footer."""


def survey_page(body: bytes, *, url: str, content_type: str) -> PageReport | NotAFeed:
    """Feeds that the page names or links to, and at most three proposals of selectors, best first.

    A proposal shows what `parse_page` gives for its options, not what the survey thinks of them.
    """
    if not body.strip():
        return NotAFeed(reason="the document is empty")
    page = read_web_page(body, url=url, content_type=content_type)
    if isinstance(page, NotAFeed):
        return page
    proposals: list[Proposal] = []
    for options in _lists(page):
        parsed = parse_page(body, url=url, content_type=content_type, options=options)
        if isinstance(parsed, ParsedFeed) and len(parsed.entries) >= FEWEST:
            examples = parsed.entries[:EXAMPLES]
            proposals.append(Proposal(options=options, found=len(parsed.entries), examples=examples))
    return PageReport(title=page.title, feeds=found_feeds(page), proposals=tuple(proposals))


def _lists(page: WebPage) -> Iterator[dict[str, str]]:
    repeats = Repeats(page, now=utc_now())
    best = repeats.best()[:MAX_PROPOSALS]
    for repeat in best:
        if repeat.score >= _WEAK * best[0].score:
            yield {"item": repeat.selector} | part_options(repeats, repeat, language=page.language)
