"""Whether a page lists articles instead of being one: a front page, a topic's page, search results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import lxml.html

from bot.documents.plain_text import clean

MIN_CARDS = 4
"""Teasers in the extracted text from which on the page is a list; related articles under a real one are cut off
by the extractor, or are fewer."""

_SHARE = 0.5
"""Part of the extracted text that stands in teasers."""

_HEADINGS = "//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5][.//a[@href] or ancestor::a[@href]]"
_MOST = 0.7
"""Part of a headline that is the link; less is a mark behind a heading ("edit", "#")."""

_MAX_HEADINGS = 200
_MAX_CARD = 1_500
"""Characters of a teaser with its headline; more is an article's own text."""

_CLIMB = 4
"""Steps from a headline to the element that holds its teaser, at most."""

_MIN_PIECE = 6
"""Characters of a piece of text that tell anything; shorter ones ("more", a date) occur everywhere."""


def is_front_page(root: lxml.html.HtmlElement, text: str) -> bool:
    """True where most of the extracted `text` stands in teasers: one linked headline each, with a few lines."""
    squeezed = _squeezed(text)
    found = [sum(len(piece) for piece in pieces if piece in squeezed) for pieces in _teasers(root)]
    return sum(map(bool, found)) >= MIN_CARDS and sum(found) >= _SHARE * len(squeezed)


def _teasers(root: lxml.html.HtmlElement) -> Iterator[list[str]]:
    """The pieces of text of each linked headline's teaser."""
    headings = list(filter(_leads_away, root.xpath(_HEADINGS)[:_MAX_HEADINGS]))
    holds = Counter(above for heading in headings for above in heading.iterancestors())
    for heading in headings:
        card = heading
        for above in islice(heading.iterancestors(), _CLIMB):
            if holds[above] > 1 or len(above.text_content()) > _MAX_CARD:
                break
            card = above
        parts = [card] if card is not heading else [heading, *_until_heading(heading)]
        pieces = [_squeezed(piece) for part in parts for piece in part.itertext()]
        yield [piece for piece in pieces if len(piece) >= _MIN_PIECE]


def _leads_away(heading: lxml.html.HtmlElement) -> bool:
    """Whether the headline itself is a link to another page, not to a part of this one."""
    links = [*heading.iterancestors("a"), *heading.iter("a")]
    words = sum(len(_squeezed(link.text_content())) for link in links if "#" not in (link.get("href") or "#"))
    return words >= _MOST * len(_squeezed(heading.text_content())) > 0


def _until_heading(heading: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    """The paragraphs behind a headline that shares its parent with others."""
    for sibling in islice(heading.itersiblings(), _CLIMB):
        if sibling.tag == heading.tag:
            return
        if len(sibling.text_content()) <= _MAX_CARD:
            yield sibling


def _squeezed(text: str) -> str:
    return "".join(clean(text).split())
