"""Takes changed files into force while the service runs; what has mistakes is refused and the last good stays."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from bot.app import App
from bot.check import check_together
from bot.errors import ConfigInvalid, RackwatchError
from bot.ruleset import Candidate, change_notice, compare, load_candidate, refusal_notice
from bot.settings import Settings, load_settings
from rules import RuleSet
from storage.errors import StorageError

log = structlog.get_logger(__name__)

Stamps = tuple[tuple[str, int, int], ...]

AT_START = ("storage", "fetch", "parser", "telegram", "metrics")
"""Sections that are read at the start only."""


class Reloader:
    """Looks at the files once a tick; acts when they changed and have been still for one tick (an editor is done)."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._settled = self._stamps()
        self._last = self._settled
        self._asked = False
        self._refused: tuple[str, ...] = tuple(
            str(problem).replace(f"{app.settings.folder}/", "")
            for problem in (app.rule_problems.problems if app.rule_problems else ())
        )

    def request(self) -> None:
        """SIGHUP: look now, changed or not."""
        self._asked = True

    async def look(self) -> None:
        stamps = await asyncio.to_thread(self._stamps)
        still = stamps == self._last
        self._last = stamps
        if not self._asked and (stamps == self._settled or not still):
            return
        self._asked = False
        self._settled = stamps
        try:
            await self._take()
        except StorageError as error:
            self._asked = True
            log.error("reload not stored; trying again", error=str(error))

    async def _take(self) -> None:
        settings, candidate, problems = await asyncio.to_thread(self._load)
        if problems:
            await self._refuse(problems)
        if settings is None and candidate is None:
            return
        self._refused = () if not problems else self._refused
        before = self._app.candidate
        old_settings = self._app.settings
        settings = settings or old_settings
        candidate = candidate or before
        changed = candidate.rules.version != before.rules.version
        await self._app.write(self._app.adopt, settings, candidate)
        for section in AT_START:
            if getattr(settings.config, section) != getattr(old_settings.config, section):
                log.warning("changed, but read only at the start: restart to apply", section=section)
        if changed:
            await self._tell_change(before, candidate)
        if problems:
            return  # said above; what was good of the change is in force
        log.info(
            "reloaded",
            sources=len(settings.config.sources),
            rules=len(candidate.rules.rules),
            version=candidate.rules.version[:8],
            rules_changed=changed,
        )

    def _load(self) -> tuple[Settings | None, Candidate | None, tuple[str, ...]]:
        folder = self._app.settings.folder
        settings: Settings | None = None
        candidate: Candidate | None = None
        problems: list[str] = []
        try:
            settings = load_settings(folder)
        except ConfigInvalid as error:
            problems += [str(problem) for problem in error.problems]
        except RackwatchError as error:
            problems.append(str(error))
        try:
            candidate = load_candidate((settings or self._app.settings).rules_folder)
        except ConfigInvalid as error:
            problems += [str(problem) for problem in error.problems]
        if settings is not None:
            rules: RuleSet = (candidate or self._app.candidate).rules
            together = check_together(settings, rules)
            if together:
                problems += [str(problem) for problem in together]
                settings = None
        return settings, candidate, tuple(problem.replace(f"{folder}/", "") for problem in problems)

    async def _refuse(self, problems: tuple[str, ...]) -> None:
        """Say it once per state of the files."""
        if problems == self._refused:
            return
        self._refused = problems
        for problem in problems:
            log.error("refused; the last good version stays in force", problem=problem)
        await self._app.tell_operator(refusal_notice(problems))

    async def _tell_change(self, before: Candidate, after: Candidate) -> None:
        difference = await asyncio.to_thread(
            compare, self._app.store.archive, before.matcher, after.matcher, now=self._app.now()
        )
        await self._app.tell_operator(change_notice(difference, after.rules))

    def _stamps(self) -> Stamps:
        settings = self._app.settings
        files = [settings.config_file, settings.folder / ".env"]
        files += sorted(path for path in settings.rules_folder.rglob("*") if path.suffix in {".yaml", ".yml"})
        return tuple(stamp for path in files if (stamp := _stamp(path)) is not None)


def _stamp(path: Path) -> tuple[str, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return str(path), status.st_mtime_ns, status.st_size
