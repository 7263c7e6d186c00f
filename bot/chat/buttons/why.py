"""Why?: the conditions of the rules that made an alert, part by part, with the words that were found.

The rules in force read the article as it stands now, as `rackwatch rules explain` does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot.chat import say
from bot.chat.buttons.pieces import NAME, fitted, link, safe
from bot.chat.buttons.pressing import UNKNOWN, Press, Told, Tools, told_of
from bot.rulesets.replay import document_of
from rules import Explainer, Explanation, Rule, RuleSet, Step
from storage.records import KnownEntry, MatchRow

_DEPTH = "\u2003"
"""An em space: Telegram keeps it at the start of a line."""

_OTHERS = 8
_REASON = 300


def why(press: Press, tools: Tools) -> list[say.Say]:
    """The condition tree of each rule that matched the alert's article, and what made the other articles match."""
    told = told_of(press, tools)
    if told is None:
        return [press.toast(UNKNOWN)]
    article = _own_article(told)
    if article is None:  # all of its articles went elsewhere
        lines = [f"• {safe(reason.rule, NAME)}: {safe(reason.text, _REASON)}" for reason in told.content.reasons]
        return [press.answer(fitted([f"<b>Why A{press.alert}?</b>"], lines, rest="… and {} more"))]
    heading = f"<b>Why A{press.alert}?</b> {link(article.title or article.text, article.url)}"
    lines = [*_of_rules(told, article, tools), *_of_others(told, article)]
    return [
        press.answer(fitted([heading], lines, rest="… and {} more lines: rackwatch rules explain " + str(article.id)))
    ]


def _own_article(told: Told) -> KnownEntry | None:
    """The article that the message is headed by, else the first that a rule of its watches matched."""
    heard = [entry for entry in told.known.members if _matches(told, entry)]
    return next((entry for entry in heard if entry.url == told.content.url), heard[0] if heard else None)


def _matches(told: Told, entry: KnownEntry) -> list[MatchRow]:
    return [match for match in entry.matches if match.watch in told.content.watches]


def _of_rules(told: Told, article: KnownEntry, tools: Tools) -> Iterator[str]:
    in_force = {rule.full_name: rule for rule in tools.rules().rules}
    matches = _matches(told, article)
    explained = _explained([in_force[name] for name in map(_name, matches) if name in in_force], article, tools)
    for match in matches:
        rule, reading = in_force.get(_name(match)), explained.get(_name(match))
        yield ""
        yield f"<b>{safe(_name(match), NAME)}</b> · {match.priority}"
        if rule is None or reading is None:
            yield f"matched: {safe(match.reason, _REASON)}"
            yield "<i>This rule is not in force any more.</i>"
            continue
        if not reading.matched:
            yield f"matched: {safe(match.reason, _REASON)}"
            yield f"<i>It does not match any more, because: {safe(reading.reason, _REASON)}</i>"
        elif rule.version != match.rule_version:
            yield f"because: {safe(reading.reason, _REASON)}"
            yield "<i>The rule was changed since; this is how it reads the article now.</i>"
        else:
            yield f"because: {safe(reading.reason, _REASON)}"
        yield from _tree(reading.tree, 0)


def _explained(rules: Sequence[Rule], article: KnownEntry, tools: Tools) -> Mapping[str, Explanation]:
    entry = tools.store.archive.entry(article.id)
    if entry is None or not rules:
        return {}
    alone = RuleSet(
        version="", files={}, watches=tuple(dict.fromkeys(rule.watch for rule in rules)), rules=tuple(rules), groups=()
    )
    return {one.rule.full_name: one for one in Explainer(alone).explain(document_of(entry))}


def _tree(step: Step, depth: int) -> Iterator[str]:
    found = Counter((evidence.surface, evidence.field) for evidence in step.found)
    words = ", ".join(
        f"<b>{safe(surface, NAME)}</b>{f' ×{count}' if count > 1 else ''} ({field})"
        for (surface, field), count in found.items()
    )
    note = f" <i>{safe(step.note, _REASON)}</i>" if step.note else ""
    mark = "✔" if step.true else "✘"
    yield f"{_DEPTH * depth}{mark} {safe(step.label, NAME)}{': ' if words else ''}{words}{note}"
    for part in step.parts:
        yield from _tree(part, depth + 1)


def _of_others(told: Told, article: KnownEntry) -> Iterator[str]:
    others = [
        (entry, found) for entry in told.known.members if entry is not article and (found := _matches(told, entry))
    ]
    if others:
        yield ""
        yield "<b>The story's other articles</b>"
    for entry, found in others[:_OTHERS]:
        reasons = "; ".join(dict.fromkeys(match.reason for match in found))
        yield f"• {link(entry.publisher, entry.url, NAME)}: {safe(reasons, _REASON)}"
    if len(others) > _OTHERS:
        yield f"… and {len(others) - _OTHERS} more"


def _name(match: MatchRow) -> str:
    return f"{match.watch}/{match.rule}"
