"""What a JSON document offers: its lists, and expressions where the names of the keys are clear."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.documents.api import parse_api
from bot.documents.api_survey import MAX_LISTS, MAX_PROPOSALS, survey_api
from bot.documents.entries import ApiReport, NotAFeed, ParsedFeed, from_wire, to_wire

URL = "https://api.works.example/v1/jobs"
WORKDAY = "https://acme.wd5.workday-jobs.example/wday/cxs/acme/careers/jobs"

GREENHOUSE = {
    "jobs": [
        {
            "absolute_url": f"https://boards.example/works/{number}",
            "internal_job_id": number,
            "location": {"name": "Sacramento"},
            "id": 4000 + number,
            "updated_at": "2026-03-12T10:00:00-05:00",
            "title": f"Manager {number}, Data Center",
            "content": "&lt;p&gt;First of its kind&lt;/p&gt;",
        }
        for number in range(3)
    ],
    "meta": {"total": 3},
}
WORKDAY_JOBS = {
    "total": 2,
    "jobPostings": [
        {
            "title": f"Technician {number}",
            "externalPath": f"/job/Sacramento/Technician_R{number}",
            "locationsText": "Sacramento",
            "postedOn": "Posted 3 Days Ago",
            "bulletFields": [f"R{number}"],
        }
        for number in range(2)
    ],
    "facets": [{"facetParameter": "locations", "values": [{"descriptor": "Sacramento", "id": "a1", "count": 2}]}],
}
WORDPRESS = [
    {
        "id": number,
        "date_gmt": "2026-03-12T10:00:00",
        "link": f"https://blog.example/{number}",
        "title": {"rendered": f"A <b>post</b> with number {number}"},
        "content": {"rendered": "<p>Text</p>"},
    }
    for number in range(2)
]
EDGES = {"data": {"news": {"edges": [{"node": {"headline": "One", "url": "/one"}, "cursor": "x"}]}}}
GROUPS = {"departments": [{"name": "Power", "jobs": [{"title": "Electrician", "url": "https://a.example/1"}]}] * 2}

# Document, its address, and the options of the best proposal.
GUESSED: list[tuple[str, Any, str, dict[str, str]]] = [
    (
        "greenhouse",
        GREENHOUSE,
        URL,
        {
            "items": "jobs",
            "title": "title",
            "link": "absolute_url",
            "id": "id",
            "date": "updated_at",
            "text": "content",
        },
    ),
    (
        "workday",
        WORKDAY_JOBS,
        WORKDAY,
        {
            "items": "jobPostings",
            "title": "title",
            "link": "https://acme.wd5.workday-jobs.example/en-US/careers{externalPath}",
            "date": "postedOn",
        },
    ),
    (
        "wordpress",
        WORDPRESS,
        URL,
        {
            "items": "@",
            "title": "title.rendered",
            "link": "link",
            "id": "id",
            "date": "date_gmt",
            "text": "content.rendered",
        },
    ),
    ("edges", EDGES, URL, {"items": "data.news.edges[].node", "title": "headline", "link": "url"}),
    ("groups", GROUPS, URL, {"items": "departments[].jobs[]", "title": "title", "link": "url"}),
    ("odd keys", {"the list": [{"job-title": "One"}]}, URL, {"items": '"the list"', "title": '"job-title"'}),
]


def survey(document: Any, url: str = URL) -> ApiReport:
    found = survey_api(json.dumps(document).encode(), url=url)
    assert isinstance(found, ApiReport), found
    return found


@pytest.mark.parametrize(
    ("document", "url", "options"), [case[1:] for case in GUESSED], ids=[case[0] for case in GUESSED]
)
def test_clear_names_become_expressions_that_give_what_the_proposal_shows(
    document: Any, url: str, options: dict[str, str]
) -> None:
    best = survey(document, url).proposals[0]
    assert best.options == options
    parsed = parse_api(json.dumps(document).encode(), url=url, options=options)
    assert isinstance(parsed, ParsedFeed)
    assert len(parsed.entries) == best.found
    assert [(entry.guid, entry.url, entry.title) for entry in parsed.entries] == [
        (entry.guid, entry.url, entry.title) for entry in best.examples
    ]
    assert all(entry.title for entry in best.examples)


def test_every_list_is_shown_with_its_length_and_keys() -> None:
    report = survey(WORKDAY_JOBS)
    assert report.shape == "an object with the keys total, jobPostings, facets"
    shown = {one.expression: (one.length, one.keys[:2]) for one in report.lists}
    assert shown["jobPostings"] == (2, ("title", "externalPath"))
    assert shown["facets[].values[]"] == (1, ("descriptor", "id"))


def test_what_is_no_title_link_or_date_is_not_guessed() -> None:
    item = {"title": "One", "url": "not a link", "date": {"day": 1}, "id": None, "description": 5}
    assert survey({"jobs": [item]}).proposals[0].options == {"items": "jobs", "title": "title"}
    assert survey({"jobs": [{"total": 1}], "numbers": [1, 2]}).proposals == ()


def test_a_key_that_most_items_lack_is_not_taken() -> None:
    items = [{"headline": "One"}, {"headline": "Two"}, {"headline": "Three", "title": "only here"}]
    assert survey({"jobs": items}).proposals[0].options["title"] == "headline"


def test_keys_that_no_terminal_should_see_are_passed_over() -> None:
    report = survey({"\x9b2J": [{"title": "x"}], "jobs": [{"title": "x", "\x1bname": [{"title": "y"}]}]})
    assert [one.expression for one in report.lists] == ["jobs"]
    assert report.lists[0].keys[1:] == ("name",)


def test_lists_and_proposals_are_bounded() -> None:
    report = survey({f"list{number}": [{"title": "x"}] for number in range(50)})
    assert (len(report.lists), len(report.proposals)) == (MAX_LISTS, MAX_PROPOSALS)


@pytest.mark.parametrize(("document", "lists"), [({}, 0), ([], 0), ({"jobs": []}, 0), (5, 0), ([1, 2], 1)])
def test_documents_without_objects_offer_nothing(document: Any, lists: int) -> None:
    report = survey(document)
    assert (len(report.lists), report.proposals) == (lists, ())


@pytest.mark.parametrize("body", [b"<html>", b"{", b"[" * 100_000])
def test_what_is_no_json_is_told(body: bytes) -> None:
    assert isinstance(survey_api(body, url=URL), NotAFeed)


def test_the_report_survives_the_way_between_the_processes() -> None:
    report = survey(GREENHOUSE)
    assert from_wire(json.loads(json.dumps(to_wire(report)))) == report
