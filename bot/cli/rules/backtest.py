"""`rules backtest`: what rules would have alerted on, over the archive."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.context import existing_store, state_of, zone_of
from bot.cli.output import out, print_json
from bot.cli.rules.rule_files import RuleOption, only
from bot.clock import utc_now
from bot.errors import Refused
from bot.units import parse_duration
from rules import Matcher
from storage import open_store

EMPTY = "the archive is empty: 'rackwatch poll' or 'rackwatch run' fills it, then rules can be tried on it"


def register(group: typer.Typer) -> None:
    group.command()(backtest)


def backtest(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="How far to look back: 90d, 12h …")] = "90d",
    rules: Annotated[
        Path | None, typer.Option("--rules", metavar="DIR", help="Other rules; default: the working folder's.")
    ] = None,
    rule: RuleOption = None,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show what these rules would have alerted on: hits by rule and week, examples, and rules that never hit."""
    from bot.cli.rules.backtest_output import backtest_as_json, show_backtest  # noqa: PLC0415 - others start without it
    from bot.cli.rules.lines import reading  # noqa: PLC0415 - the same
    from bot.publishers_file import PUBLISHERS_NAME, load_owners  # noqa: PLC0415 - the same
    from bot.rulesets.backtest import backtest as run  # noqa: PLC0415 - the same
    from bot.rulesets.candidate import read_folder  # noqa: PLC0415 - the same
    from bot.rulesets.compare import period_of  # noqa: PLC0415 - the same

    settings = state_of(context).settings()
    try:
        length = parse_duration(since)
    except ValueError as error:
        raise Refused(f"--since: {error}") from error
    candidate = read_folder(rules or settings.rules_folder)
    owners = load_owners(settings.folder / PUBLISHERS_NAME)
    if rule:
        chosen = only(candidate.rules, rule)
        candidate = replace(candidate, rules=chosen, matcher=Matcher(chosen))
    with open_store(settings.storage_url) as store:
        exists = store.database.path.exists()
    if not exists:
        _say_empty(json=json)
        return
    with existing_store(settings) as store:
        if not store.archive.latest(limit=1):
            _say_empty(json=json)
            return
        started = time.monotonic()
        period = period_of(store.archive, now=utc_now(), length=length)
        with reading() as on_read:
            read = 0

            def tell(count: int) -> None:
                nonlocal read
                read += count
                on_read(read, period.entries)

            found = run(store.archive, candidate, period, owners=owners, on_read=tell)
        seconds = time.monotonic() - started
    if json:
        print_json(backtest_as_json(found, candidate.rules.version, seconds, zone_of(settings)))
    else:
        show_backtest(found, seconds, zone_of(settings))


def _say_empty(*, json: bool) -> None:
    if json:
        print_json({"entries": 0, "alerts": [], "rules": [], "note": EMPTY})
    else:
        out.print(EMPTY, soft_wrap=True)
