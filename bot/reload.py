"""Takes what changed into force while the service runs: files, and rules that a command put in force.

Once a tick it reads two things: which rules the database says are in force (a command may have changed them), and the
stamps of the files. What has mistakes is refused and the last good stays.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.app import App
from bot.aside import aside
from bot.errors import ConfigInvalid, RackwatchError, Refused
from bot.logs import log_bug
from bot.publishers_file import PUBLISHERS_NAME, load_owners
from bot.rulesets.candidate import Candidate, in_force, load_candidate
from bot.rulesets.compare import Comparison, compare, period_of
from bot.rulesets.fitting import check_together
from bot.rulesets.folder import text_of_folder
from bot.rulesets.notices import NOTICE_DAYS, NOTICE_ENTRIES, change_notice, refusal_notice
from bot.rulesets.put import Change, finish_folder, put_in_force
from bot.settings import Settings, load_settings
from bot.voices.publishers import Owners
from rules.loader import rule_files
from storage.errors import StorageError
from storage.records import RulesCause, RulesMark

log = structlog.get_logger(__name__)

AT_START = ("storage", "fetch", "parser", "telegram", "metrics")
"""Sections that are read at the start only."""

NOT_IN_FORCE = "rule files changed, not in force: see 'rackwatch rules plan', then 'rackwatch rules apply'"

Stamp = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Stamps:
    """Names, times and sizes of what a person edits."""

    config: tuple[Stamp, ...] = ()
    rules: tuple[Stamp, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the files say now; None for what was not read or has mistakes."""

    settings: Settings | None
    candidate: Candidate | None
    owners: Owners | None
    problems: tuple[str, ...]


