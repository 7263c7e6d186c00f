"""Runs the tests that stand in the rule files."""

from dataclasses import dataclass

from rules.condition import Group, Literal, to_text, walk
from rules.matcher import Matcher
from rules.model import Document, Judgement, Rule, RuleSet, TestCase

_SHOWN = 120  # characters of a failing text: it stands in the file in full


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A test that did not hold; the message says what was expected, what was found and what was not."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


def run_tests(rules: RuleSet) -> list[Failure]:
    """Run every test of every rule; the failures in the order of the files."""
    matcher = Matcher(rules)
    return [failure for rule in rules.rules for test in rule.tests for failure in _run(matcher, rule, test)]


def _run(matcher: Matcher, rule: Rule, test: TestCase) -> list[Failure]:
    judgement = matcher.judge(test.document)
    match = next((match for match in judgement.matches if match.full_name == rule.full_name), None)
    if (match is not None) is test.alert:
        return []
    if match is None:
        found, lacking = _found(rule, judgement)
        said = f"expected an alert of {rule.full_name}, was silent; found: {found}; not found: {lacking}"
    else:
        said = f"expected silence of {rule.full_name}, it alerted: {match.reason}"
    return [Failure(file=test.file, line=test.line, column=test.column, message=f"{said}: {_text(test.document)}")]


def _found(rule: Rule, judgement: Judgement) -> tuple[str, str]:
    names = dict.fromkeys(to_text(node) for node in walk(rule.condition) if isinstance(node, Group | Literal))
    present = [name for name in names if rule.groups[name].name in judgement.groups]
    absent = [name for name in names if name not in present]
    return ", ".join(present) or "nothing", ", ".join(absent) or "nothing (wrong place or distance)"


def _text(document: Document) -> str:
    text = " ".join(f"{document.title} {document.text}".split())
    return f"“{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}”"
