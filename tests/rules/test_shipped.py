"""The watches that come with the program."""

import json
from pathlib import Path

import pytest

from rules import Document, Matcher, load_folder, run_tests, shipped_watches
from rules.schema import SCHEMA_LINE, SCHEMA_NAME

REAL = Path(__file__).parents[2].parent / "shared" / "data"
needs_real_texts = pytest.mark.skipif(not REAL.is_dir(), reason="the real texts are not on this machine")


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(load_folder(shipped_watches()))


def watches(matcher: Matcher, title: str, text: str = "") -> set[str]:
    return {match.watch for match in matcher.judge(Document(title=title, text=text)).matches}


def test_they_pass_their_own_tests_without_a_warning() -> None:
    rules = load_folder(shipped_watches())
    assert [str(failure) for failure in run_tests(rules)] == []
    assert [str(warning) for warning in rules.warnings] == []
    assert [watch.key for watch in rules.watches] == ["tesla-data-centers", "twitter-infrastructure"]


@pytest.mark.parametrize(
    "title",
    [
        "Uni kauft NVIDIA Tesla V100 für ihr Rechenzentrum",
        "Nikola Tesla: a museum opens its archive",
        "FOX Corp rents servers",
        "X.org server 21 released",
        "MineDojo trains agents on a supercomputer",
        "Twitter stops paying rent for its office in Seattle",
        "Tesla lowers the price of the Model Y",
        "xAI's Colossus in Memphis gets a second building",
        "Microsoft baut ein Rechenzentrum in Bergheim",
    ],
)
def test_neighbours_stay_silent(matcher: Matcher, title: str) -> None:
    assert watches(matcher, title) == set()


def test_colossus_counts_where_it_serves_tesla(matcher: Matcher) -> None:
    title = "xAI's Colossus supercomputer will train Tesla's driving software"
    assert watches(matcher, title) == {"tesla-data-centers"}


@needs_real_texts
def test_the_article_that_it_was_made_for_matches_both(matcher: Matcher) -> None:
    text = (REAL / "seed_article_de.txt").read_text("utf-8")
    title = "Tesla sucht Leitung für Daten-Zentren"
    assert watches(matcher, title, text) == {"tesla-data-centers", "twitter-infrastructure"}


@needs_real_texts
@pytest.mark.parametrize(
    ("label", "watch"),
    [("tesla_datacenters", "tesla-data-centers"), ("twitter_infrastructure", "twitter-infrastructure")],
)
def test_labelled_articles(matcher: Matcher, label: str, watch: str) -> None:
    lines = (REAL / "relevance.jsonl").read_text("utf-8").splitlines()
    articles = [article for article in map(json.loads, lines) if article["labels"][label] != "borderline"]
    said = [(watch in watches(matcher, a["title"], a["text"]), a["labels"][label] == "yes") for a in articles]
    right = said.count((True, True))
    assert right / (right + said.count((True, False))) >= 0.95
    assert right / (right + said.count((False, True))) >= 0.95


def test_they_begin_with_the_line_that_editors_read() -> None:
    for path in shipped_watches().glob("*.yaml"):
        assert path.read_text("utf-8").startswith(f"{SCHEMA_LINE}\n"), path.name
    assert (shipped_watches() / SCHEMA_NAME).exists()
