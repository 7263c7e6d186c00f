"""One article, one address; two articles, never the same. The pairs stand in `tests/data/urls/pairs.tsv`."""

from __future__ import annotations

import string
from pathlib import Path
from random import Random

import pytest

from bot.sources.urls import canonical_url

_LINES = (Path(__file__).parent.parent / "data" / "urls" / "pairs.tsv").read_text(encoding="utf-8").split("\n")
PAIRS = [tuple(line.split("\t")) for line in _LINES if line and not line.startswith("#")]
SAME = [(a, b) for kind, a, b, _ in PAIRS if kind == "same"]
DIFFERENT = [(a, b) for kind, a, b, _ in PAIRS if kind == "different"]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_the_same_article(a: str, b: str) -> None:
    assert canonical_url(a) == canonical_url(b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_two_articles(a: str, b: str) -> None:
    assert canonical_url(a) != canonical_url(b)


def test_every_pair_is_one_or_the_other() -> None:
    assert len(SAME) + len(DIFFERENT) == len(PAIRS) >= 200


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://www.example.org/a/?utm_source=x#top", "example.org/a"),
        ("https://example.org/", "example.org"),
        ("https://example.org/?p=1", "example.org?p=1"),
        ("https://example.org/#incident-1", "example.org/#incident-1"),
        ("https://example.org/a?b=x y&a=%C3%BC", "example.org/a?a=%C3%BC&b=x+y"),
        ("http://[2001:db8::1]:8080/a", "[2001:db8::1]:8080/a"),
        ("https://xn--strae-oqa.example/a", "straße.example/a"),
        ("https://t.co/abc", "t.co/abc"),
        ("https://web.archive.org/web/2022/https://[broken/a", "web.archive.org/web/2022/https://[broken/a"),
    ],
)
def test_the_form(url: str, form: str) -> None:
    assert canonical_url(url) == form


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not a url",
        "mailto:a@b.example",
        "http://[broken",
        "http://x:99999/",
        "http://x:port/",
        "https:///a",
        "http:example.org/a",
        "ftp://example.org/a",
        "urn:uuid:1",
        "//example.org/a",
        "\ud800",
        "http://a\uff0fb/",
    ],
)
def test_what_is_no_address_comes_back(text: str) -> None:
    assert canonical_url(text) == text


def test_a_nest_of_wrappers_ends() -> None:
    """Neither a deep recursion nor a long computation: the innermost that was reached stands."""
    nest = "https://web.archive.org/web/2022/" * 3000 + "https://example.org/a"
    assert canonical_url(nest).startswith("web.archive.org/web/2022/https://web.archive.org")


def test_whatever_the_text_is_it_has_one_form_and_the_form_is_its_own() -> None:
    """Pieces of addresses, well and badly put together: nothing raises, and the form of a form is itself."""
    chance = Random(20)
    pieces = [
        *(
            "http://",
            "https://",
            "www.",
            "m.",
            "amp.",
            "example.org",
            "grün.example",
            "xn--grn-xka.example",
            "xn--a-",
            ".",
        ),
        *(
            "[::1]",
            "[",
            "]",
            ":80",
            ":8080",
            ":x",
            "@",
            "/",
            "//",
            "/amp",
            "/print",
            ".amp",
            "-rss.html",
            ";jsessionid=1",
        ),
        *(
            "?",
            "&",
            "=",
            "+",
            "%20",
            "%2f",
            "%C3%BC",
            "%E4",
            "%0A",
            "%",
            "%zz",
            "&amp;",
            "utm_source=x",
            "id=1",
            "rss=1",
        ),
        *(
            "#",
            "#!",
            "#p1234",
            "#incident-1",
            "\ud800",
            "\udcff",
            "\0",
            "\n",
            "\u00a0",
            " ",
            "é",
            "é",
            "中",
            "a" * 10_000,
        ),
        *(
            "web.archive.org/web/2022/",
            "google.com/url?q=",
            "news.google.com/rss/articles/CBMi",
            "x.cdn.ampproject.org/c/s/",
        ),
        *("google.com/amp/s/", "youtu.be/zZjXTdL68VU", "out.reddit.com/?url="),
        *string.punctuation,
    ]
    for _ in range(5_000):
        text = chance.choice(("", "http://", "https://")) + "".join(chance.choices(pieces, k=chance.randint(1, 9)))
        form = canonical_url(text)
        assert canonical_url(form) == form, text


@pytest.mark.parametrize("number", ["CBMi", "CBMi_w", "CBMiWWh0dHBz", "A", "CBMi" + "A" * 10_000, "CBMiBWh0dHA6"])
def test_a_google_news_number_that_holds_no_address_stands_for_itself(number: str) -> None:
    assert canonical_url(f"https://news.google.com/rss/articles/{number}") == f"news.google.com/rss/articles/{number}"
