"""An article of the archive, as an alert's plan sees it: what it costs while others wait for the database."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.known_articles import known_article
from bot.publishers_file import load_owners
from bot.stories.stored import pack
from bot.voices.citations import citations
from storage.records import KnownEntry
from tests.effort import processor_seconds
from tests.stories.articles import signed

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
OWNERS = load_owners(None)
TEXT = "According to Electrek, the servers of Gullholm stood still for a day and nobody knew why. " * 400


def known(signature: bytes | None) -> KnownEntry:
    return KnownEntry(
        id=1,
        source_id=1,
        source_key="a",
        publisher="Alpha",
        publisher_stated=True,
        guid="1",
        url="https://a.example/1",
        canonical_url="a.example/1",
        title="Nordkap's servers stood still",
        text=TEXT,
        language="en",
        content_hash="",
        baseline=False,
        published_at=NOW,
        first_seen_at=NOW,
        story_id=1,
        copy_of=None,
        signature=signature,
    )


def test_two_hundred_long_articles_of_a_story_take_milliseconds() -> None:
    """Each growth of a story asks for all of its articles, inside the one write transaction."""
    article = signed("Nordkap's servers stood still", TEXT)
    cited = citations(title="", text=TEXT, links=(), language="en", self_key="alpha", owners=OWNERS)
    signature = pack(article, dict.fromkeys(article.features.weights, 1.0), citations=cited)
    entry = known(signature)

    def all_of_them() -> None:
        for _ in range(200):
            assert known_article(entry, owners=OWNERS, watch_titles={}, now=NOW).citations == cited

    assert processor_seconds(all_of_them, enough=0.05) < 0.5, "0.02 s measured; 3 s when each text was read again"


def test_an_article_of_an_older_version_is_read_as_far_as_sources_are_named() -> None:
    found = known_article(known(None), owners=OWNERS, watch_titles={}, now=NOW)
    assert [one.owner for one in found.citations] == ["9to5"], "who owns Electrek"
    assert found.voice == "alpha"
