"""The measurement of stories runs, and its scores are right where they can be counted by hand."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.stories import made
from bench.stories_scores import Item, b_cubed, score

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("wanted", "found", "precision", "recall"),
    [
        ("aabb", "xxyy", 1.0, 1.0),
        ("aabb", "xxxx", 0.5, 1.0),
        ("aabb", "wxyz", 1.0, 0.5),
        ("aaab", "xxyy", 0.75, (4 / 3 + 1 / 3 + 1) / 4),
    ],
)
def test_b_cubed_as_counted_by_hand(wanted: str, found: str, precision: float, recall: float) -> None:
    assert b_cubed(wanted, found) == pytest.approx((precision, recall))


def test_pairs_between_languages_are_scored_apart() -> None:
    items = [_item(language, story) for language, story in (("en", "a"), ("de", "a"), ("de", "b"), ("en", "b"))]
    found = score("set", items, [1, 1, 1, 2], apart=False)
    assert (found.abroad_precision, found.abroad_recall) == (0.5, 0.5)


def test_made_articles_are_in_the_order_of_time_and_always_the_same() -> None:
    first, again = list(made(50)), list(made(50))
    assert first == again
    assert [item.date for item in first] == sorted(item.date for item in first)


@pytest.mark.slow
def test_the_script_measures_all_three(tmp_path: Path) -> None:
    items = list(made(12))
    gold = tmp_path / "gold.jsonl"
    rows = [
        {"id": item.name, "title": item.title, "text": item.text, "date": item.date, "story": str(number // 2)}
        for number, item in enumerate(items)
    ]
    gold.write_text("\n".join(json.dumps({"set": "made", "language": "en"} | row) for row in rows))
    stream = tmp_path / "week.jsonl.gz"
    lines = [
        json.dumps({"source": item.source, "url": item.url, "title": item.title, "published": item.date})
        for item in items
    ]
    stream.write_bytes(gzip.compress("\n".join(lines).encode()))
    answer = subprocess.run(
        [
            sys.executable,
            "bench/stories.py",
            "--archive=20,40",
            "--measured=10",
            "--json",
            f"--gold={gold}",
            f"--stream={stream}",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    report = json.loads(answer.stdout)
    assert [one["what"] for one in report["scores"]] == [
        "made: rackwatch",
        "made: tf-idf, best threshold",
        "made: all in one",
    ]
    assert [(one["archive"], one["window"]) for one in report["costs"]] == [(20, 20), (40, 40)]
    assert report["growth"] > 0
    assert (report["week"]["articles"], report["week"]["days"]) == (12, 1)


def _item(language: str, story: str) -> Item:
    return Item(name="", title="", text="", url="", source="", date="", language=language, story=story)
