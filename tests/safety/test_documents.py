"""Documents that mean harm: nothing is read from elsewhere, nothing grows, and the next document is fine."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from bot.documents.entries import Article, NotAFeed, ParsedFeed, ParseResult
from bot.documents.parse import Question
from bot.documents.processes import Parsers
from bot.event_loop import complete
from bot.sources.opml import read_opml
from tests.safety.hostile_documents import LARGE, SENTINEL, Hostile, entity_bombs, outsiders
from tests.safety.raw_server import Canary
from tests.world import rss

MEMORY = 512 * 1024**2
LONGEST = 210_000
"""Characters that one entry may have: its text of 100,000, 50 links of 2,000, and what names it."""

PLAIN = Hostile(name="a plain feed", make=lambda: rss({"guid": "1", "title": "fine"}).encode())


def parsed(
    documents: Iterable[Hostile], *, timeout: float = 5.0, memory: int = MEMORY, processes: int = 2
) -> list[ParseResult]:
    """What the parsers make of each, and, at last, of a plain one."""

    async def all_of_them() -> list[ParseResult]:
        async with Parsers(processes=processes, timeout=timeout, memory=memory) as parsers:

            async def one(document: Hostile) -> ParseResult:
                return await parsers.parse(
                    document.make(),
                    Question(
                        kind=document.kind,
                        url="http://a.example/",
                        content_type=document.content_type,
                        options=document.options,
                    ),
                )

            found = list(await asyncio.gather(*map(one, documents)))
            return [*found, *[await one(PLAIN) for _ in range(processes)]]

    found = complete(all_of_them())
    for last in found[-processes:]:
        assert isinstance(last, ParsedFeed)
        assert [entry.title for entry in last.entries] == ["fine"]
    return found[:-processes]


def assert_bounded(documents: Sequence[Hostile], found: Sequence[ParseResult]) -> None:
    for document, result in zip(documents, found, strict=True):
        if isinstance(result, NotAFeed):
            assert 0 < len(result.reason) < 500, document.name
            continue
        assert len(result.entries) <= 2_000, document.name
        for entry in result.entries:
            said = f"{entry.guid}{entry.url}{entry.title}{entry.author}{entry.text}{''.join(entry.links)}"
            assert len(said) < LONGEST, document.name
            said.encode("utf-8")


def laughing(*, every: bool) -> list[Hostile]:
    """The bombs; without `every`, those that a parser ends at once."""
    return [one for one in entity_bombs() if every or "laughs" not in one.name or "as feed" not in one.name]


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_entities_do_not_multiply_in_any_encoding(every: bool) -> None:
    bombs = laughing(every=every)
    assert_bounded(bombs, parsed(bombs))


def test_no_document_reads_another_one(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SENTINEL, encoding="utf-8")
    with Canary() as canary:
        documents = list(outsiders(secret, canary.port))
        found = parsed(documents)
        opml = [read_opml(document.make().replace(b"rss", b"opml"), "list.opml") for document in documents]
        assert canary.reached == 0
    assert len(documents) > 100
    assert SENTINEL not in repr(found) + repr(opml)
    assert sum(isinstance(one, ParsedFeed) for one in found) > 50, "nothing was read at all"


def test_no_article_reads_another_page(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SENTINEL, encoding="utf-8")
    text = "<p>Tesla opens a data center in Sacramento, and everybody was there to see it.</p>" * 20

    async def read(pages: list[str]) -> list[Article | NotAFeed]:
        async with Parsers(processes=1, timeout=5, memory=MEMORY) as parsers:
            return [
                await parsers.article(page.encode(), url="http://a.example/", content_type="text/html")
                for page in pages
            ]

    with Canary() as canary:
        places = [secret.as_uri(), f"http://127.0.0.1:{canary.port}/x"]
        tags = [
            *(
                "<iframe src='{}'></iframe>",
                "<object data='{}'></object>",
                "<script src='{}'></script>",
                "<img src='{}'>",
            ),
            *("<link rel=stylesheet href='{}'>", "<base href='{}'>", "<meta http-equiv=refresh content='0;url={}'>"),
        ]
        heads = ["", "<!DOCTYPE html SYSTEM '{}'>", "<!DOCTYPE html [<!ENTITY x SYSTEM '{}'>]>"]
        pages = [
            f"{head.format(place)}<html><head>{tag.format(place)}</head><body><article>{tag.format(place)}{text}&x;"
            for place in places
            for head in heads
            for tag in tags
        ]
        found = complete(read(pages))
        assert canary.reached == 0
    assert SENTINEL not in repr(found)
    assert sum(isinstance(one, Article) for one in found) > 30


QUICK = {
    "author that takes quadratic time",
    "100,000 levels inside a text",
    "50 links of 300 KB",
    "NUL bytes",
    "broken UTF-8",
    "an encoding that unpacks",
    "JSON objects of 100,000 levels",
    "sitemap of 100,000 levels",
    "sitemap of many members",
}


def test_large_documents_are_read_within_bounds_or_given_up_with_the_reason() -> None:
    documents = [one for one in LARGE if one.name in QUICK]
    assert len(documents) == len(QUICK)
    found = parsed(documents, timeout=1)
    assert_bounded(documents, found)
    given_up = [document.name for document, one in zip(documents, found, strict=True) if _too_long(one)]
    assert "sitemap of many members" in given_up


def _too_long(found: ParseResult) -> bool:
    return isinstance(found, NotAFeed) and "parser.timeout" in found.reason


@pytest.mark.slow
def test_every_large_document_is_read_within_bounds_or_given_up_with_the_reason() -> None:
    assert_bounded(LARGE, parsed(LARGE, timeout=5))


@pytest.mark.slow
def test_a_document_that_needs_too_much_memory_is_given_up_with_the_reason() -> None:
    large = Hostile(name="one text", make=lambda: rss({"guid": "1", "title": "ha " * 5_000_000}).encode())
    (found,) = parsed([large], timeout=15, memory=200 * 1024**2, processes=1)
    assert isinstance(found, NotAFeed)
    assert "parser.memory" in found.reason
