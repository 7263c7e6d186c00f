"""A candidate on its way into force: checked, shown, asked about, put."""

from __future__ import annotations

import sys
from datetime import timedelta

import typer

from bot.cli.context import zone_of
from bot.cli.output import out, short_path
from bot.cli.rules.lines import reading
from bot.cli.rules.plan_output import show_plan
from bot.clock import utc_now
from bot.errors import ConfigInvalid, Refused
from bot.publishers_file import PUBLISHERS_NAME, load_owners
from bot.rulesets.candidate import Candidate
from bot.rulesets.folder import text_of_folder
from bot.rulesets.plan import Plan, make_plan, problems_of
from bot.rulesets.put import MEANWHILE, Change, put_in_force, put_with_folder
from bot.settings import Settings
from storage import Store
from storage.records import RulesCause

PERIOD = timedelta(days=30)
"""What is looked back on before files are put in force; the operator's notice does the same."""


def plan_of(store: Store | None, settings: Settings, candidate: Candidate, origin: str, since: timedelta) -> Plan:
    """The plan, with a progress bar where it takes its time."""
    problems = problems_of(candidate, settings, origin)
    with reading() as on_read:
        return make_plan(
            store,
            candidate,
            origin=origin,
            problems=problems,
            since=since,
            now=utc_now(),
            owners=load_owners(settings.folder / PUBLISHERS_NAME),
            on_read=on_read,
        )


def put(
    store: Store, settings: Settings, candidate: Candidate, origin: str, cause: RulesCause, *, yes: bool, write: bool
) -> None:
    """Check, plan, ask, and put in force; with `write` the rules folder becomes these files.

    Raises ConfigInvalid, Refused and StorageError; nothing has changed then.
    """
    problems = problems_of(candidate, settings, origin)
    if problems:
        raise ConfigInvalid(problems)
    folder, rules = settings.rules_folder, candidate.rules
    mark = store.rule_sets.mark()
    if mark is not None and mark.version == rules.version and mark.in_folder and text_of_folder(folder) == rules.files:
        out.print(f"in force already: version {mark.version}", markup=False)
        return
    if not yes and not someone_is_there():
        raise Refused("there is nobody to ask: look at 'rackwatch rules plan', then say --yes")
    plan = plan_of(store, settings, candidate, origin, PERIOD)
    show_plan(plan, zone_of(settings))
    if not yes and not typer.confirm("\nPut them in force?"):
        raise Refused("nothing was changed")
    change = Change(
        rules=rules, before=plan.old_rules, after=plan.before.mark if plan.before is not None else None, cause=cause
    )
    files = 0
    if write:
        files = put_with_folder(store, change, folder, now=utc_now())
    elif text_of_folder(folder) != rules.files:
        raise Refused("the files have changed since the plan; nothing was put in force. Run it again")
    elif put_in_force(store, change, now=utc_now()) is None:
        raise Refused(MEANWHILE)
    _say_done(store, settings, rules.version, files)


def someone_is_there() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty() and out.is_terminal


def _say_done(store: Store, settings: Settings, version: str, files: int) -> None:
    if files:
        place = short_path(str(settings.rules_folder))
        count = "1 file" if files == 1 else f"{files} files"
        out.print(f"{place}: {count} changed; what was there is kept as *.bak", markup=False, soft_wrap=True)
    holder = store.database.holder()
    follows = f"; the service (process {holder.process}) follows within seconds" if holder is not None else ""
    out.print(f"in force: version {version}{follows}", markup=False, soft_wrap=True)
