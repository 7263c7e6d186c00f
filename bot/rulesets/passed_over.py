"""What new rules match in the archive: no chat is alerted of it, each is told of it in its digest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from bot.alerts.compose import RANK
from bot.alerts.plan import ChatRoute
from bot.rulesets.compare import Comparison
from bot.rulesets.replay import Hit, Told
from rules import Rule, RuleSet
from storage.records import PassedBy, PassedOver

LOOK_BACK = timedelta(days=14)
"""Articles of a new rule that are older are no news to anybody; stories are held together for as long."""


def passed_by_rules(
    comparison: Comparison, before: RuleSet, after: RuleSet, routes: Sequence[ChatRoute]
) -> tuple[PassedOver, ...]:
    """For each chat, the articles of the last days by which rules that differ made stories concern it.

    Which of these stories the chat has heard of already storage knows.
    """
    since = comparison.period.until - LOOK_BACK
    old, new = _by_name(before), _by_name(after)
    found = []
    for route in routes:
        known = {told.story for told, _ in _concerning(comparison.stories_before, old, route)}
        for told, hit in _concerning(comparison.stories_after, new, route):
            if told.story not in known and hit.article.at >= since:
                found.append(PassedOver(chat=route.key, entry=hit.article.entry, reason=PassedBy.NEW_RULE))
    return tuple(found)


def _by_name(rules: RuleSet) -> Mapping[str, Rule]:
    return {rule.full_name: rule for rule in rules.rules}


def _concerning(stories: Iterable[Told], rules: Mapping[str, Rule], route: ChatRoute) -> Iterable[tuple[Told, Hit]]:
    """Stories that the chat follows, with the hit of the first rule that makes it so."""
    for told in stories:
        for hit in told.hits:
            rule = rules[hit.rule]
            if (not route.watches or rule.watch.key in route.watches) and (
                RANK[rule.priority.value] >= RANK[route.min_priority]
            ):
                yield told, hit
                break
