"""The analysis of real text stays what it was: archives, stories and stored rules rest on it.

Whoever changes a result on purpose raises ANALYSIS_VERSION and records the new sums here.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator

import pytest

from rules.passage import passage
from rules.text import ANALYSIS_VERSION, fold, words
from tests.world import SHARED

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="no shared/data beside the repository")

_TAG = re.compile(r"<[^>]*>")
_VERSION = 1
_SUMS = {
    "relevance": "df292ed533968f44d70ee831468f8f0428cadf4ecb20626aa0ca0622a04d952f",
    "stream": "0aef76251a11fc9e9177c232edafef139777b7b6807be6ef90d4e57c80827eca",
}


def _relevance() -> Iterator[tuple[str, str]]:
    with (SHARED / "relevance.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield row["title"], row["text"]


def _stream() -> Iterator[tuple[str, str]]:
    for path in sorted((SHARED / "stream").glob("A_*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield row["title"] or "", _TAG.sub(" ", row["summary_html"] or "")


@pytest.mark.parametrize(
    ("name", "articles"), [("relevance", _relevance()), pytest.param("stream", _stream(), marks=pytest.mark.slow)]
)
def test_real_text_is_analysed_as_before(name: str, articles: Iterator[tuple[str, str]]) -> None:
    digest = hashlib.sha256()
    for title, text in articles:
        place = passage({"title": title, "text": text})
        tokens = list(zip((word.text for word in (*words(title), *words(text))), place.begins, place.ends, strict=True))
        of_passage = (place.string, tokens, place.starts, list(place.distance), list(place.fields))
        everything = (*of_passage, [tuple(word) for word in words(text)], fold(title))
        digest.update(repr(everything).encode())
    assert (ANALYSIS_VERSION, digest.hexdigest()) == (_VERSION, _SUMS[name])
