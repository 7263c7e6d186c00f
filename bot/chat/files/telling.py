"""A look at rule files as a message: what is wrong with them, or what they would change. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.chat.markup import link, listed, safe
from bot.chat.words import Words
from bot.rulesets.changes import Kind, RuleChange
from bot.rulesets.compare import AlertChange, Comparison, Period
from bot.rulesets.proposal import Proposal

RULES = 12
"""Changed rules that are named; the alerts say more of what a change means."""

PROBLEM = 400
TITLE = 120
NAME = 40
REASON = 160
"""UTF-16 units of what others wrote."""


def proposal_html(
    proposal: Proposal, file: str, what: str, words: Words, zone: ZoneInfo, *, moved: bool = False
) -> str:
    """The whole answer; `file` and `what` (new, or takes a place) are HTML. `moved`: it looked otherwise before."""
    if proposal.settled:
        return words.say("rules_settled", file=file, version=proposal.version)
    moved_on = f"{words.say('rules_moved')}\n\n" if moved else ""
    if proposal.plan is None:
        return listed(words.say("rules_mistakes", file=file), _quoted(proposal.problems), words)
    if proposal.problems:
        head = words.say("rules_failing", file=file)
    else:
        head = moved_on + words.say("rules_plan", file=file, what=what, tests=proposal.tests)
    comparison = proposal.plan.comparison
    lines = [
        *_quoted(proposal.problems),
        *_waiting(proposal, words),
        *_effect(comparison, words),
        *_alerts(comparison, words, zone),
    ]
    if proposal.warnings:
        lines += [f"\n{words.say('rules_warnings')}", *_quoted(proposal.warnings)]
    return listed(head, lines, words)


def span(period: Period, words: Words) -> str:
    """How long a period is; as `str(period)` counts it."""
    hours = round((period.until - period.since) / timedelta(hours=1))
    return words.say("hours", count=hours) if hours < 48 else words.say("days", count=round(hours / 24))


def _quoted(problems: Sequence[str]) -> list[str]:
    return [f"<code>{safe(problem, PROBLEM)}</code>" for problem in problems]


def _waiting(proposal: Proposal, words: Words) -> list[str]:
    """Edits of the folder that nobody has applied: they are part of what is compared."""
    if not proposal.waiting:
        return []
    names = ", ".join(f"<code>{safe(name, NAME)}</code>" for name in proposal.waiting[:RULES])
    more = f", {words.say('more', count=len(proposal.waiting) - RULES)}" if len(proposal.waiting) > RULES else ""
    return [words.say("rules_waiting", files=names + more)]


def _effect(comparison: Comparison, words: Words) -> list[str]:
    if not comparison.changes:
        return [words.say("rules_same")]
    said = words.say(
        "rules_effect",
        added=len(comparison.added),
        removed=len(comparison.removed),
        period=span(comparison.period, words),
    )
    if comparison.old_added or comparison.old_removed:
        said += " " + words.say(
            "rules_first_look", added=len(comparison.old_added), removed=len(comparison.old_removed)
        )
    rules = [_rule(change) for change in comparison.changes]
    left = [words.say("more", count=len(rules) - RULES)] if len(rules) > RULES else []
    return [said, *rules[:RULES], *left]


def _rule(change: RuleChange) -> str:
    what = ", ".join(dict.fromkeys(detail.what for detail in change.details)) if change.kind is Kind.CHANGED else ""
    return f"{change.kind.value} <code>{safe(change.name, 140)}</code>" + (f" ({safe(what, 80)})" if what else "")


def _alerts(comparison: Comparison, words: Words, zone: ZoneInfo) -> list[str]:
    """Newest first, those that come before those that go."""
    both = [("+", one) for one in reversed(comparison.added)] + [("−", one) for one in reversed(comparison.removed)]
    return [_alert(sign, change, words, zone) for sign, change in both]


def _alert(sign: str, change: AlertChange, words: Words, zone: ZoneInfo) -> str:
    article = change.told.article
    about = f"{safe(article.publisher, NAME)}, {article.at.astimezone(zone):%Y-%m-%d}; {safe(change.rule, 140)}"
    why = f": {safe(change.why, REASON)}" if change.why else ""
    return f"\n{sign} {link(article.title, article.url, TITLE, words)} ({about}){why}"
