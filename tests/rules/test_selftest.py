"""The tests inside rule files: which run, what a failing one tells, and JUnit's XML of them."""

from xml.etree import ElementTree as ET

import pytest

from rules import Problem, RuleSet, load_texts
from rules.report import Ran, described, findings, junit, junit_of_problems
from rules.selftest import CaseResult, explain_case, run_cases

RULES = """\
watch: w
terms:
  tesla: {any: [Tesla], not: [NVIDIA Tesla]}
  place: {any: [data center], variants: {nl: [plat]}}
rules:
  - name: r
    when: lead:(tesla near place) and not "stock"
    since: 2026-01-01
    tests:
      alert:
        - Tesla opens a data center
        - Tesla opens a shop
        - NVIDIA Tesla cards for a data center
        - Tesla stock and a data center
        - title: Tesla und das platte Land
          text: Das Land ist plat, sagt man.
          language: de
        - {title: Tesla has a data center, date: 2025-12-31}
      silent:
        - Tesla closes a data center
        - Tesla opens a shop
  - name: untested
    when: tesla
"""


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_texts({"w.yaml": RULES})


@pytest.fixture(scope="module")
def cases(rules: RuleSet) -> list[CaseResult]:
    return list(run_cases(rules))


def test_every_test_runs_with_its_name_and_place(cases: list[CaseResult]) -> None:
    assert [(case.name, case.test.line, case.passed) for case in cases] == [
        ("alert 1", 11, True),
        ("alert 2", 12, False),
        ("alert 3", 13, False),
        ("alert 4", 14, False),
        ("alert 5", 15, False),
        ("alert 6", 18, False),
        ("silent 1", 20, False),
        ("silent 2", 21, True),
    ]


def test_only_the_tests_of_named_files_run() -> None:
    rules = load_texts({"v.yaml": RULES.replace("watch: w", "watch: v"), "w.yaml": RULES})
    assert {case.rule.file for case in run_cases(rules, {"v.yaml"})} == {"v.yaml"}
    assert list(run_cases(rules, set())) == []


@pytest.mark.parametrize(
    ("number", "message", "parts"),
    [
        (1, "expected an alert, was silent: place was not found in the lead", ["+tesla: “Tesla”", "-place"]),
        (2, "“Tesla” stands in a phrase under 'not:'", ["+place: “data center”", "-tesla"]),
        (3, '"stock" is excluded', ["+tesla: “Tesla”", "+place: “data center”", '+"stock": “stock”']),
        (4, "“plat” counts only where the language is nl; here it is de", ["+tesla: “Tesla”", "-place"]),
        (5, "it judges articles from 2026-01-01", ["+tesla: “Tesla”", "+place: “data center”"]),
        (6, "expected silence, alerted: Tesla near data center", ["+tesla: “Tesla”", "+place: “data center”"]),
    ],
)
def test_a_failing_test_tells_why_and_what_was_found(
    cases: list[CaseResult], number: int, message: str, parts: list[str]
) -> None:
    explanation = explain_case(cases[number])
    assert message in Ran(case=cases[number], seconds=0, explanation=explanation).message
    assert [f"{'+' if part.there else '-'}{described(part)}" for part in findings(explanation)] == parts


def test_junit_names_every_case_and_explains_the_failing_ones(cases: list[CaseResult]) -> None:
    ran = [Ran(case=c, seconds=0.25, explanation=None if c.passed else explain_case(c)) for c in cases]
    root = ET.fromstring(junit(ran, ["shared.yaml", "w.yaml"]))
    assert root.attrib == {
        "name": "rackwatch rules test",
        "tests": "8",
        "failures": "6",
        "errors": "0",
        "skipped": "0",
        "time": "2.000",
    }
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("shared.yaml", "0"), ("w.yaml", "8")]
    first, second = root.findall(".//testcase")[:2]
    assert (first.get("classname"), first.get("name")) == ("w/r", "alert 1: Tesla opens a data center")
    assert (first.get("file"), first.get("line"), list(first)) == ("w.yaml", "11", [])
    (failure,) = second
    assert failure.get("message") == "expected an alert, was silent: place was not found in the lead"
    assert "w.yaml:12:11" in str(failure.text)
    assert "not found: place" in str(failure.text)


def test_junit_is_well_formed_whatever_the_texts_hold() -> None:
    text = 'Tesla \\x1b[31m \\u0008 \\uFFFE <b> & \\" ]]> ' + "x" * 200
    file = f'watch: w\nrules:\n  - name: r\n    when: \'"data center"\'\n    tests: {{alert: ["{text}"]}}\n'
    (case,) = run_cases(load_texts({"a&b<c>.yaml": file}))
    written = junit([Ran(case=case, seconds=0, explanation=explain_case(case))], ["a&b<c>.yaml"])
    (found,) = ET.fromstring(written).findall(".//testcase")
    assert str(found.get("name")).startswith('alert 1: Tesla [31m   <b> & " ]]> xxx')
    assert len(str(found.get("name"))) < 120


def test_files_that_cannot_be_loaded_are_one_case_in_error() -> None:
    problems = [Problem(file="w.yaml", line=n, column=2, message="wrong \x07") for n in (1, 2)]
    root = ET.fromstring(junit_of_problems(problems))
    assert (root.get("tests"), root.get("errors"), root.get("failures")) == ("1", "1", "0")
    (error,) = root.findall("./testsuite/testcase/error")
    assert error.get("message") == "2 mistakes"
    assert error.text == "w.yaml:1:2: wrong \nw.yaml:2:2: wrong "
