"""Every example of docs/rules.md holds."""

import re
from pathlib import Path

import pytest

from rules import RulesInvalid, load_texts, run_tests
from tests.rules.builders import term_found

GUIDE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.DOTALL)
EXAMPLES = [
    (text, BLOCKS[number + 1][1] if number + 1 < len(BLOCKS) and BLOCKS[number + 1][0] == "text" else "")
    for number, (kind, text) in enumerate(BLOCKS)
    if kind == "yaml"
]
ROWS = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize(("text", "complaint"), EXAMPLES)
def test_examples_load_and_pass_or_fail_as_shown(text: str, complaint: str) -> None:
    if complaint:
        with pytest.raises(RulesInvalid) as invalid:
            load_texts({"my-watch.yaml": text})
        assert str(invalid.value) == complaint.strip()
        return
    assert [str(failure) for failure in run_tests(load_texts({"my-watch.yaml": text}))] == []


@pytest.mark.parametrize(("term", "found", "not_found"), ROWS)
def test_the_table_of_terms(term: str, found: str, not_found: str) -> None:
    assert all(term_found(term, text) for text in found.split(","))
    assert not any(term_found(term, text) for text in not_found.split(","))


def test_nothing_of_the_guide_is_overlooked() -> None:
    assert len(EXAMPLES) == GUIDE.count("```yaml")
    assert len(ROWS) == 8
