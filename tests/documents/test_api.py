"""JSON APIs by JMESPath expressions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.documents.api import expression_problem, parse_api
from bot.documents.entries import NotAFeed, ParsedEntry, ParsedFeed

URL = "https://api.works.example/v1/boards/works/jobs?content=true"


def answer(document: Any, **options: str) -> ParsedFeed | NotAFeed:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_api(body, url=URL, options={"items": "jobs", "title": "title"} | options)


def parsed(document: Any, **options: str) -> ParsedFeed:
    found = answer(document, **options)
    assert isinstance(found, ParsedFeed), found
    return found


def refused(document: Any, **options: str) -> str:
    found = answer(document, **options)
    assert isinstance(found, NotAFeed), found
    return found.reason


def test_a_job_board_in_the_manner_of_greenhouse() -> None:
    found = parsed(
        {
            "jobs": [
                {
                    "id": 4012,
                    "title": "Manager, Data Center",
                    "absolute_url": "https://boards.example/works/jobs/4012",
                    "updated_at": "2026-03-12T10:00:00-05:00",
                    "location": {"name": "Sacramento"},
                    "content": "&lt;p&gt;First of its kind &amp;amp; large.&lt;/p&gt;&lt;a href=&quot;https://works.example/x&quot;&gt;"
                    "More&lt;/a&gt;",
                    "departments": ["Power", "Cooling"],
                }
            ],
            "meta": {"total": 1},
        },
        link="absolute_url",
        id="id",
        date="updated_at",
        text="content",
        author="departments",
    )
    assert found.version == "json"
    assert found.entries == (
        ParsedEntry(
            guid="4012",
            url="https://boards.example/works/jobs/4012",
            title="Manager, Data Center",
            author="Power, Cooling",
            text="First of its kind & large. More",
            language=None,
            published_at=datetime(2026, 3, 12, 15, tzinfo=UTC),
            links=("https://works.example/x",),
        ),
    )


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://jobs.example/{id}", "https://jobs.example/7"),
        ("/jobs{path}?lang={ meta.lang }", "https://api.works.example/jobs/Berlin/Chef%20(m)?lang=de"),
        ("path", "https://api.works.example/Berlin/Chef%20(m)"),
        ("https://jobs.example/{missing}", ""),
        ("missing", ""),
        ("https://jobs.example/all", "https://jobs.example/all"),
    ],
)
def test_a_link_is_an_expression_or_a_template(link: str, url: str) -> None:
    item = {"title": "Chef", "id": 7, "path": "/Berlin/Chef (m)", "meta": {"lang": "de"}}
    assert parsed({"jobs": [item]}, link=link).entries[0].url == url


@pytest.mark.parametrize("items", ["@", "[]"])
def test_the_document_itself_may_be_the_list(items: str) -> None:
    found = parsed([{"title": "One"}, {"title": "Two"}], items=items)
    assert [entry.title for entry in found.entries] == ["One", "Two"]


@pytest.mark.parametrize(
    "date", [1773327600, 1773327600000, 1773327600.0, "1773327600", "2026-03-12T15:00:00Z", "12 Mar 2026 15:00"]
)
def test_dates_are_text_or_unix_time(date: object) -> None:
    entry = parsed({"jobs": [{"title": "x", "at": date}]}, date="at").entries[0]
    assert entry.published_at == datetime(2026, 3, 12, 15, tzinfo=UTC)


@pytest.mark.parametrize("date", [None, True, 0, -5, 10**30, 1e308, float("nan"), float("inf"), {}, [], "soon"])
def test_what_is_no_date_costs_only_the_date(date: object) -> None:
    entry = parsed({"jobs": [{"title": "x", "at": date}]}, date="at", language="'en'").entries[0]
    assert (entry.title, entry.published_at, entry.language) == ("x", None, "en")


def test_items_with_one_id_are_told_apart_and_a_repeated_item_counts_once() -> None:
    one, two = {"id": 0, "title": "One"}, {"id": 0, "title": "Two"}
    found = parsed({"jobs": [one, two, one]}, id="id")
    assert [entry.title for entry in found.entries] == ["One", "Two"]
    assert len({entry.guid for entry in found.entries}) == 2
    assert found.dropped == {"stands twice in the list": 1}
    turned = parsed({"jobs": [two, one]}, id="id")
    assert {entry.guid for entry in turned.entries} == {entry.guid for entry in found.entries}


def test_items_of_another_shape_cost_only_themselves() -> None:
    found = parsed({"jobs": ["text", None, 5, {"title": None}, {"title": 7}, {"title": ["a", "b"]}]})
    assert [entry.title for entry in found.entries] == ["7", "a, b"]
    assert found.found == 6
    assert found.dropped == {"has neither id nor link nor title": 4}


def test_an_expression_that_fails_on_an_item_is_a_complaint() -> None:
    found = parsed({"jobs": [{"title": "x", "tags": 5}]}, text="join(', ', tags)")
    assert found.entries[0].title == "x"
    assert found.complaint is not None
    assert found.complaint.startswith("option 'text' fails on an item")


def test_an_empty_list_is_not_a_failure() -> None:
    assert parsed({"jobs": []}).found == 0


def test_at_most_2000_items_are_read() -> None:
    found = parsed({"jobs": [{"title": str(number)} for number in range(2_001)]})
    assert (len(found.entries), found.found) == (2_000, 2_001)


@pytest.mark.parametrize(
    ("document", "options", "parts"),
    [
        ({"results": []}, {}, ["option 'items' ('jobs')", "nothing (null), not a list", "the keys results"]),
        ({"jobs": {"a": {}}}, {}, ["an object with the keys a", "values(jobs)"]),
        ({"jobs": {"list": []}}, {}, ["lists in it: list"]),
        ({"jobs": "many"}, {}, ["the text 'many'"]),
        ({"jobs": []}, {"items": "jobs["}, ["option 'items'", "not a JMESPath expression"]),
        ({"jobs": []}, {"items": "length(`1`)"}, ["option 'items'", "fails"]),
        ({"jobs": []}, {"title": ""}, ["option 'title' is missing"]),
        ({"jobs": []}, {"link": "/x/{id"}, ["option 'link'", "braces"]),
        ({"jobs": [{"name": "x"}]}, {}, ["option 'title' ('title') gives no text", "the keys name"]),
        (b"<html>", {}, ["not JSON but HTML or XML"]),
        (b"{", {}, ["not JSON (line 1"]),
        (b"[" * 100_000, {}, ["nested too deeply"]),
        (b"1" * 5_000, {}, ["too long"]),
    ],
)
def test_what_cannot_be_read_names_the_option_and_what_came(
    document: Any, options: dict[str, str], parts: list[str]
) -> None:
    reason = refused(document, **options)
    assert all(part in reason for part in parts), reason


def test_half_letters_and_broken_bytes_are_survived() -> None:
    found = parsed(b'{"jobs": [{"title": "half \\ud800 letter", "id": "\\udfff"}, {"title": "br\xffoken"}]}', id="id")
    assert [entry.title for entry in found.entries] == ["half letter", "br\ufffdoken"]


@pytest.mark.parametrize(
    ("expression", "good"),
    [
        ("jobs[?open].title | [0]", True),
        ("@", True),
        ("[]", True),
        ("join(', ', tags[].name)", True),
        ("https://jobs.example/{id}", True),
        ("/jobs/{meta.id}", True),
        ("", False),
        ("jobs[", False),
        ("shout(@)", False),
        ("/jobs/{meta.}", False),
        ("/jobs/{id", False),
        ("(" * 20_000, False),
    ],
)
def test_expressions_are_checked_without_a_document(expression: str, *, good: bool) -> None:
    assert (expression_problem(expression) is None) is good
