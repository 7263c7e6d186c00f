"""How rules fit the settings beside them: chats that follow no watch, sources and tags that no filter can find."""

from __future__ import annotations

from datetime import datetime

from bot.rulesets.candidate import Candidate, placed
from bot.settings import Settings
from bot.sources.origins import tags_of
from rules import Problem, RuleSet, Severity
from rules.condition import Filter, walk
from rules.problems import did_you_mean
from rules.yaml_source import read_yaml


def warnings_of(candidate: Candidate, settings: Settings | None, *, now: datetime) -> list[Problem]:
    """What a rule set can be used in spite of; without settings, nothing is said of sources and tags."""
    own = [*_over(candidate.rules, now), *(_filters_of_nothing(settings, candidate.rules) if settings else ())]
    return [*candidate.warnings, *(placed(warning, candidate.origin) for warning in own)]


def check_together(settings: Settings, rules: RuleSet) -> list[Problem]:
    """Chats that follow a watch which no rule file has."""
    problems = []
    watches = {watch.key for watch in rules.watches}
    document = None
    for key, chat in settings.config.chats.items():
        for index, watch in enumerate(chat.watches):
            if watch not in watches:
                document = document or read_yaml(settings.config_file)
                line, column = document.position(("chats", key, "watches", index))
                problems.append(
                    Problem(
                        file=str(settings.config_file),
                        line=line,
                        column=column,
                        message=f"chat '{key}' follows the unknown watch '{watch}'",
                        hint=did_you_mean(watch, watches),
                    )
                )
    return problems


def _over(rules: RuleSet, now: datetime) -> list[Problem]:
    """Rules whose time is over."""
    return [
        Problem(
            file=rule.file,
            line=rule.line,
            column=rule.column,
            message=f"the rule '{rule.full_name}' judges nothing that is published now: its 'until' is over",
            severity=Severity.WARNING,
        )
        for rule in rules.rules
        if rule.until is not None and rule.until <= now
    ]


def _filters_of_nothing(settings: Settings, rules: RuleSet) -> list[Problem]:
    """Rules that ask for a source or a tag which rackwatch.yaml does not have; rules may be shared, so no mistake."""
    sources = settings.config.sources
    known = {
        "source": {source.key for source in sources},
        "tag": {tag for source in sources for tag in tags_of(source)},
    }
    return [
        Problem(
            file=rule.file,
            line=rule.line,
            column=rule.column,
            message=f"the rule '{rule.full_name}' asks for {node.kind}:{node.value}, which no source has",
            hint=did_you_mean(node.value, known[node.kind]),
            severity=Severity.WARNING,
        )
        for rule in rules.rules
        for node in walk(rule.condition)
        if isinstance(node, Filter) and node.kind in known
        if node.value.casefold() not in {name.casefold() for name in known[node.kind]}
    ]
