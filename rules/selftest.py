"""Runs the tests that stand in the rule files."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rules.condition import Group, Literal, to_text, walk
from rules.explain import Explainer, Explanation
from rules.matcher import Matcher
from rules.model import Document, Judgement, Match, Rule, RuleSet, TestCase

_SHOWN = 120  # characters of a failing text: it stands in the file in full


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One test and what its rule made of it. `number` counts from 1 within the rule's `alert` or `silent` tests."""

    rule: Rule
    test: TestCase
    number: int
    judgement: Judgement
    match: Match | None

    @property
    def passed(self) -> bool:
        """Whether the rule did what the test asks for."""
        return (self.match is not None) is self.test.alert

    @property
    def name(self) -> str:
        """`alert 1`, `silent 2`: as the test stands in its rule."""
        return f"{'alert' if self.test.alert else 'silent'} {self.number}"

    @property
    def message(self) -> str:
        """What was expected of a failing test, what was found and what was not; one line."""
        if self.match is None:
            found, lacking = _found(self.rule, self.judgement)
            return f"expected an alert of {self.rule.full_name}, was silent; found: {found}; not found: {lacking}"
        return f"expected silence of {self.rule.full_name}, it alerted: {self.match.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A test that did not hold; the message says what was expected, what was found and what was not."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


def run_cases(
    rules: RuleSet, files: Collection[str] | None = None, *, matcher: Matcher | None = None
) -> Iterator[CaseResult]:
    """Run every test of every rule, or of the rules in the named files, in the order of the files.

    `matcher` is the set's own, where there is one already.
    """
    matcher = matcher or Matcher(rules)
    for rule in rules.rules:
        if files is not None and rule.file not in files:
            continue
        counts = {True: 0, False: 0}
        for test in rule.tests:
            counts[test.alert] += 1
            judgement = matcher.judge(test.document)
            match = next((match for match in judgement.matches if match.full_name == rule.full_name), None)
            yield CaseResult(rule=rule, test=test, number=counts[test.alert], judgement=judgement, match=match)


def run_tests(rules: RuleSet, *, matcher: Matcher | None = None) -> list[Failure]:
    """Run every test of every rule; the failures in the order of the files. For `matcher` see `run_cases`."""
    return [
        Failure(
            file=case.test.file,
            line=case.test.line,
            column=case.test.column,
            message=f"{case.message}: {_text(case.test.document)}",
        )
        for case in run_cases(rules, matcher=matcher)
        if not case.passed
    ]


def explain_case(case: CaseResult) -> Explanation:
    """What each part of the rule's condition found in the test's text."""
    alone = RuleSet(version="", files={}, watches=(case.rule.watch,), rules=(case.rule,), groups=())
    return Explainer(alone).explain(case.test.document)[0]


def _found(rule: Rule, judgement: Judgement) -> tuple[str, str]:
    names = dict.fromkeys(to_text(node) for node in walk(rule.condition) if isinstance(node, Group | Literal))
    present = [name for name in names if rule.groups[name].name in judgement.groups]
    absent = [name for name in names if name not in present]
    return ", ".join(present) or "nothing", ", ".join(absent) or "nothing (wrong place or distance)"


def _text(document: Document) -> str:
    text = " ".join(f"{document.title} {document.text}".split())
    return f"“{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}”"
