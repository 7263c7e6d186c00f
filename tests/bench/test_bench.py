"""The measurements run, on text of their own and on a file."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.articles import articles
from bench.made_rules import Kind, expression, make, needle, rule_files, stock
from rules import Document, Matcher, load_texts

ROOT = Path(__file__).parents[2]
TITLES = ["Tesla plant Rechenzentrum", "Twitter closes Sacramento facility", "Nothing happened yesterday evening"]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.jsonl.gz"
    rows = [{"title": title, "summary_html": f"<p>{title} <b>again</b></p>"} for title in TITLES]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    return path


def test_tags_are_no_text(text: Path) -> None:
    name, found = articles(text)
    assert name == "text.jsonl.gz"
    assert sorted(article.title for article in found) == sorted(TITLES)
    assert all("<" not in article.text for article in found)


@pytest.mark.parametrize(("kind", "some"), [("selective", True), ("non-matching", False)])
def test_made_rules_are_what_their_kind_says(text: Path, kind: Kind, *, some: bool) -> None:
    _, found = articles(text)
    made = make(kind, 250, stock(found))
    rules = load_texts(rule_files(made))
    assert len(rules.rules) == 250
    assert len(rules.files) == 3
    matcher = Matcher(rules)
    matched = {
        match.rule
        for article in found
        for match in matcher.judge(Document(title=article.title, text=article.text, language="en")).matches
    }
    assert bool(matched) is some
    by_name = {rule.name: rule for rule in made}
    everything = "\n".join(f"{article.title}\n{article.text}" for article in found)
    for name in matched:
        assert expression(by_name[name]).search(everything), "re looks for something else"
        assert any(needle(term) in everything.lower() for term in by_name[name].terms)


def test_rules_have_seventeen_terms_in_ten() -> None:
    assert sum(len(rule.terms) for rule in make("non-matching", 10, ["word"])) == 17


@pytest.mark.slow
def test_the_script_prints_every_row_and_what_follows(text: Path) -> None:
    report = json.loads(_run("bench/rules.py", "--rules", "10,100", "--documents", "3", "--text", str(text), "--json"))
    assert [(row["kind"], row["rules"]) for row in report["rows"]] == [
        (kind, count) for kind in ("selective", "non-matching") for count in (10, 100)
    ]
    for row in report["rows"]:
        assert min(row["rate"], row["stated_rate"], row["re_rate"], row["automaton_rate"], row["load"]) > 0
        assert row["cost"] == pytest.approx(1e6 / row["rate"])
    assert report["goals"] == []


def test_the_stall_of_every_step_is_told(text: Path) -> None:
    lines = _run("bench/reload.py", "--rules", "20", "--text", str(text)).splitlines()
    assert [line[:25].strip() for line in lines[1:]] == ["load_texts", "run_tests", "Matcher", "first text in Polish"]


def _run(*command: str) -> str:
    answer = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return answer.stdout
