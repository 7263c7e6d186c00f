"""What the operator is told of rules. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.alerts.content import NoticeContent
from bot.alerts.markup import cut
from bot.rulesets.changes import Kind, RuleChange
from bot.rulesets.compare import AlertChange, Comparison
from rules import RuleSet
from storage.records import RulesCause

NOTICE_DAYS = timedelta(days=30)
NOTICE_ENTRIES = 20_000
"""Entries that a notice looks back on at most, the newest: about five seconds of one core beside a working service."""

RULES = 8
ALERTS = 4
"""Lines of each kind: a message that is read on a phone; the rest is in 'rackwatch rules history' and the log."""

TITLE = 120
NAME = 40
"""Signs of an article's title and publisher."""

_BY = {
    RulesCause.APPLY: "by 'rackwatch rules apply'",
    RulesCause.RESTORE: "by 'rackwatch rules restore'",
    RulesCause.CHAT: "by the chat",
}


def change_notice(comparison: Comparison, rules: RuleSet, cause: RulesCause) -> NoticeContent:
    by = f", {_BY[cause]}" if cause in _BY else ""
    lines = ["No rule changed."]
    if comparison.changes:
        rules_changed = _some([_rule(change) for change in comparison.changes], RULES)
        lines = [f"With them it would have been {comparison}{_first_look(comparison)}."]
        lines.append(f"Rules: {'; '.join(rules_changed)}")
    lines += _some([f"+ {_alert(one)}" for one in reversed(comparison.added)], ALERTS)
    lines += _some([f"− {_alert(one)}" for one in reversed(comparison.removed)], ALERTS)
    return NoticeContent(
        headline=f"new rules are in force{by} ({len(rules.rules)} rules, version {rules.version[:8]})",
        lines=tuple(lines),
    )


def refusal_notice(problems: Sequence[str]) -> NoticeContent:
    lines = [*problems[:8], *([f"… and {len(problems) - 8} more: rackwatch check"] if len(problems) > 8 else [])]
    return NoticeContent(
        headline="a changed file has mistakes; the last good version stays in force", lines=tuple(lines)
    )


def _first_look(comparison: Comparison) -> str:
    """What matches now, or no more, among articles that alert nobody: after a start it is all there is."""
    if not comparison.old_added and not comparison.old_removed:
        return ""
    numbers = f"+{len(comparison.old_added)} −{len(comparison.old_removed)}"
    return f" (and {numbers} stories that were there at the first look)"


def _rule(change: RuleChange) -> str:
    what = ", ".join(dict.fromkeys(detail.what for detail in change.details)) if change.kind is Kind.CHANGED else ""
    return f"{change.kind.value} {change.name}" + (f" ({what})" if what else "")


def _alert(change: AlertChange) -> str:
    return f"{cut(change.told.article.title, TITLE)} ({cut(change.told.article.publisher, NAME)}; {change.rule})"


def _some(lines: list[str], most: int) -> list[str]:
    return lines if len(lines) <= most else [*lines[: most - 1], f"… and {len(lines) - most + 1} more"]
