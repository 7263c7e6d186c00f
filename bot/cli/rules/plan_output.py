"""A plan as a person reads it, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from rich.text import Text

from bot.cli.output import short_path
from bot.cli.rules.lines import SIGNS, cut, hang, moment, say, sign
from bot.rulesets.changes import Detail, Kind, RuleChange
from bot.rulesets.compare import AlertChange, Comparison
from bot.rulesets.plan import Plan
from rules import Problem

RULES = 40
"""Changed rules shown with their details, more in '--json': a person reads no further."""

ALERTS = 12
"""Alerts shown a rule, the newest; the rest are counted."""

OLD = 5
"""Articles of a first look shown a rule: examples, since they alert nobody."""


def show_plan(plan: Plan, zone: ZoneInfo) -> None:
    """The rules that differ, then the alerts, then one line that says it all."""
    _show_sides(plan, zone)
    if plan.problems:
        say()
        say(("Problems: 'rackwatch rules apply' would refuse these files", "bold red"))
        for problem in plan.problems:
            hang("", Text(problem_line(problem)), 2)
    if plan.comparison.changes:
        say()
        say(("Rules", "bold"))
        shown: set[Detail] = set()
        for change in plan.comparison.changes[:RULES]:
            _show_rule(change, plan.comparison, shown)
        if len(plan.comparison.changes) > RULES:
            say(f"… and {len(plan.comparison.changes) - RULES} more (--json)", indent=2)
        _show_alerts(plan.comparison, zone)
    say()
    say((str(plan), "bold"))


def problem_line(problem: Problem) -> str:
    line = str(problem)
    return short_path(problem.file) + line[len(problem.file) :] if line.startswith("/") else line


def _show_sides(plan: Plan, zone: ZoneInfo) -> None:
    if plan.before is None:
        say(("in force  ", "dim"), "no rules yet: compared with nothing")
    else:
        size = _count(len(plan.old_rules.rules)) if plan.old_rules else "cannot be read by this program"
        since = moment(plan.before.in_force_at, zone)
        say(("in force  ", "dim"), f"version {plan.before.version} ({size}), since {since}")
    say(
        ("files     ", "dim"),
        f"version {plan.after.rules.version} ({_count(len(plan.after.rules.rules))}), {plan.origin}",
    )


def _count(rules: int) -> str:
    return f"{rules} {'rule' if rules == 1 else 'rules'}"


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _show_rule(change: RuleChange, comparison: Comparison, shown: set[Detail]) -> None:
    """One rule; what the same edit of a term group changed in a rule above is not spelled out again."""
    say(sign(change.kind.value), (change.name, "bold"), (_part(change, comparison), "dim"), indent=2)
    for detail in change.details:
        if detail.group and detail in shown:
            hang(f"{detail.what:<10}", Text(f"{detail.group}  as above"), 6)
        else:
            _show_detail(detail, change.kind)
        shown.add(detail)
    if change.kind is Kind.CHANGED and not change.details:
        say(("the same words in another order", "dim"), indent=6)


def _part(change: RuleChange, comparison: Comparison) -> str:
    """In how many alerts the rule has a part, alone or with others."""
    before, after = comparison.hits.get(change.name, (0, 0))
    if not before and not after:
        return ""
    if change.kind is Kind.ADDED or before == after:
        return f"  in {after} alert{'s' * (after != 1)}"
    if change.kind is Kind.REMOVED:
        return f"  was in {before} alert{'s' * (before != 1)}"
    return f"  in {before} → {after} alerts"


def _show_detail(detail: Detail, kind: Kind) -> None:
    label = f"{detail.what:<10}"
    if kind is not Kind.CHANGED:
        hang(label, Text(", ".join(detail.added)), 6)
    elif detail.group:
        value = Text(f"{detail.group}  ")
        for mark, terms in (("+", detail.added), ("−", detail.removed)):
            if terms:
                value.append_text(Text(f"{mark} {', '.join(terms)}  ", style=SIGNS[mark]))
        value.rstrip()
        hang(label, value, 6)
    elif detail.what == "when":
        for head, mark, values in ((label, "−", detail.removed), (" " * len(label), "+", detail.added)):
            for value_text in values:
                hang(head, Text(f"{mark} {value_text}", style=SIGNS[mark]), 6)
    else:
        was, now = (", ".join(values) or "–" for values in (detail.removed, detail.added))
        hang(label, Text(f"{was} → {now}"), 6)


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _show_alerts(comparison: Comparison, zone: ZoneInfo) -> None:
    period = comparison.period
    say()
    head = f"Alerts in {period}"
    between = f"  {moment(period.since, zone)[:10]} to {moment(period.until, zone)[:10]}, {period.entries:,} entries"
    say((head, "bold"), (between, "dim"))
    if not comparison.added and not comparison.removed:
        say(("the same stories alert as before", "dim"), indent=2)
    for rule, alerts in _by_rule(comparison.added, comparison.removed):
        say((rule, "bold"), indent=2)
        for mark, change in alerts[:ALERTS]:
            _show_alert(mark, change, zone)
        if len(alerts) > ALERTS:
            say((f"… and {len(alerts) - ALERTS} more (--json)", "dim"), indent=4)
    if comparison.old_added or comparison.old_removed:
        say()
        say(("At the first look at their source", "bold"), ("  these alert nobody", "dim"))
        for rule, alerts in _by_rule(comparison.old_added, comparison.old_removed):
            say((rule, "bold"), indent=2)
            for mark, change in alerts[:OLD]:
                _show_alert(mark, change, zone)
            if len(alerts) > OLD:
                say((f"… and {len(alerts) - OLD} more (--json)", "dim"), indent=4)


def _show_alert(mark: str, change: AlertChange, zone: ZoneInfo) -> None:
    article = change.told.article
    say(
        sign(mark),
        (f"{moment(article.at, zone)[:10]}  {cut(article.publisher)}  ", "dim"),
        article.title,
        indent=4,
    )
    if mark == "+":
        say((change.reason, "dim"), indent=6)
    else:
        say((f"was: {change.reason}" + (f"; now: {change.why}" if change.why else ""), "dim"), indent=6)


def _by_rule(
    added: Sequence[AlertChange], removed: Sequence[AlertChange]
) -> Iterator[tuple[str, list[tuple[str, AlertChange]]]]:
    """The alerts of each rule, newest first."""
    both = [("+", change) for change in added] + [("−", change) for change in removed]
    both.sort(key=lambda pair: pair[1].told.article.at, reverse=True)
    both.sort(key=lambda pair: pair[1].rule)
    for rule, alerts in groupby(both, key=lambda pair: pair[1].rule):
        yield rule, list(alerts)


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def plan_as_json(plan: Plan) -> dict[str, Any]:
    comparison = plan.comparison
    kinds = {kind: sum(change.kind is kind for change in comparison.changes) for kind in Kind}
    return {
        "summary": str(plan),
        "in_force": None
        if plan.before is None
        else {
            "version": plan.before.version,
            "since": plan.before.in_force_at,
            "rules": len(plan.old_rules.rules) if plan.old_rules else None,
        },
        "files": {
            "from": plan.origin,
            "version": plan.after.rules.version,
            "rules": len(plan.after.rules.rules),
        },
        "problems": [asdict(problem) for problem in plan.problems],
        "warnings": [asdict(warning) for warning in plan.after.warnings],
        "rules": [
            {
                "rule": change.name,
                "change": change.kind.name.lower(),
                "details": [asdict(detail) for detail in change.details],
                "alerts_before": comparison.hits.get(change.name, (0, 0))[0],
                "alerts_after": comparison.hits.get(change.name, (0, 0))[1],
            }
            for change in comparison.changes
        ],
        "period": asdict(comparison.period),
        "alerts": [
            *(_alert("added", change) for change in comparison.added),
            *(_alert("removed", change) for change in comparison.removed),
        ],
        "first_looks": [
            *(_alert("added", change) for change in comparison.old_added),
            *(_alert("removed", change) for change in comparison.old_removed),
        ],
        "counts": {
            "rules_added": kinds[Kind.ADDED],
            "rules_changed": kinds[Kind.CHANGED],
            "rules_removed": kinds[Kind.REMOVED],
            "alerts_added": len(comparison.added),
            "alerts_removed": len(comparison.removed),
        },
    }


def _alert(kind: str, change: AlertChange) -> dict[str, Any]:
    return {
        "change": kind,
        "rule": change.rule,
        "reason": change.reason,
        "why": change.why or None,
        "story": change.told.story,
        **asdict(change.told.article),
        "rules": [{"rule": hit.rule, "reason": hit.reason, "entry": hit.article.entry} for hit in change.told.hits],
    }
