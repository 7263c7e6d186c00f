"""`/rules report` and `/rules history`: what votes say of the rules, and which were in force when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.aside import aside
from bot.chat.markup import listed, safe
from bot.chat.registry import Call
from bot.chat.say import Say
from bot.chat.words import Words
from bot.rulesets.vote_reports import reports_since
from bot.rulesets.votes import Precision, RuleReport
from bot.units import format_duration, parse_duration
from storage.records import RulesChange

LOOK_BACK = timedelta(days=365)
"""As `rackwatch rules report` looks back where nothing is said."""

CHANGES = 15


async def report_of_votes(call: Call, since: str | None) -> Sequence[Say]:
    """What `rackwatch rules report` says. Counts only: who voted, and where, is not said."""
    try:
        length = parse_duration(since) if since is not None else LOOK_BACK
        earliest = call.room.now() - length
    except (ValueError, OverflowError):
        return call.answer(call.words.say("rules_report_wrong"))
    found = await aside(reports_since, call.room.store, earliest)
    if not found:
        return call.answer(call.words.say("rules_report_none"))
    head = call.words.say("rules_report", period=format_duration(round(length.total_seconds())))
    return call.answer(listed(head, [_line(one, call.words) for one in found], call.words))


async def history(call: Call) -> Sequence[Say]:
    """Which rules were in force when, newest first."""
    changes = await call.room.read(call.room.store.rule_sets.history, limit=CHANGES)
    lines = [_change(change, call, current=number == 0) for number, change in enumerate(changes)]
    return call.answer(listed(call.words.say("rules_history"), lines, call.words))


def _line(one: RuleReport, words: Words) -> str:
    said = [words.say("rules_report_line", alerts=one.alerts, up=one.up, down=one.down)]
    if one.precision is not None:
        said.append(_precision(one.precision, words))
    if one.suggestions:
        suggested = ", ".join(f"{safe(each.word, 60)} ({each.alerts})" for each in one.suggestions)
        said.append(words.say("rules_only_in", words=suggested))
    return f"\n<code>{safe(one.rule, 140)}</code>\n" + "\n".join(said)


def _precision(precision: Precision, words: Words) -> str:
    share, low, high = (round(100 * part) for part in (precision.share, precision.low, precision.high))
    return words.say("rules_precision", share=share, low=low, high=high)


def _change(change: RulesChange, call: Call, *, current: bool) -> str:
    counted = ""
    if change.tally is not None:
        tally = change.tally
        counted = f" · +{tally.added} −{tally.removed} ~{tally.changed}"
    at = call.day(change.in_force_at)
    return f"{'●' if current else '○'} <code>{change.version}</code> {at} · {change.cause.value}{counted}"
