"""One article, one address; two articles, never the same. Tables."""

from __future__ import annotations

import pytest

from bot.sources.urls import canonical_url

SAME = [
    ("https://www.example.org/a/", "http://example.org/a"),
    ("https://example.org/a?utm_source=x&utm_medium=y", "https://example.org/a"),
    ("https://example.org/a?fbclid=1#top", "https://example.org/a"),
    ("https://m.example.org/a", "https://amp.example.org/a"),
    ("https://example.org/a/amp/", "https://example.org/a"),
    ("https://example.org/a.amp.html", "https://example.org/a.html"),
    ("https://example.org:443/a", "https://EXAMPLE.org/a"),
    ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
    ("https://example.org/gr%C3%BCn", "https://example.org/grün"),
    ("https://www.google.com/url?q=https%3A%2F%2Fexample.org%2Fa&sa=t", "https://example.org/a"),
]
DIFFERENT = [
    ("https://example.org/?p=1", "https://example.org/?p=2"),
    ("https://example.org/a?id=1", "https://example.org/a?id=2"),
    ("https://example.org/a?page=2", "https://example.org/a"),
    ("https://news.ycombinator.com/item?id=1", "https://news.ycombinator.com/item?id=2"),
    ("https://example.org/A", "https://example.org/a"),
    ("https://example.org:8080/a", "https://example.org/a"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/a%3Fb", "https://example.org/a?b"),
    ("https://en.example.org/a", "https://de.example.org/a"),
    ("https://m.org/a", "https://org/a"),
    ("https://example.org/camp", "https://example.org/c"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_the_same_article(a: str, b: str) -> None:
    assert canonical_url(a) == canonical_url(b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_two_articles(a: str, b: str) -> None:
    assert canonical_url(a) != canonical_url(b)


@pytest.mark.parametrize("text", ["", "not a url", "mailto:a@b.example", "http://[broken", "http://x:99999/"])
def test_what_is_no_address_comes_back(text: str) -> None:
    assert canonical_url(text) == text
    assert canonical_url(canonical_url(text)) == text
