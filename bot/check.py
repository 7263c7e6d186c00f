"""All that a person edits, checked as a whole: settings, secrets, publishers, rules, and how they fit together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import ConfigInvalid
from bot.publishers_file import PUBLISHERS_NAME, load_owners
from bot.rulesets.candidate import Candidate, failed_tests, placed, read_folder
from bot.settings import Settings, load_settings
from bot.sources.origins import tags_of
from rules import Problem, RuleSet, Severity
from rules.condition import Filter, walk
from rules.problems import did_you_mean
from rules.yaml_source import read_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """`problems` make the check fail, `warnings` do not."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    sources: int = 0
    chats: int = 0
    rules: int = 0


def check_folder(folder: Path, *, now: datetime) -> CheckResult:
    """Check a working folder; finds every mistake, not the first."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    settings: Settings | None = None
    rules: RuleSet | None = None
    try:
        settings = load_settings(folder)
        problems += _urls_not_understood(settings)
    except ConfigInvalid as error:
        problems += error.problems
    place = settings.rules_folder if settings else folder / "rules"
    try:
        candidate = read_folder(place)
        rules = candidate.rules
        problems += failed_tests(candidate, place)
        warnings += warnings_of(candidate, settings, now=now)
    except ConfigInvalid as error:
        problems += error.problems
    try:
        load_owners(folder / PUBLISHERS_NAME)
    except ConfigInvalid as error:
        problems += error.problems
    if settings is not None and rules is not None:
        problems += check_together(settings, rules)
    return CheckResult(
        problems=tuple(sorted(problems)),
        warnings=tuple(sorted(warnings)),
        sources=len(settings.config.sources) if settings else 0,
        chats=len(settings.config.chats) if settings else 0,
        rules=len(rules.rules) if rules else 0,
    )


def warnings_of(candidate: Candidate, settings: Settings | None, *, now: datetime) -> list[Problem]:
    """What a rule set can be used in spite of; without settings, nothing is said of sources and tags."""
    own = [*_over(candidate.rules, now), *(_filters_of_nothing(settings, candidate.rules) if settings else ())]
    return [*candidate.warnings, *(placed(warning, candidate.origin) for warning in own)]


def _urls_not_understood(settings: Settings) -> list[Problem]:
    """URLs of other channels that Apprise cannot read; what they are is not shown, since they are secrets."""
    if not settings.urls:
        return []
    from bot.apprise_door.notifier import NOT_UNDERSTOOD, open_service  # noqa: PLC0415 - only who has such a chat pays

    document = read_yaml(settings.config_file)
    return [
        document.problem(
            document.position(("chats", key, "url_env")),
            f"{NOT_UNDERSTOOD} that {settings.config.chats[key].url_env} holds",
        )
        for key, url in settings.urls.items()
        if open_service(url.get_secret_value()) is None
    ]


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
