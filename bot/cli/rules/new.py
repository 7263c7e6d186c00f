"""`rules new`: a few questions, or options, make a rule file with tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot.cli.context import state_of
from bot.cli.output import err, out, short_path
from bot.cli.rules.failures import show_failure
from bot.cli.rules.rule_files import home_of, rule_files_around
from bot.errors import AlreadyThere, Refused
from bot.workfolder import write_missing
from rules import Priority, load_texts, shipped_watches
from rules.new_file import Answers, is_key, key_of, one_line, rule_file, terms_in
from rules.report import Ran
from rules.schema import SCHEMA_LINE, SCHEMA_NAME
from rules.selftest import explain_case, run_cases
from rules.terms import BadTerm
from rules.yaml_source import read_yaml

T = TypeVar("T")


def new(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of the watch and its file: small letters, digits, '-'.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="What it is about, for people.")] = None,
    term: Annotated[list[str] | None, typer.Option(help="Words for it, separated by commas.")] = None,
    near: Annotated[list[str] | None, typer.Option(help="Words for a second thing that must stand near it.")] = None,
    priority: Annotated[Priority, typer.Option(help="How much it matters.")] = Priority.NORMAL,
    alert: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="A headline that must alert.")] = None,
    silent: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="A headline that must not.")] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="The file; default: NAME.yaml among the rules.")
    ] = None,
) -> None:
    """Write a rule file with tests: answers a few questions, or takes the options.

    It is kept only when its own tests pass; otherwise it becomes a draft, which nothing reads. Nothing is overwritten.
    """
    home = home_of(state_of(context).folder)
    given = _Given(title=_text(title), terms=_terms(term, "--term"), near=_terms(near, "--near"))
    given.key = _key(name) if name is not None else key_of(given.title)
    given.alert, given.silent = _texts(alert), _texts(silent)
    if _can_ask() and not given.complete:
        out.print("A few questions make a rule file. Ctrl-C leaves, and nothing is written.\n")
        _ask(given)
    _refuse_incomplete(given)
    target = output or (home or Path()) / f"{given.key}.yaml"
    if target.suffix not in {".yaml", ".yml"}:
        raise Refused(f"{target} would not be read as a rule file; its name must end in .yaml")
    if target.exists():
        raise AlreadyThere(f"{short_path(str(target))} is there already, and is not overwritten; take another name")
    taken, head = _shared_names(target, home, given.key), _schema_line(target, home)
    while True:
        text = rule_file(given.answers(priority), taken=taken, head=head)
        _show(text)
        failed = _failed(short_path(str(target)), text)
        if not failed:
            break
        for one in failed:
            show_failure(one)
        if not (_can_ask() and typer.confirm("Answer again? Enter keeps an answer.", default=True)):
            draft = short_path(str(_write_draft(target, text)))
            raise Refused(
                f"its own tests fail, so it is no rule yet: the text is in {draft}, which no command reads; mend it "
                f"there and rename it to {target.name}, or run 'rackwatch rules new' again"
            )
        _ask(given, again=True)
    (written,) = write_missing({target: text})
    if written.kept:
        raise AlreadyThere(f"{short_path(str(target))} appeared meanwhile, and is not overwritten; take another name")
    out.print(f"written: {short_path(str(target))}; its tests pass", markup=False, soft_wrap=True)


@dataclass(slots=True, kw_only=True)
class _Given:
    """What is known so far."""

    key: str = ""
    title: str = ""
    terms: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    alert: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return bool(self.key and self.terms and self.alert)

    def answers(self, priority: Priority) -> Answers:
        return Answers(
            key=self.key,
            title=self.title or self.key.replace("-", " ").capitalize(),
            terms=self.terms,
            near=self.near,
            priority=priority,
            alert=self.alert,
            silent=self.silent,
        )


def _can_ask() -> bool:
    return sys.stdin.isatty() and out.is_terminal


def _ask(given: _Given, *, again: bool = False) -> None:
    """Ask for what is missing, or once more for everything that the tests depend on."""
    if not given.key:
        given.title = given.title or _answer("What is it about?", _text, example="Lighthouses for sale")
        given.key = key_of(given.title) or _answer("A short name for it, small letters a-z and '-'.", _key)
    if again or not given.terms:
        given.terms = _answer(
            "Words for it, in any language, with commas between them.",
            _typed_terms,
            example="lighthouse, Leuchtturm, 灯塔",
            before=", ".join(given.terms),
        )
        given.near = _answer(
            "Words for a second thing that must stand near it. Enter: none.",
            _typed_terms,
            example="for sale, zu verkaufen",
            before=", ".join(given.near),
            optional=True,
        )
    if again or not given.alert:
        alert = _answer("A headline that must alert.", _text, before=given.alert[0] if given.alert else "")
        given.alert = [alert, *given.alert[1:]]
        before = given.silent[0] if given.silent else ""
        silent = _answer("A headline that must not alert. Enter: none.", _text, before=before, optional=True)
        given.silent = _texts([silent, *given.silent[1:]])
    out.print()


def _answer(
    question: str, read: Callable[[str], T], *, example: str = "", before: str = "", optional: bool = False
) -> T:
    """What was typed, read; asked again until it can be read and, unless it is optional, says something."""
    out.print(question, style="bold", markup=False)
    if before or example:
        out.print(f"  now: {before}" if before else f"  for example: {example}", style="dim", markup=False)
    while True:
        try:
            typed: str = typer.prompt("", prompt_suffix="> ", default=before, show_default=False)
        except typer.Abort:
            raise KeyboardInterrupt from None  # which ends the command as everywhere else: 130
        try:
            found = read(typed)
        except Refused as refused:
            out.print(str(refused), markup=False, soft_wrap=True)
            continue
        if found or optional:
            return found


def _typed_terms(typed: str) -> list[str]:
    return _terms([typed], "not usable")


def _refuse_incomplete(given: _Given) -> None:
    missing = [
        what for what, there in (("NAME", given.key), ("--term", given.terms), ("--alert", given.alert)) if not there
    ]
    if missing:
        raise Refused(
            f"missing: {', '.join(missing)}. In a terminal 'rackwatch rules new' asks; elsewhere write for instance:\n"
            "  rackwatch rules new lighthouses --term 'lighthouse, Leuchtturm' --near 'for sale, zu verkaufen' "
            "--alert 'Old lighthouse for sale' --silent 'A lighthouse in the fog'"
        )


def _key(name: str) -> str:
    name = name.removesuffix(".yaml").strip()
    if not is_key(name):
        better = key_of(name)
        hint = f"; perhaps '{better}'" if better else ""
        raise Refused(f"'{one_line(name)}' is no name for a watch: small letters a-z, digits and '-'{hint}")
    return name


def _terms(typed: Sequence[str] | None, what: str) -> list[str]:
    try:
        return list(dict.fromkeys(term for line in typed or () for term in terms_in(line)))
    except BadTerm as bad:
        raise Refused(f"{what}: {bad}" + (f" ({bad.hint})" if bad.hint else "")) from bad


def _text(typed: str | None) -> str:
    return one_line(typed or "")


def _texts(typed: Sequence[str] | None) -> list[str]:
    return [text for text in map(one_line, typed or ()) if text]


def _shared_names(target: Path, home: Path | None, key: str) -> set[str]:
    """Names of term groups that the new file must not take; raises Refused where its watch exists already."""
    shared: set[str] = set()
    for path in rule_files_around(target, home):
        data = read_yaml(path).data
        if not isinstance(data, dict):
            continue
        if data.get("watch") == key:
            raise Refused(f"there is a watch '{key}' already, in {short_path(str(path))}; take another name")
        if "watch" not in data and isinstance(data.get("terms"), dict):
            shared |= set(data["terms"])
    return shared


def _schema_line(target: Path, home: Path | None) -> str:
    """The line by which an editor finds the schema; a working folder gets the schema where it has none yet."""
    if home is not None and home.resolve() in target.resolve().parents:
        text = (shipped_watches() / SCHEMA_NAME).read_text(encoding="utf-8")
        write_missing({home / SCHEMA_NAME: text})
        place = os.path.relpath(home.resolve() / SCHEMA_NAME, target.resolve().parent)
        return SCHEMA_LINE.replace(SCHEMA_NAME, Path(place).as_posix())
    return SCHEMA_LINE if (target.parent / SCHEMA_NAME).exists() else ""


def _show(text: str) -> None:
    if not out.is_terminal:
        out.print(text, markup=False, soft_wrap=True)
        return
    from rich.syntax import Syntax  # noqa: PLC0415 - a tenth of a second that a pipe does not need

    out.print(Syntax(text, "yaml", theme="ansi_dark", background_color="default", word_wrap=True))


def _failed(name: str, text: str) -> list[Ran]:
    """The file's own tests that fail; where all pass, its warnings are told."""
    rules = load_texts({name: text})
    failed = [
        Ran(case=case, seconds=0.0, explanation=explain_case(case)) for case in run_cases(rules) if not case.passed
    ]
    for warning in () if failed else rules.warnings:
        err.print(str(warning), markup=False, soft_wrap=True)
    return failed


def _write_draft(target: Path, text: str) -> Path:
    """Beside the target, under a name that is no rule file's; an older draft stays."""
    number = 1
    while True:
        draft = target.with_name(f"{target.name}.draft" + (f"-{number}" if number > 1 else ""))
        (written,) = write_missing({draft: text})
        if not written.kept:
            return draft
        number += 1
