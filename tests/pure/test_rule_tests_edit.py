"""Tests put into rule files of every layout: comments and layout stay, and the result is read as was meant."""

from __future__ import annotations

import pytest

from bot.edits.rule_tests import with_tests
from bot.edits.splice import spliced
from bot.errors import Refused
from rules.yaml_source import parse_yaml

NEW: dict[str, list[object]] = {"alert": ["A: new"], "silent": [{"title": "S", "text": "why # not", "tags": ["x"]}]}

BLOCK = """\
watch: w
rules:
  - name: one   # the first
    when: a
    tests:
      alert:
        - old   # kept
        # a comment of the list
      silent: [ "quiet" ]
  # between
  - name: two
    when: b
"""
BLOCK_AFTER = """\
watch: w
rules:
  - name: one   # the first
    when: a
    tests:
      alert:
        - old   # kept
        # a comment of the list
        - 'A: new'
      silent: [ "quiet", {title: S, text: 'why # not', tags: [x]} ]
  # between
  - name: two
    when: b
"""
TWO_AFTER = """\
  # between
  - name: two
    when: b
    tests:
      alert:
        - 'A: new'
      silent:
        - title: S
          text: 'why # not'
          tags: [x]
"""

HEAD = "watch: w\nrules:\n  - name: one\n    when: a\n"
LAYOUTS = {
    "no tests": "watch: w\nrules:\n- name: one\n  when: a\n",
    "no line end": "watch: w\nrules:\n- name: one\n  when: a",
    "no tests, then another rule": "watch: w\nrules:\n  - name: one\n    when: a\n\n  - name: two\n    when: b\n",
    "tests empty": "watch: w\nrules:\n  - name: one\n    tests:\n    when: a\n",
    "tests are {}": "watch: w\nrules:\n  - name: one\n    tests: {}\n    when: a\n",
    "one kind": "watch: w\nrules:\n  - name: one\n    when: a\n    tests:\n      silent:\n        - quiet\nterms: {}\n",
    "one kind, not last": "watch: w\nrules:\n  - name: one\n    tests:\n      alert: [x]\n    when: a\n",
    "one kind empty": "watch: w\nrules:\n  - name: one\n    when: a\n    tests:\n      alert: []\n      silent:\n",
    "tests in braces": "watch: w\nrules:\n  - name: one\n    when: a\n    tests: {alert: [x], }\n",
    "rule in braces": "watch: w\nrules:\n  - {name: one, when: a}\n  - {name: two, when: b}\n",
    "all in braces": '{watch: w, rules: [{name: one, when: a, tests: {silent: ["q"]}}]}\n',
    "a folded test": f"{HEAD}    tests:\n      alert:\n        - >-\n          a long\n          one\n",
    "comments at the end": f"{HEAD}    tests:\n      alert:\n        - x\n        # - y\n    # end\n",
    "lists without indentation": f"{HEAD}    tests:\n      alert:\n      - x\n      silent:\n      - y\n",
}  # fmt: skip


def edited(text: str, rule: str = "one") -> str:
    document = parse_yaml(text, "r.yaml")
    edit = with_tests(document, rule, NEW)
    assert edit is not None
    after = spliced(text, edit.splices)
    parsed = parse_yaml(after, "r.yaml")
    assert not parsed.problems, after
    assert parsed.data == edit.data, after
    return after


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read_as_was_meant(layout: str) -> None:
    before = parse_yaml(LAYOUTS[layout], "r.yaml").data["rules"][0].get("tests") or {}
    tests = parse_yaml(edited(LAYOUTS[layout]), "r.yaml").data["rules"][0]["tests"]
    assert tests["alert"] == [*(before.get("alert") or []), "A: new"]
    assert tests["silent"] == [*(before.get("silent") or []), {"title": "S", "text": "why # not", "tags": ["x"]}]


def test_what_stands_around_stays() -> None:
    assert edited(BLOCK) == BLOCK_AFTER
    assert edited(BLOCK, "two").endswith(TWO_AFTER)


def test_a_line_that_would_be_too_long_is_broken() -> None:
    document = parse_yaml(f'{HEAD}    tests:\n      alert: ["x"]  # why\n', "r.yaml")
    edit = with_tests(document, "one", {"alert": ["long " * 20 + "a", "long " * 20 + "b"]})
    assert edit is not None
    after = spliced(document.text, edit.splices)
    assert parse_yaml(after, "r.yaml").data == edit.data
    assert max(map(len, after.splitlines())) < 130
    assert after.endswith("b]  # why\n")


def test_nothing_new_is_no_edit() -> None:
    assert with_tests(parse_yaml(BLOCK, "r.yaml"), "one", {"alert": [], "silent": []}) is None


@pytest.mark.parametrize("text", [BLOCK, "watch: w\n", "[]\n", "rules: x\n"])
def test_a_rule_that_is_gone_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="no rule named 'three'"):
        with_tests(parse_yaml(text, "r.yaml"), "three", NEW)
