"""`rules learn`: readers' votes written into a rule file as tests, after showing them."""

from __future__ import annotations

import difflib
from typing import Annotated

import typer
from rich.text import Text

from bot.cli.context import existing_store, state_of
from bot.cli.output import out, short_path
from bot.cli.rules.report import Since
from bot.cli.sources.asking import confirm, someone_is_there
from bot.clock import utc_now
from bot.edits.file import edit_file
from bot.edits.rule_tests import Tests, with_tests
from bot.edits.splice import spliced
from bot.errors import Refused
from bot.rulesets.candidate import Candidate, read_texts
from bot.rulesets.folder import text_of_folder
from bot.rulesets.learning import Lesson, Lessons, lessons
from bot.settings import Settings
from bot.units import parse_duration
from rules import Rule
from rules.problems import did_you_mean
from rules.selftest import CaseResult, run_cases
from rules.yaml_source import parse_yaml

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def register(group: typer.Typer) -> None:
    group.command()(learn)


def learn(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A rule: watch/rule, or its own name where it is one.")],
    since: Since = "365d",
    passing: Annotated[bool, typer.Option("--passing", help="Only tests that the rule passes as it is.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Write votes into a rule's tests: 👍 under 'alert', 👎 under 'silent'. The change is shown first."""
    settings = state_of(context).settings()
    candidate, rule = _rule(settings, name)
    _refuse_failing(_failing(candidate, rule))
    learnt = _learnt(settings, candidate, rule, since)
    new = [lesson for lesson in learnt.new if lesson.holds or not passing]
    for lesson in learnt.contradicted:
        opposite = "silent" if lesson.kind == "alert" else "alert"
        _say(f"A{lesson.alert} is left out, since a test under '{opposite}' says the opposite: {lesson.title}")
    if not new:
        left = f", and {len(learnt.new)} fail as the rule is" if learnt.new else ""
        _say(f"nothing new to learn for {rule.full_name}: {learnt.known} votes are tests already{left}")
        return
    file, tests = settings.rules_folder / rule.file, _tests(new)
    after = _after(candidate, rule, tests)
    _show(candidate.rules.files[rule.file], after.rules.files[rule.file], short_path(str(file)))
    _check_after(after, rule, new)
    if not yes:
        if not someone_is_there():
            raise Refused("there is nobody to ask; look at the change above, then say --yes")
        if not confirm("Write these tests?", default=True):
            raise Refused("nothing was changed")
    edit_file(file, lambda document: with_tests(document, rule.name, tests))
    _say(f"{short_path(str(file))}: {len(new)} tests written; what was there is kept as {file.name}.bak")


def _rule(settings: Settings, name: str) -> tuple[Candidate, Rule]:
    """The rules of the folder, and the one that is meant."""
    texts = text_of_folder(settings.rules_folder)
    unreadable = [file for file, text in texts.items() if text is None]
    if unreadable:
        raise Refused(f"cannot read {settings.rules_folder / unreadable[0]}")
    origin = short_path(str(settings.rules_folder))
    candidate = read_texts({file: text for file, text in texts.items() if text is not None}, origin)
    found = [rule for rule in candidate.rules.rules if name in {rule.full_name, rule.name}]
    if len(found) == 1:
        return candidate, found[0]
    if found:
        raise Refused(f"'{name}' is the name of several rules: {', '.join(rule.full_name for rule in found)}")
    known = sorted(rule.full_name for rule in candidate.rules.rules)
    raise Refused(f"no rule is named '{name}'; {did_you_mean(name, known) or 'there are ' + ', '.join(known[:8])}")


def _learnt(settings: Settings, candidate: Candidate, rule: Rule, since: str) -> Lessons:
    try:
        earliest = utc_now() - parse_duration(since)
    except ValueError as error:
        raise Refused(f"--since: {error}") from error
    with existing_store(settings) as store:
        alerts = store.votes.alerts_with_rules(since=earliest, rules=[rule.full_name])
        voted = {number for alert in alerts if alert.up or alert.down for number in alert.matched[rule.full_name]}
        return lessons(rule, candidate.matcher, alerts, store.archive.entries(voted))


def _tests(new: list[Lesson]) -> Tests:
    kinds = dict.fromkeys(("alert", "silent"))
    return {kind: [lesson.test for lesson in new if lesson.kind == kind] for kind in kinds}


def _after(candidate: Candidate, rule: Rule, tests: Tests) -> Candidate:
    """The folder's rules with the tests in their file."""
    document = parse_yaml(candidate.rules.files[rule.file], rule.file)
    edit = with_tests(document, rule.name, tests)
    assert edit is not None  # noqa: S101 - there are tests
    text = spliced(document.text, edit.splices)
    return read_texts({**candidate.rules.files, rule.file: text}, "with the new tests")


def _failing(candidate: Candidate, rule: Rule) -> list[CaseResult]:
    return [case for case in run_cases(candidate.rules, {rule.file}, matcher=candidate.matcher) if not case.passed]


def _refuse_failing(failing: list[CaseResult]) -> None:
    if failing:
        at, message = f"{failing[0].test.file}:{failing[0].test.line}", failing[0].message
        raise Refused(f"a test that stands in the file fails already; correct it first: {at}: {message}")


def _check_after(after: Candidate, rule: Rule, new: list[Lesson]) -> None:
    """The file's old tests held before; the new ones that fail are said, since they keep the file out of force."""
    failing = _failing(after, rule)
    if len(failing) != sum(not lesson.holds for lesson in new):
        _refuse_failing(failing)
    if failing:
        of = "The new test fails" if len(new) == 1 else f"{len(failing)} of the {len(new)} new tests fail"
        _say(
            f"\n{of} with the rule as it is. Until you have changed the rule, the file is not put in force and the "
            "rules in force stay. 'rackwatch rules report' suggests words for 'not:'; with --passing only tests "
            "that hold are written."
        )


def _show(before: str, after: str, name: str) -> None:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, f"{name} with the votes", lineterm="")
    for line in lines:
        out.print(Text(line, style=_STYLES.get(line[:1], "")), soft_wrap=True)


def _say(text: str) -> None:
    out.print(text, markup=False, soft_wrap=True)