class Reloader:
    """Looks once a tick; acts on files when they changed and have been still for one tick (an editor is done)."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._settled = self._stamps()
        self._last = self._settled
        self._asked = False
        self._known = app.rules_mark
        self._unfinished: RulesMark | None = None
        self._waiting: dict[str, str | None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._refused: tuple[str, ...] = tuple(
            str(problem).replace(f"{app.settings.folder}/", "")
            for problem in (app.rule_problems.problems if app.rule_problems else ())
        )
        if self._on_apply(app.settings):
            self._settled = Stamps(config=self._settled.config)  # what waits in the folder is said at the first look

    def request(self) -> None:
        """SIGHUP: look now, changed or not."""
        self._asked = True

    async def tick(self) -> None:
        """Look, unless the last look is still at work: ten thousand rules take some seconds to load."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_safely(), name="reload")

    def begin(self) -> None:
        """At the start: rules that came into force while no service ran have matches in the archive as well."""
        self._telling = asyncio.create_task(self._catch_up(), name="tell-change")

    def close(self) -> None:
        """The service stops: what is not in force or not told by now is left to the next start."""
        for task in (self._looking, self._telling):
            if task is not None:
                task.cancel()

    async def _look_safely(self) -> None:
        try:
            await self.look()
        except Exception as error:  # noqa: BLE001 - a bug on one state of the files must not end the looking
            log_bug(log, "reload failed unexpectedly", error)

    async def look(self) -> None:
        """One look at the database and the files."""
        try:
            mark, changing, stamps = await asyncio.to_thread(self._glance)
            if changing:
                return  # a command is writing the rules folder; it takes an instant
            await self._follow_database(mark)
        except StorageError as error:
            log.error("cannot read which rules are in force; trying again", error=str(error))
            return
        still = stamps == self._last
        self._last = stamps
        if not self._asked and (stamps == self._settled or not still):
            return
        before, self._settled = self._settled, stamps
        asked, self._asked = self._asked, False
        try:
            if not asked and stamps.config == before.config and self._on_apply(self._app.settings):
                await self._say_waiting()
            else:
                await self._take(stamps)
        except StorageError as error:
            self._asked = True
            log.error("reload not stored; trying again", error=str(error))

    def _glance(self) -> tuple[RulesMark | None, bool, Stamps]:
        sets = self._app.store.rule_sets
        changing = sets.folder_is_changing()
        return sets.mark(), changing, self._stamps()

    # ── what a command put in force ──────────────────────────────────────────────────────────────────────────────

    async def _follow_database(self, mark: RulesMark | None) -> None:
        if mark is None or (mark.in_folder and self._known is not None and mark.id == self._known.id):
            return
        if not mark.in_folder and mark != self._unfinished:
            try:
                await aside(finish_folder, self._app.store, self._app.settings.rules_folder)
            except Refused as error:
                self._unfinished = mark
                log.error("the rules folder does not hold the rules in force and cannot be written", error=str(error))
        if self._known is not None and mark.id == self._known.id:
            return
        stored, candidate = await aside(in_force, self._app.store)
        if stored is None:
            return
        self._known = stored.mark
        before = self._app.candidate
        if candidate is None:
            log.error("this program cannot read the rules that were put in force", version=stored.version)
        elif candidate.rules.version != before.rules.version:
            await self._app.write(self._app.adopt, self._app.settings, candidate, self._app.judging.owners)
            log.info(
                "rules put in force by a command",
                cause=stored.cause.value,
                rules=len(candidate.rules.rules),
                version=stored.version[:8],
            )
            self._tell(before, candidate, stored.cause)

    # ── what the files say ───────────────────────────────────────────────────────────────────────────────────────

    async def _take(self, stamps: Stamps) -> None:
        loaded = await aside(self._load)
        if await asyncio.to_thread(self._stamps) != stamps:
            self._settled, self._asked = Stamps(), True  # they changed while they were read: again, when they are still
            return
        if loaded.problems:
            await self._refuse(loaded.problems)
        if loaded.settings is None and loaded.candidate is None and loaded.owners is None:
            return
        self._refused = () if not loaded.problems else self._refused
        before, old_settings = self._app.candidate, self._app.settings
        settings, candidate = loaded.settings or old_settings, loaded.candidate or before
        changed = candidate.rules.version != before.rules.version
        if changed and not await self._put(before, candidate):
            self._asked = True
            return
        owners = loaded.owners or self._app.judging.owners
        await self._app.write(self._app.adopt, settings, candidate, owners)
        for section in AT_START:
            if getattr(settings.config, section) != getattr(old_settings.config, section):
                log.warning("changed, but read only at the start: restart to apply", section=section)
        if changed:
            self._tell(before, candidate, RulesCause.RELOAD)
        if self._on_apply(settings):
            await self._say_waiting()
        if loaded.problems:
            return  # said above; what was good of the change is in force
        log.info(
            "reloaded",
            sources=len(settings.config.sources),
            rules=len(candidate.rules.rules),
            version=candidate.rules.version[:8],
            rules_changed=changed,
        )

    async def _put(self, before: Candidate, candidate: Candidate) -> bool:
        """Put them in force; False where a command was faster, which the next look follows."""
        change = Change(rules=candidate.rules, before=before.rules, after=self._known, cause=RulesCause.RELOAD)
        mark = await self._app.write(put_in_force, self._app.store, change, now=self._app.now())
        self._known = mark or self._known
        return mark is not None

    def _load(self) -> Loaded:
        folder = self._app.settings.folder
        settings: Settings | None = None
        candidate: Candidate | None = None
        owners: Owners | None = None
        problems: list[str] = []
        try:
            settings = load_settings(folder)
        except ConfigInvalid as error:
            problems += [str(problem) for problem in error.problems]
        except RackwatchError as error:
            problems.append(str(error))
        valid = settings or self._app.settings
        if not self._on_apply(valid):
            try:
                candidate = load_candidate(valid.rules_folder)
            except ConfigInvalid as error:
                problems += [str(problem) for problem in error.problems]
        try:
            owners = load_owners(folder / PUBLISHERS_NAME)
        except ConfigInvalid as error:
            problems += [str(problem) for problem in error.problems]
        together = check_together(valid, (candidate or self._app.candidate).rules)
        if together:
            problems += [str(problem) for problem in together]
            settings, candidate = None, None
        cleaned = tuple(problem.replace(f"{folder}/", "") for problem in problems)
        return Loaded(settings=settings, candidate=candidate, owners=owners, problems=cleaned)

    async def _refuse(self, problems: tuple[str, ...]) -> None:
        """Say it once per state of the files."""
        if problems == self._refused:
            return
        self._refused = problems
        for problem in problems:
            log.error("refused; the last good version stays in force", problem=problem)
        await self._app.tell_operator(refusal_notice(problems))

    async def _say_waiting(self) -> None:
        """With `on_apply`: that the folder differs from what is in force, once per state of the folder."""
        texts = await asyncio.to_thread(text_of_folder, self._app.settings.rules_folder)
        if texts == self._app.candidate.rules.files:
            self._waiting = None
        elif texts != self._waiting:
            self._waiting = texts
            log.warning(NOT_IN_FORCE)

    # ── the notice ───────────────────────────────────────────────────────────────────────────────────────────────

    def _tell(self, before: Candidate, after: Candidate, cause: RulesCause) -> None:
        """What the change means takes seconds to find out: the service goes on meanwhile, notices keep their order."""
        self._telling = asyncio.create_task(self._tell_in_turn(self._telling, before, after, cause), name="tell-change")

    async def _tell_in_turn(
        self, previous: asyncio.Task[None] | None, before: Candidate, after: Candidate, cause: RulesCause
    ) -> None:
        if previous is not None:
            await asyncio.wait([previous])
        try:
            comparison = await aside(self._compare, before, after)
            await self._app.tell_operator(change_notice(comparison, after.rules, cause))
            await self._app.old_news.note(comparison, before.rules, after.rules)
        except StorageError as error:
            log.error("nobody was told what the new rules match", error=str(error))
        except Exception as error:  # noqa: BLE001 - the rules are in force all the same
            log_bug(log, "nobody was told what the new rules match", error)

    async def _catch_up(self) -> None:
        try:
            await self._app.old_news.catch_up()
        except StorageError as error:
            log.error("cannot look for what the new rules match in the archive", error=str(error))
        except Exception as error:  # noqa: BLE001 - the service works all the same; the next start tries again
            log_bug(log, "cannot look for what the new rules match in the archive", error)

    def _compare(self, before: Candidate, after: Candidate) -> Comparison:
        archive = self._app.store.archive
        period = period_of(archive, now=self._app.now(), length=NOTICE_DAYS, most=NOTICE_ENTRIES)
        return compare(archive, before, after, period, owners=self._app.judging.owners)

    # ── stamps ───────────────────────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def _on_apply(settings: Settings) -> bool:
        return settings.config.rules.reload == "on_apply"

    def _stamps(self) -> Stamps:
        settings = self._app.settings
        config = [settings.config_file, settings.folder / ".env", settings.folder / PUBLISHERS_NAME]
        found = [[_stamp(path) for path in paths] for paths in (config, rule_files(settings.rules_folder))]
        config_stamps, rule_stamps = (tuple(stamp for stamp in stamps if stamp is not None) for stamps in found)
        return Stamps(config=config_stamps, rules=rule_stamps)


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return str(path), status.st_mtime_ns, status.st_size
