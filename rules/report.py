"""What became of the tests in rule files, as JUnit's XML for continuous integration, and as plain facts."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from rules.explain import Explanation, Step
from rules.problems import Problem
from rules.selftest import CaseResult

_NAME = 100  # characters of a text in the name of a test
# What XML 1.0 does not allow, not even escaped (section 2.2).
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A test that was run, the seconds it took, and for a failing one what the condition found."""

    case: CaseResult
    seconds: float
    explanation: Explanation | None = None

    @property
    def message(self) -> str:
        """What was expected of a failing test, and why it did not happen."""
        expected = "expected an alert, was silent" if self.case.test.alert else "expected silence, alerted"
        return f"{expected}: {self.explanation.reason}" if self.explanation is not None else expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One group, literal or filter of a condition: what of it stands in a text, or why nothing of it counts."""

    name: str
    words: tuple[str, ...]
    note: str
    there: bool


def findings(explanation: Explanation) -> list[Found]:
    """Every group, literal and filter of the rule's condition once: first those that were found.

    What the explanation's reason says already is not said again.
    """
    leaves: dict[str, list[Step]] = {}
    for step in _leaves(explanation.tree):
        leaves.setdefault(step.text, []).append(step)
    found = []
    for name, steps in leaves.items():
        words = tuple(dict.fromkeys(one.surface for step in steps for one in step.found))
        note = next((step.note for step in steps if step.note and step.note != "not found"), "")
        there = any(step.true for step in steps)
        found.append(Found(name=name, words=words, note="" if note in explanation.reason else note, there=there))
    return sorted(found, key=lambda part: not part.there)


def _leaves(step: Step, *, excluded: bool = False) -> Iterator[Step]:
    """The innermost steps; what a `not` excludes only where it was found."""
    if not step.parts and (step.true or not excluded):
        yield step
    for part in step.parts:
        yield from _leaves(part, excluded=excluded or step.label == "not")


def junit(ran: Sequence[Ran], files: Iterable[str]) -> str:
    """JUnit's XML: a suite for each file, a case for each test, named after its rule and its text."""
    root = ET.Element("testsuites", {"name": "rackwatch rules test"})
    for file in files:
        cases = [one for one in ran if one.case.rule.file == file]
        suite = ET.SubElement(root, "testsuite", {"name": _clean(file)})
        for one in cases:
            _case(suite, one)
        _count(suite, cases)
    _count(root, ran)
    return _text(root)


def junit_of_problems(problems: Sequence[Problem]) -> str:
    """JUnit's XML where the files could not be loaded: one case, in error."""
    root = ET.Element("testsuites", {"name": "rackwatch rules test"})
    suite = ET.SubElement(root, "testsuite", {"name": "rules"})
    case = ET.SubElement(suite, "testcase", {"classname": "rules", "name": "load the rule files", "time": "0.000"})
    message = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    error = ET.SubElement(case, "error", {"message": message, "type": "RulesInvalid"})
    error.text = _clean("\n".join(map(str, problems)))
    for element in (suite, root):
        _set(element, {"tests": 1, "failures": 0, "errors": 1, "skipped": 0, "time": "0.000"})
    return _text(root)


def _case(suite: ET.Element, one: Ran) -> None:
    case = one.case
    document = case.test.document
    text = " ".join(f"{document.title} {document.text}".split())
    attributes = {
        "classname": case.rule.full_name,
        "name": f"{case.name}: {text if len(text) <= _NAME else text[: _NAME - 1] + '…'}",
        "file": case.test.file,
        "line": str(case.test.line),
        "time": f"{one.seconds:.6f}",
    }
    element = ET.SubElement(suite, "testcase", {key: _clean(value) for key, value in attributes.items()})
    if case.passed:
        return
    failure = ET.SubElement(element, "failure", {"message": _clean(one.message), "type": "RuleTest"})
    lines = [f"{case.test.file}:{case.test.line}:{case.test.column}", text]
    if one.explanation is not None:
        lines.append(one.message)
        lines += [f"{'found' if part.there else 'not found'}: {described(part)}" for part in findings(one.explanation)]
    failure.text = _clean("\n".join(lines))


def described(part: Found) -> str:
    """`tesla: “Tesla”, “Teslas”`, or the name with the reason."""
    words = ", ".join(f"“{' '.join(word.split())}”" for word in part.words)
    said = words if part.there and words else part.note
    return f"{part.name}: {said}" if said else part.name


def _count(element: ET.Element, ran: Sequence[Ran]) -> None:
    failures = sum(not one.case.passed for one in ran)
    seconds = f"{sum(one.seconds for one in ran):.3f}"
    _set(element, {"tests": len(ran), "failures": failures, "errors": 0, "skipped": 0, "time": seconds})


def _set(element: ET.Element, values: Mapping[str, object]) -> None:
    for key, value in values.items():
        element.set(key, str(value))


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)


def _text(root: ET.Element) -> str:
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
