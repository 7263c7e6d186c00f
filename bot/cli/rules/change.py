"""`rules plan`, `apply` and `restore`: a change of rules, seen before it is made, made, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.context import existing_store, state_of, zone_of
from bot.cli.output import out, print_json, short_path
from bot.errors import Refused
from bot.settings import Settings
from bot.units import parse_duration
from storage import Store, open_store
from storage.records import RulesCause

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def register(group: typer.Typer) -> None:
    group.command()(plan)
    group.command()(apply)
    group.command()(restore)


def plan(
    context: typer.Context,
    rules: Annotated[
        Path | None, typer.Option("--rules", metavar="DIR", help="An edited copy; default: the working folder's rules.")
    ] = None,
    git: Annotated[
        str | None, typer.Option("--git", metavar="REF", help="The rules folder at this branch, tag or commit.")
    ] = None,
    since: Annotated[str, typer.Option(help="How far to look back: 30d, 12h …")] = "30d",
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show what putting rule files in force would change: rules, and alerts of the last days. Changes nothing."""
    from bot.cli.rules.plan_output import plan_as_json, show_plan  # noqa: PLC0415 - other commands start without it
    from bot.cli.rules.putting import plan_of  # noqa: PLC0415 - the same
    from bot.rulesets.at_commit import files_at  # noqa: PLC0415 - the same
    from bot.rulesets.candidate import read_folder, read_texts  # noqa: PLC0415 - the same

    if rules is not None and git is not None:
        raise Refused("--rules and --git name two sets of files; give one of them")
    settings = state_of(context).settings()
    try:
        length = parse_duration(since)
    except ValueError as error:
        raise Refused(f"--since: {error}") from error
    if git is not None:
        origin = f"{git}:{settings.rules_folder.name}"
        candidate = read_texts(files_at(git, settings.rules_folder), origin)
    else:
        folder = rules or settings.rules_folder
        origin = short_path(str(folder))
        candidate = read_folder(folder)
    with _store_if_any(settings) as store:
        made = plan_of(store, settings, candidate, origin, length)
    if json:
        print_json(plan_as_json(made))
    else:
        show_plan(made, zone_of(settings))
        if made.comparison.changes and not made.problems and git is None:
            place = f" --rules {origin}" if rules is not None else ""
            line = f"Nothing was changed. To put them in force: rackwatch rules apply{place}"
            out.print(line, markup=False, soft_wrap=True)
    if made.problems:
        raise typer.Exit(1)


def apply(
    context: typer.Context,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", metavar="DIR", help="Take these files into the rules folder, which becomes the same."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Put rule files in force, after check, tests and plan. A running service follows within seconds."""
    from bot.cli.rules.putting import put  # noqa: PLC0415 - other commands start without it
    from bot.rulesets.candidate import read_folder  # noqa: PLC0415 - the same

    settings = state_of(context).settings()
    ours = settings.rules_folder.resolve()
    source = None if rules is None or rules.resolve() == ours else rules
    if source is not None and ours in source.resolve().parents:
        raise Refused(f"{source} lies inside the rules folder, so its files are part of it; move it elsewhere")
    folder = source or settings.rules_folder
    with existing_store(settings) as store:
        candidate, origin = read_folder(folder), short_path(str(folder))
        put(store, settings, candidate, origin, RulesCause.APPLY, yes=yes, write=source is not None)


def restore(
    context: typer.Context,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="Its first letters are enough.")],
    yes: Yes = False,
) -> None:
    """Put an old version back: into the rules folder, and in force."""
    from bot.cli.rules.putting import put  # noqa: PLC0415 - other commands start without it
    from bot.rulesets.candidate import read_texts  # noqa: PLC0415 - the same
    from bot.rulesets.put import SHORTEST_VERSION  # noqa: PLC0415 - the same

    if len(version) < SHORTEST_VERSION:
        raise Refused(f"write at least {SHORTEST_VERSION} letters of the version; see 'rackwatch rules history'")
    settings = state_of(context).settings()
    with existing_store(settings) as store:
        whole, files = store.rule_sets.files(version)
        origin = f"version {whole}"
        put(store, settings, read_texts(files, origin), origin, RulesCause.RESTORE, yes=yes, write=True)


@contextmanager
def _store_if_any(settings: Settings) -> Iterator[Store | None]:
    """The database, None where there is none yet."""
    with open_store(settings.storage_url) as store:
        exists = store.database.path.exists()
    if not exists:
        yield None
        return
    with existing_store(settings) as store:
        yield store
