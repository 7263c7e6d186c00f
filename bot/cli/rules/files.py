"""`rules test`, `rules new` and `rules schema`: rule files as one writes and tries them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.context import state_of
from bot.cli.output import err, out, print_json, short_path
from bot.cli.rules.failures import evidence_of, show_failure
from bot.cli.rules.new import new
from bot.cli.rules.rule_files import Chosen, home_of, load_chosen
from bot.errors import FolderMissing
from bot.workfolder import write_whole
from rules import Problem, RulesInvalid
from rules.report import Ran, findings, junit, junit_of_problems
from rules.selftest import explain_case, run_cases


def register(group: typer.Typer) -> None:
    group.command("test")(run_tests)
    group.command()(new)
    group.command()(schema)


def run_tests(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", exists=True, help="Rule files or folders; default: the working folder's rules."),
    ] = None,
    junit_file: Annotated[
        Path | None,
        typer.Option("--junit", metavar="FILE", dir_okay=False, help="Write JUnit's XML for continuous integration."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Run the tests that stand in the rule files; exit code 1 when one fails.

    A file brings the terms along that are shared in its folder. Needs no working folder when files are named.
    """
    home = home_of(state_of(context).folder)
    if not files and home is None:
        raise FolderMissing(
            "there is no working folder here; name rule files or their folder ('rackwatch rules test rules/'), "
            "or write a working folder with 'rackwatch init DIR'"
        )
    try:
        chosen = load_chosen(files or [home or Path()], home)
    except RulesInvalid as invalid:
        if junit_file is not None:
            write_whole(junit_file, junit_of_problems(invalid.problems))
        if not json:
            raise
        print_json({"ok": False, "tests": 0, "problems": invalid.problems, "failures": [], "warnings": []})
        raise typer.Exit(1) from invalid
    ran = _run(chosen)
    failed = [one for one in ran if not one.case.passed]
    if junit_file is not None:
        write_whole(junit_file, junit(ran, sorted(chosen.meant)))
    warnings = [warning for warning in chosen.rules.warnings if warning.file in chosen.meant]
    if json:
        print_json(_as_json(chosen, ran, warnings))
    else:
        _show(chosen, ran, warnings)
    if failed:
        raise typer.Exit(1)


def _run(chosen: Chosen) -> list[Ran]:
    ran: list[Ran] = []
    started = time.perf_counter()
    for case in run_cases(chosen.rules, chosen.meant):
        seconds = time.perf_counter() - started
        ran.append(Ran(case=case, seconds=seconds, explanation=None if case.passed else explain_case(case)))
        started = time.perf_counter()
    return ran


def _show(chosen: Chosen, ran: Sequence[Ran], warnings: Sequence[Problem]) -> None:
    for warning in warnings:
        err.print(str(warning), markup=False, soft_wrap=True)
    for one in ran:
        if not one.case.passed:
            show_failure(one)
    out.print(_summary(chosen, ran), markup=False, soft_wrap=True)
    untested = _untested(chosen)
    if untested and ran:
        names = ", ".join(untested[:5]) + (f" and {len(untested) - 5} more" if len(untested) > 5 else "")
        out.print(f"without a test: {names}", markup=False)


def _summary(chosen: Chosen, ran: Sequence[Ran]) -> str:
    rules = [rule for rule in chosen.rules.rules if rule.file in chosen.meant]
    where = f"{_count(len(rules), 'rule')} in {_count(len(chosen.meant), 'file')}"
    if not ran:
        return f"no tests: {where} say nothing under 'tests:' (docs/rules.md, 'Priority and tests')"
    passed = sum(one.case.passed for one in ran)
    outcome = f"{passed} passed" + (f", {len(ran) - passed} failed" if passed < len(ran) else "")
    return f"{_count(len(ran), 'test')} of {where}: {outcome}, {sum(one.seconds for one in ran):.2f} s"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _untested(chosen: Chosen) -> list[str]:
    return [rule.full_name for rule in chosen.rules.rules if rule.file in chosen.meant and not rule.tests]


def _as_json(chosen: Chosen, ran: Sequence[Ran], warnings: Sequence[Problem]) -> dict[str, object]:
    failed = [one for one in ran if not one.case.passed]
    return {
        "ok": not failed,
        "tests": len(ran),
        "passed": len(ran) - len(failed),
        "failed": len(failed),
        "files": sorted(chosen.meant),
        "rules": [rule.full_name for rule in chosen.rules.rules if rule.file in chosen.meant],
        "rules_without_tests": _untested(chosen),
        "seconds": round(sum(one.seconds for one in ran), 3),
        "failures": [_failure(one) for one in failed],
        "problems": [],
        "warnings": warnings,
    }


def _failure(one: Ran) -> dict[str, object]:
    case, document = one.case, one.case.test.document
    found = findings(one.explanation) if one.explanation is not None else []
    return {
        "file": case.test.file,
        "line": case.test.line,
        "column": case.test.column,
        "rule": case.rule.full_name,
        "test": case.name,
        "title": document.title,
        "text": document.text,
        "message": one.message,
        "found": {part.name: part.words for part in found if part.there},
        "not_found": {part.name: part.note for part in found if not part.there},
        "evidence": evidence_of(one),
    }


def schema(
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Write it there; default: standard output.")
    ] = None,
) -> None:
    """Write the JSON Schema of rule files, with which an editor completes and underlines."""
    from rules.schema import schema_text  # noqa: PLC0415 - only this command makes it

    if output is None:
        print(schema_text(), end="")  # noqa: T201 - this is the output
        return
    write_whole(output, schema_text())
    err.print(f"written: {short_path(str(output))}", markup=False, soft_wrap=True)
