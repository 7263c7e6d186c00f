"""Why a rule matched, and the smallest reason why it did not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rules import Document, Explainer, Matcher, Step, load_folder, shipped_watches
from tests.rules.builders import one_rule

GROUPS = {
    "tesla": "any: [Tesla], not: [NVIDIA Tesla]",
    "center": "any: [data center, Rechenzentr*]",
    "battery": "any: [Megapack]",
    "outage": "any: [outage], variants: {nl: [plat]}",
}


def reason(when: str, title: str, text: str = "", **fields: str) -> str:
    rules = one_rule(when, **GROUPS)
    (explanation,) = Explainer(rules).explain(Document(title=title, text=text, **fields))  # type: ignore[arg-type]
    assert explanation.matched is bool(Matcher(rules).judge(Document(title=title, text=text, **fields)).matches)  # type: ignore[arg-type]
    return explanation.reason


@pytest.mark.parametrize(
    ("when", "title", "said"),
    [
        ("tesla near center", "Tesla opens a data center", "Tesla near data center"),
        ("tesla near center", "Tesla opens a shop", "center was not found"),
        ("tesla near center", "A shop opens", "tesla was not found; center was not found"),
        (
            "tesla near/3 center",
            "Tesla looks for a manager of its first data center",
            "“Tesla” and “data center” are 8 words apart; 3 are allowed",
        ),
        (
            "tesla and center",
            "NVIDIA Tesla cards in the data center",
            "tesla was not found: “Tesla” stands in a phrase under 'not:' (“NVIDIA Tesla cards in the”)",
        ),
        ("tesla and not battery", "Tesla sells a Megapack", "battery is excluded, and was found: “Megapack”"),
        (
            "tesla and not title:battery",
            "Tesla: Megapack",
            "battery is excluded in the title, and was found: “Megapack”",
        ),
        ("tesla and lang:fr", "Tesla", "the language is de, not fr"),
        ("tesla and source:electrek", "Tesla", "the source is unknown, not electrek"),
        ("tesla and tag:official", "Tesla", "the source has no tag 'official'"),
        (
            "tesla and outage",
            "Tesla ist plat",
            "outage was not found: “plat” counts only where the language is nl; here it is de",
        ),
        ("tesla and center or outage", "outages everywhere, Tesla", "outages"),
        ("(tesla and center and battery) or outage", "Tesla data center", "battery was not found"),
        ("tesla and (center or battery)", "Tesla", "center or battery was not found"),
        ('tesla and "Dojo"', "Tesla", '"Dojo" was not found'),
        ("tesla and author:center", "Tesla", "center was not found in the author"),
    ],
)
def test_reasons(when: str, title: str, said: str) -> None:
    assert reason(when, title, language="de") == said


def test_a_word_in_the_wrong_field_is_pointed_out() -> None:
    assert reason("title:tesla", "Cars", "Tesla") == "tesla was not found in the title: “Tesla” stands in the text"
    late = "word " * 70 + "Tesla"
    said = "tesla was not found in the lead: “Tesla” stands in the text, after its first 60 words"
    assert reason("lead:tesla", "Cars", late) == said


def test_a_rule_whose_time_has_not_come() -> None:
    rules = one_rule("tesla", **GROUPS)
    late = replace(rules, rules=tuple(replace(r, since=datetime(2027, 1, 1, tzinfo=UTC)) for r in rules.rules))
    (explanation,) = Explainer(late).explain(Document(title="Tesla", date=datetime(2026, 11, 23, tzinfo=UTC)))
    assert not explanation.matched
    assert explanation.reason == "it judges articles from 2027-01-01 00:00 UTC; this one is of 2026-11-23 00:00 UTC"


def test_the_tree_shows_what_each_part_found() -> None:
    rules = one_rule("lead:(tesla near center) and not battery", **GROUPS)
    (explanation,) = Explainer(rules).explain(Document(title="Tesla and its Rechenzentrum"))
    shown = []

    def walk(step: Step) -> None:
        shown.append((step.label, step.true, [evidence.surface for evidence in step.found]))
        for part in step.parts:
            walk(part)

    walk(explanation.tree)
    assert shown == [
        ("and", True, []),
        ("lead:", True, []),
        ("near/25", True, []),
        ("tesla", True, ["Tesla"]),
        ("center", True, ["Rechenzentrum"]),
        ("not", True, []),
        ("battery", False, []),
    ]


def test_it_agrees_with_the_matcher_on_tests_of_the_shipped_watches() -> None:
    rules = load_folder(shipped_watches())
    matcher, explainer = Matcher(rules), Explainer(rules)
    for rule in rules.rules:
        for case in rule.tests[::12]:
            matched = {match.full_name: match.reason for match in matcher.judge(case.document).matches}
            for explanation in explainer.explain(case.document):
                name = explanation.rule.full_name
                assert explanation.matched is (name in matched)
                assert explanation.reason == matched.get(name, explanation.reason) != ""
