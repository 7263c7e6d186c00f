"""An HTML list (job board, press page, status page) by CSS selectors → entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from bot.clock import utc_now
from bot.documents.collect import MAX_ENTRIES, told_apart
from bot.documents.entries import NotAFeed, ParsedEntry, ParsedFeed, ParseResult
from bot.documents.page_items import REQUIRED, BadOption, ItemReader
from bot.documents.web_page import read_web_page


def parse_page(body: bytes, *, url: str, content_type: str, options: Mapping[str, str]) -> ParseResult:
    """The items of a page, in the order of the page.

    `options` are CSS selectors: `item` finds the items; `link`, `title`, `date`, `text` look inside one of them (and at
    the item itself) and may end in `@attribute`. Without them: the first link; the link's text, or a heading where the
    link only says "read more"; the first `time`; and the whole text without the title. `text` joins all that it finds,
    the others take the first. An item selector that finds nothing is an empty list with a complaint: a job board may
    have no jobs. At most 2,000 items are read.
    """
    page = read_web_page(body, url=url, content_type=content_type)
    if isinstance(page, NotAFeed):
        return page
    try:
        reader = ItemReader(page, options, now=utc_now())
    except BadOption as error:
        return NotAFeed(reason=str(error))
    items = reader.items()
    dropped: Counter[str] = Counter()
    entries: list[ParsedEntry] = []
    for item in items[:MAX_ENTRIES]:
        if entry := reader.entry(item):
            entries.append(entry)
        else:
            dropped["has neither link nor title"] += 1
    apart = told_apart(entries)
    dropped["stands twice on the page"] += len(entries) - len(apart)
    dropped[f"stands after the first {MAX_ENTRIES:,}"] += len(items[MAX_ENTRIES:])
    return ParsedFeed(
        title=page.title,
        version="html",
        entries=apart,
        found=len(items),
        dropped=dict(+dropped),
        complaint=None if items else f"nothing on the page matches item selector '{options[REQUIRED]}'",
    )
