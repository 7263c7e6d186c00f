"""All that a person edits, checked as a whole: settings, secrets, publishers, rules, and how they fit together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import ConfigInvalid
from bot.publishers_file import PUBLISHERS_NAME, load_owners
from bot.rulesets.candidate import failed_tests, read_folder
from bot.rulesets.fitting import check_together, warnings_of
from bot.settings import Settings, load_settings
from rules import Problem, RuleSet
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
