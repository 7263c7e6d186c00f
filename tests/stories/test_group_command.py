"""`rackwatch stories group`: any JSON lines, outside of a working folder too."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from typing import Any

import pytest

from tests.shell import Shell
from tests.stories.articles import RULES
from tests.world import SHARED

NEWS: list[dict[str, Any]] = [
    {"title": "Nordkap data center outage in Gullholm: cooling pump failed", "text": "A pump burst. 4512 servers."},
    {"title": "A quiet day in the garden", "text": "Nothing happened."},
    {"title": "Cooling failure knocks out Nordkap's data center in Gullholm", "text": "A burst pump, 4512 servers."},
]


def lines(*documents: dict[str, Any] | str) -> bytes:
    return "".join(one + "\n" if isinstance(one, str) else json.dumps(one) + "\n" for one in documents).encode()


def group(shell: Shell, data: bytes, *options: str, code: int = 0) -> list[dict[str, Any]]:
    """What the command says of this file, by the rules of the test."""
    shell.write("rules.yaml", RULES)
    shell.write("news.jsonl", data)
    return shell(
        "stories", "group", "--input", "news.jsonl", "--rules", "rules.yaml", "--json", *options, code=code
    ).lines


def test_each_document_gets_a_line_with_the_first_of_its_story(shell: Shell) -> None:
    found = group(shell, lines(*({"id": f"n{number}"} | one for number, one in enumerate(NEWS))))
    assert [(one["id"], one["article"], one["story"]) for one in found] == [
        ("n0", "n0", "n0"),
        ("n1", "n1", "n1"),
        ("n2", "n2", "n0"),
    ]
    assert [one["reason"].split(";")[0] for one in found] == [
        "first article of the story",
        "first article of the story",
        "the same event",
    ]


@pytest.mark.parametrize(
    "written", ["7", "-1.50", "1e3", '"é"', '"a\\"b"', '{"a": [1, null]}', "[1, 2]", "true", "12345678901234567890"]
)
def test_an_id_is_given_back_as_it_was_written(shell: Shell, written: str) -> None:
    shell.write("rules.yaml", RULES)
    shell.write("news.jsonl", f'{{"id": {written}, "title": "Nordkap"}}\n'.encode())
    done = shell("stories", "group", "--input", "news.jsonl", "--rules", "rules.yaml", "--json")
    assert (
        f'"id": {json.dumps(json.loads(written), ensure_ascii=False) if written[0] == chr(34) else written},'
        in done.out
    )
    assert done.lines[0]["story"] == done.lines[0]["id"] == json.loads(written)


def test_a_document_without_an_id_is_known_by_its_line(shell: Shell) -> None:
    found = group(shell, lines({"id": None} | NEWS[0], "", NEWS[2]))
    assert [(one["id"], one["line"]) for one in found] == [(None, 1), (None, 3)]
    assert found[0]["story"] == found[1]["story"] == "line 1"


def test_two_documents_of_one_id_stay_two(shell: Shell) -> None:
    found = group(shell, lines({"id": 7} | NEWS[0], {"id": 7} | NEWS[1], {"id": 8} | NEWS[1] | {"title": "Garden"}))
    assert [one["id"] for one in found] == [7, 7, 8], "ids are never changed"
    assert found[0]["story"] == 7
    assert found[1]["line"] == 2
    assert found[1]["story"] == "line 2", "which of the two is meant is told by the line"


def test_one_address_is_one_article(shell: Shell) -> None:
    found = group(
        shell,
        lines(
            {"id": 1, "url": "https://www.paper.example/a?utm_source=x"} | NEWS[0],
            {"id": 2, "url": "http://paper.example/a/", "title": "Another headline altogether"},
            {"id": 3, "url": "https://paper.example/"} | NEWS[1],
            {"id": 4, "url": "https://paper.example/", "title": "Home again"},
        ),
    )
    assert [(one["article"], one["story"]) for one in found] == [(1, 1), (1, 1), (3, 3), (4, 4)]
    assert found[1]["reason"] == "the same address"


@pytest.mark.parametrize(
    "date",
    [
        *("", "2026", "2026-03", "2026-03-10", "2026-03-10T12:00:00Z", "2026-03-10 12:00:00+01:00", "9999-12-31"),
        *("9999", "0001-01-01T00:00:00+14:00", "Tue, 10 Mar 2026 12:00:00 GMT", "yesterday", None, 1773136800),
    ],
)
def test_a_date_of_any_form_does_no_harm(shell: Shell, date: str | int | None) -> None:
    found = group(shell, lines({"id": 1, "date": date} | NEWS[0], {"id": 2, "date": date} | NEWS[2]))
    assert [one["id"] for one in found] == [1, 2]


def test_dates_keep_events_apart(shell: Shell) -> None:
    found = group(shell, lines({"id": 1, "date": "2026-03"} | NEWS[0], {"id": 2, "date": "2025"} | NEWS[2]))
    assert [one["story"] for one in found] == [1, 2]


def test_a_broken_line_is_told_with_its_place_and_passed_over(shell: Shell) -> None:
    shell.write("rules.yaml", RULES)
    shell.write("news.jsonl", lines({"id": 1} | NEWS[0], '{"id": 2,, }', "[]", {"id": 4} | NEWS[2]))
    done = shell("stories", "group", "--input", "news.jsonl", "--rules", "rules.yaml", "--json", code=1)
    assert [(one["id"], one["story"]) for one in done.lines] == [(1, 1), (4, 1)]
    assert "news.jsonl:2:10: " in done.err
    assert "news.jsonl:3:1: " in done.err


def test_a_gzipped_file_and_standard_input_are_read_too(shell: Shell) -> None:
    data = lines({"id": 1} | NEWS[0], {"id": 2} | NEWS[2])
    plain = group(shell, data)
    assert group(shell, gzip.compress(data)) == plain
    for given in (data, gzip.compress(data)):
        done = shell("stories", "group", "--input", "-", "--rules", "rules.yaml", "--json", stdin=given)
        assert done.lines == plain


def test_an_empty_file_has_no_stories(shell: Shell) -> None:
    assert group(shell, b"") == []
    assert "0 documents" in shell("stories", "group", "--input", "news.jsonl", "--rules", "rules.yaml").out


def test_a_file_that_is_not_there_is_refused(shell: Shell) -> None:
    assert "nowhere.jsonl" in shell("stories", "group", "--input", "nowhere.jsonl", code=1).err


def test_a_person_is_shown_the_largest_stories(shell: Shell) -> None:
    shell.write("rules.yaml", RULES)
    shell.write("news.jsonl", lines(*NEWS))
    shown = shell("stories", "group", "--input", "news.jsonl", "--rules", "rules.yaml").out
    assert "2 articles" in shown
    assert NEWS[0]["title"] in shown
    assert "3 documents: 1 stories of several, 1 of one" in shown


# ── real articles ────────────────────────────────────────────────────────────────────────────────────────────────────

GOLD = SHARED / "stories.jsonl"
SCORES = SHARED.parent / "tools" / "bcubed.py"
LEAST = {"rssdb_2022_2023": 0.93, "frontpage_2026": 0.84, "relevance_paraphrase": 0.82}


@pytest.mark.skipif(not (GOLD.exists() and SCORES.exists()), reason="the labelled stories are not beside this checkout")
def test_labelled_articles_are_grouped_as_a_person_would(shell: Shell) -> None:
    """B-cubed F1 by set; between languages a pair recall of 0.60 at a precision of 0.90 (the tool asks for these)."""
    done = shell("stories", "group", "--input", str(GOLD), "--json")
    found = shell.write("groups.jsonl", done.out)
    minimum = [f"{name}={least}" for name, least in LEAST.items()]
    scored = subprocess.run(
        [sys.executable, str(SCORES), str(GOLD), str(found), *minimum], capture_output=True, text=True, check=False
    )
    assert scored.returncode == 0, scored.stdout + scored.stderr


def test_a_date_that_cannot_be_read_is_told_and_taken_as_unknown(shell: Shell) -> None:
    shell.write("rules.yaml", RULES)
    shell.write("news.jsonl", lines(NEWS[0] | {"date": "yesterday"}, NEWS[1] | {"date": "2024-02"}))
    done = shell("stories", "group", "--input", "news.jsonl", "--rules", "rules.yaml", "--json")
    assert len(done.lines) == 2
    assert done.err.splitlines()[0] == (
        "news.jsonl:1:1: no date: 'yesterday'; write 2023, 2023-08-14 or ISO 8601 (taken as unknown)"
    )
