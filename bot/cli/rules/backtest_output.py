"""A backtest as a person reads it, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from rich.cells import set_cell_size

from bot.cli.bars import BLOCKS, can_show, columns
from bot.cli.output import out
from bot.cli.rules.lines import cut, moment, say, tell
from bot.rulesets.backtest import Backtest, RuleHits, by_week, weeks_of

EXAMPLES = 3
"""Titles shown a rule, the newest."""

HEIGHT = 4
"""Lines of the bar chart."""

NAME = 26
"""Cells for a rule's name in the table; longer ones are cut, and whole among the examples."""

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def show_backtest(found: Backtest, seconds: float, zone: ZoneInfo) -> None:
    """Bars and table over the weeks, examples, rules that never hit, totals."""
    _show_table(found, zone)
    _show_examples(found, zone)
    never = [one for one in found.rules if not one.hits]
    if never:
        say()
        say(("Never alerted", "bold"))
        for one in never:
            count = len(one.first_looks)
            why = f"  {count} {'story' if count == 1 else 'stories'} at the first look" if count else ""
            say(one.rule, (why, "dim"), indent=2)
    say()
    say(
        (f"{len(found.alerts)} alerts in {found.period}", "bold"),
        f": {len(found.rules)} rules, {found.period.entries:,} entries, {found.matched:,} matched, {seconds:.1f} s",
    )
    if found.first_looks:
        more = "1 more story" if found.first_looks == 1 else f"{found.first_looks} more stories"
        tell(f"{more} matched at the first look at the source (baseline), which alerts nobody.")
    if found.waiting:
        more = "1 more story waits" if found.waiting == 1 else f"{found.waiting} more stories wait"
        tell(f"{more} for other publishers (notify: publishers).")


# ── bars and table ───────────────────────────────────────────────────────────────────────────────────────────────


def _show_table(found: Backtest, zone: ZoneInfo) -> None:
    weeks = weeks_of(found.period, zone)
    alerts = by_week([told.article.at for told in found.alerts], zone)
    per_rule = {one.rule: by_week([hit.article.at for hit in one.hits], zone) for one in found.rules}
    cell = max(3, 1 + max((len(str(count)) for count in alerts.values()), default=1))
    total = max(5, len(str(len(found.alerts))) + 1)
    room = (out.width if out.is_terminal else 100) - NAME - total
    bins = _bins(weeks, max(1, room // cell))

    def summed(counts: Any) -> list[int]:
        return [sum(counts.get(week, 0) for week in some) for some in bins]

    def row(name: str, values: Sequence[int], style: str) -> None:
        cells = "".join(f"{value or '·':>{cell}}" for value in values)
        say((set_cell_size(name, NAME), style), cells, (f"{sum(values) or '·':>{total}}", "bold"))

    every = f", a column is {len(bins[0])} weeks" if len(bins[0]) > 1 else ""
    say(("Alerts by week", "bold"), (every, "dim"))
    counts = summed(alerts)
    for number, line in enumerate(
        columns(counts, height=min(HEIGHT, max(counts)), blocks=can_show(BLOCKS, out.encoding))
    ):
        bars = "".join(f" {sign * (cell - 1)}" for sign in line)
        say((f"{max(counts) if number == 0 else '':>{NAME}}", "dim"), (bars, "cyan"))
    months, days = _heads([some[0] for some in bins], cell)
    say((" " * NAME + months, "dim"))
    say((set_cell_size("week of", NAME) + days + f"{'all':>{total}}", "dim"))
    for watch, some in groupby(found.rules, key=lambda one: one.rule.partition("/")[0]):
        say(watch)
        for one in some:
            row(f"  {one.rule.partition('/')[2]}", summed(per_rule[one.rule]), "")
    row("alerts", counts, "bold")


def _bins(weeks: list[date], most: int) -> list[list[date]]:
    """The weeks, so many in each column that all fit; the newest column is whole."""
    size = -(-len(weeks) // most)
    first = len(weeks) % size
    return ([weeks[:first]] if first else []) + [weeks[at : at + size] for at in range(first, len(weeks), size)]


def _heads(starts: list[date], cell: int) -> tuple[str, str]:
    """Two lines above the columns: the month where it begins, and the day."""
    months, days, month = "", "", 0
    for at, start in enumerate(starts):
        days += f"{start.day:>{cell}}"
        if start.month != month and len(months) <= at * cell:
            months = f"{months:<{at * cell}}{MONTHS[start.month - 1]:>{max(cell, 3)}}"
            month = start.month
    return months, days


# ── examples ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _show_examples(found: Backtest, zone: ZoneInfo) -> None:
    for one in found.rules:
        newest = [(hit, False) for hit in one.hits[: -EXAMPLES - 1 : -1]]
        newest += [(hit, True) for hit in one.first_looks[::-1]][: EXAMPLES - len(newest)]
        if not newest:
            continue
        say()
        say((one.rule, "bold"), (_counted(one), "dim"))
        for hit, old in newest:
            mark = "  (first look: no alert)" if old else ""
            article = hit.article
            say((f"{moment(article.at, zone)[:10]}  {cut(article.publisher)}  ", "dim"), article.title, indent=2)
            say((f"{hit.reason}{mark}", "dim"), indent=4)


def _counted(one: RuleHits) -> str:
    return f"  {len(one.hits)} {'alert' if len(one.hits) == 1 else 'alerts'}"


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def backtest_as_json(found: Backtest, version: str, seconds: float, zone: ZoneInfo) -> dict[str, Any]:
    """One document; weeks are named by their Mondays, in the time zone of rackwatch.yaml."""
    alerts = by_week([told.article.at for told in found.alerts], zone)
    return {
        "version": version,
        "since": found.period.since,
        "until": found.period.until,
        "entries": found.period.entries,
        "matched": found.matched,
        "seconds": round(seconds, 3),
        "first_looks": found.first_looks,
        "waiting": found.waiting,
        "weeks": {week.isoformat(): alerts.get(week, 0) for week in weeks_of(found.period, zone)},
        "rules": [
            {
                "rule": one.rule,
                "alerts": len(one.hits),
                "first_looks": len(one.first_looks),
                "weeks": {
                    week.isoformat(): count
                    for week, count in sorted(by_week([hit.article.at for hit in one.hits], zone).items())
                },
                "examples": [asdict(hit.article) | {"reason": hit.reason} for hit in one.hits[: -EXAMPLES - 1 : -1]],
            }
            for one in found.rules
        ],
        "never": [one.rule for one in found.rules if not one.hits],
        "alerts": [
            asdict(told.article)
            | {"story": told.story, "rules": [{"rule": hit.rule, "reason": hit.reason} for hit in told.hits]}
            for told in found.alerts
        ],
    }
