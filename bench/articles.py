"""The text that is measured: articles of a file, or made-up ones."""

import gzip
import json
import random
import re
from pathlib import Path
from typing import NamedTuple

STREAM = Path(__file__).resolve().parents[2] / "shared" / "data" / "stream"

_TAG = re.compile(r"<[^>]*>")
_MADE_UP = 10_000  # as many articles as a real week has


class Article(NamedTuple):
    """What is judged: a title, and a text without tags."""

    title: str
    text: str


def articles(file: Path | None) -> tuple[str, list[Article]]:
    """Where the articles are from, and all of them, in an order that depends on nothing else.

    Without a file: the stream beside the repository where it is present, made-up articles otherwise.
    """
    files = [file] if file else sorted(STREAM.glob("A_*.jsonl.gz"))
    found = [article for path in files for article in _read(path)]
    random.Random(1).shuffle(found)
    return (", ".join(path.name for path in files), found) if files else ("made-up text", _made_up())


def _read(path: Path) -> list[Article]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [
            Article(row.get("title") or "", _TAG.sub(" ", row.get("text") or row.get("summary_html") or ""))
            for row in map(json.loads, lines)
        ]


def _made_up() -> list[Article]:
    """Words of random letters, a few of them frequent and most rare, as in a language (Zipf)."""
    source = random.Random(2)
    lexicon = ["".join(source.choices("etaoinsrhldcumfpgwybvkxjqz", k=source.randint(2, 11))) for _ in range(60_000)]
    weights = [1 / rank for rank in range(1, len(lexicon) + 1)]
    made: list[Article] = []
    for _ in range(_MADE_UP):
        drawn = source.choices(lexicon, weights, k=50)  # 300 characters, as in the stream
        made.append(Article(" ".join(drawn[:8]).capitalize(), " ".join(drawn[8:]).capitalize() + "."))
    return made
