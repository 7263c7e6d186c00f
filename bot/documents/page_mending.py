"""What is mended on a page before its article is looked for: shapes that trafilatura 2.3 is known to read in part."""

from __future__ import annotations

from itertools import islice

import lxml.html

MAX_POSTS = 50
"""Quoted posts of one page that are taken care of; a live blog shows some dozen."""

MAX_NESTED_TABLES = 50
"""Tables in tables. trafilatura's time for them grows with their depth times their rows: 200 around 14,000 rows took
20 s. Layouts of the nineties nest some ten."""

_POSTS = "//blockquote[contains(@class, 'twitter-') or contains(@class, '-media') or contains(@class, '-embed')]"
_COLUMNS = (
    "//article//div[contains(@class, 'article__body') or contains(@class, 'article-body') "
    "or contains(@class, 'entry-content') or contains(@class, 'post-content')]"
)


def mend(root: lxml.html.HtmlElement) -> None:
    """Uncover quoted posts, join an article's columns, flatten absurd tables, in place."""
    tables = list(root.iter("table"))
    if sum(next(table.iterancestors("table"), None) is not None for table in tables) > MAX_NESTED_TABLES:
        for table in tables:
            table.tag = "div"
    for post in root.xpath(_POSTS)[:MAX_POSTS]:
        _uncover(post)
    _join_columns(root)


def _uncover(post: lxml.html.HtmlElement) -> None:
    """Make it a paragraph, without wrapping: what is called "social", is a figure, or has links gets dropped."""
    text = " ".join(" ".join(post.itertext()).split())
    for wrapper in islice(post.iterancestors("div", "figure", "section"), 3):
        if len(" ".join(wrapper.text_content().split())) > len(text):
            break
        wrapper.tag = "div"
        wrapper.attrib.clear()
    post.clear(keep_tail=True)
    post.tag = "p"
    post.text = text


def _join_columns(root: lxml.html.HtmlElement) -> None:
    """Bring the parts of an article's body together: advertisements stand between them, and only the first is read."""
    firsts: dict[tuple[lxml.html.HtmlElement, str], lxml.html.HtmlElement] = {}
    for column in root.xpath(_COLUMNS):
        article = next(column.iterancestors("article"))
        first = firsts.setdefault((article, column.get("class")), column)
        if first is not column and first not in column.iterancestors():
            first.extend(list(column))
