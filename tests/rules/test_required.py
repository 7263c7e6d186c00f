"""Which terms a condition cannot be true without, and that a rule is evaluated where all of them occur."""

from __future__ import annotations

import pytest

from rules import load_texts
from rules.required import required, requirements
from tests.rules.builders import judge, one_rule, rule_file

TERMS = {name: f"any: [{name}word]" for name in "abc"}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("a", [{"a"}]),
        ("a and b", [{"a"}, {"b"}]),
        ("a near b", [{"a"}, {"b"}]),
        ("a or b", [{"a", "b"}]),
        ("(a or b) and c", [{"a", "b"}, {"c"}]),
        ("a and not b", [{"a"}]),
        ("title:a", [{"a"}]),
    ],
)
def test_each_set_holds_a_name_that_must_occur(when: str, expected: list[set[str]]) -> None:
    (rule,) = one_rule(when, **TERMS).rules
    names = {key: key.rpartition(".")[2] for key in rule.groups}
    found = [{names.get(key, key) for key in keys} for keys in requirements(rule.condition)]
    assert found == expected


def test_the_rarest_set_is_the_one_that_is_looked_for() -> None:
    (rule,) = one_rule("(a or b) and c", **TERMS).rules
    rarity = {"a": 9, "b": 1, "c": 5}
    assert required(rule.condition, lambda key: rarity[key.rpartition(".")[2]]) == requirements(rule.condition)[1]


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("aword cword", {"all", "either", "lone"}),
        ("bword cword", {"either", "lone"}),
        ("aword bword", {"without"}),
        ("cword", {"lone"}),
        ("nothing", set()),
    ],
)
def test_a_rule_is_evaluated_where_all_required_groups_occur(text: str, matched: set[str]) -> None:
    rules = {"all": "a and c", "either": "(a or b) and c", "lone": "c", "without": "a and b and not c"}
    found = load_texts({"w.yaml": rule_file(rules, **TERMS)})
    assert {match.rule for match in judge(found, text).matches} == matched
