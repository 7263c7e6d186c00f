"""Rules come into force while the service works: from files, from commands, in both modes, whole or not at all.

Most of it in this process: the service's own parts, ticked by hand.
"""

from __future__ import annotations

import asyncio
import io
import os
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from structlog.testing import capture_logs

from bot.alerts.content import NoticeContent
from bot.app import App
from bot.demo.feed_server import FeedServer, Reply
from bot.errors import Refused
from bot.reload import NOT_IN_FORCE, Reloader
from bot.rulesets.candidate import read_folder
from bot.rulesets.folder import Staged
from bot.rulesets.put import Change, finish_folder, put_in_force, put_with_folder
from bot.settings import load_settings
from rules import RuleSet
from storage import Store
from storage.errors import DatabaseFull
from storage.records import RulesCause
from tests.archives import NOW, Article, Press
from tests.conftest import CHAT
from tests.world import RULES, TOKEN, BotApi, Folder, rss

QUIET = "watch: quiet\nterms:\n  quiet: {any: [quiet]}\nrules:\n  - name: day\n    when: quiet\n"


@dataclass(slots=True)
class Running:
    """A service without its loop: `tick` is one look, as the scheduler makes them."""

    app: App
    reloader: Reloader
    folder: Folder

    @property
    def store(self) -> Store:
        return self.app.store

    async def tick(self, times: int = 3) -> None:
        """Three looks take a change: it is seen, it is still, it is taken."""
        for _ in range(times):
            await self.reloader.look()
        for _ in range(2):  # the notice of a change is made beside the looks
            telling = [task for task in asyncio.all_tasks() if task.get_name() == "tell-change"]
            await asyncio.gather(*telling)

    def notices(self) -> list[str]:
        """What the operator was told, oldest first."""
        found = [NoticeContent.from_json(item.content) for item in self.store.outbox.notices()]
        return ["\n".join((notice.headline, *notice.lines)) for notice in reversed(found)]

    def rules(self) -> list[str]:
        return [rule.full_name for rule in self.app.candidate.rules.rules]

    def causes(self) -> list[str]:
        """How the rules in force came there, oldest first."""
        return [change.cause.value for change in self.store.rule_sets.history(limit=100)][::-1]


def serve(folder: Folder, scenario: Callable[[Running], Awaitable[None]]) -> None:
    async def main() -> None:
        app = App(load_settings(folder.path, environment={}), console=Console(file=io.StringIO()), role="run")
        async with app:
            await scenario(Running(app=app, reloader=Reloader(app), folder=folder))

    asyncio.run(main())


def command(running: Running, rules: RuleSet, cause: RulesCause, *, write: bool) -> None:
    """What `rules apply` and `restore` do once they have asked."""
    store = running.store
    change = Change(rules=rules, before=None, after=store.rule_sets.mark(), cause=cause)
    if write:
        put_with_folder(store, change, running.folder.path / "rules", now=NOW)
    else:
        assert put_in_force(store, change, now=NOW)


def edited(folder: Folder, files: Mapping[str, str]) -> RuleSet:
    """The rules of a copy of the folder with these files."""
    copy = folder.path.parent / "copy"
    for name, text in files.items():
        copy.mkdir(exist_ok=True)
        (copy / name).write_text(text)
    return read_folder(copy).rules


@pytest.fixture
def on_change(folder: Folder) -> Folder:
    folder.configure()
    return folder


@pytest.fixture
def on_apply(folder: Folder) -> Folder:
    folder.configure(rules={"reload": "on_apply"})
    return folder


# ── from files ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_changed_file_comes_into_force_with_one_notice(on_change: Folder) -> None:
    async def scenario(running: Running) -> None:
        press = Press(store=running.store, rules=running.app.candidate.rules)
        press.open()
        press.publish(Article(source="a", title="A quiet day"))
        on_change.write("rules/quiet.yaml", QUIET)
        await running.tick(2)
        assert running.rules() == ["data-centers/firm-and-place", "quiet/day"]
        await running.tick(5)
        (notice,) = running.notices()
        assert "+1 −0 alerts in 30 days" in notice
        assert "Rules: + quiet/day" in notice
        assert "+ A quiet day (Alpha; quiet/day)" in notice
        assert running.causes() == ["start", "reload"]

    serve(on_change, scenario)


def test_rules_that_contradict_the_chats_keep_both_files_as_they_were(folder: Folder) -> None:
    folder.configure(chats={"me": {"kind": "console", "watches": ["data-centers"]}})

    async def scenario(running: Running) -> None:
        folder.write("rules/data-centers.yaml", RULES.replace("watch: data-centers", "watch: halls"))
        await running.tick()
        assert running.rules() == ["data-centers/firm-and-place"]
        (notice,) = running.notices()
        assert "chat 'me' follows the unknown watch 'data-centers'" in notice
        folder.configure(chats={"me": {"kind": "console", "watches": ["halls"]}})
        await running.tick()
        assert running.rules() == ["halls/firm-and-place"]

    serve(folder, scenario)


def test_a_file_that_changes_while_it_is_read_is_read_again(on_change: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(running: Running) -> None:
        load = Reloader._load  # noqa: SLF001 - the moment in question lies inside

        def load_and_save(self: Reloader) -> Any:
            loaded = load(self)
            on_change.write("rules/quiet.yaml", QUIET)
            return loaded

        monkeypatch.setattr(Reloader, "_load", load_and_save)
        on_change.write("rules/quiet.yaml", QUIET.replace("day", "dya"))
        await running.tick(2)
        assert running.notices() == []
        monkeypatch.undo()
        await running.tick()
        assert "quiet/day" in running.rules()
        assert len(running.notices()) == 1

    serve(on_change, scenario)


# ── on_apply ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_with_on_apply_files_wait_and_it_is_logged_once(on_apply: Folder) -> None:
    async def scenario(running: Running) -> None:
        with capture_logs() as logs:
            on_apply.write("rules/quiet.yaml", QUIET)
            await running.tick(6)
            os.utime(on_apply.write("rules/quiet.yaml", QUIET), (1, 1))  # saved again, nothing typed
            await running.tick(6)
            on_apply.write("rules/quiet.yaml", "not: [a rule file")
            await running.tick(6)
            (on_apply.path / "rules" / "quiet.yaml").unlink()
            await running.tick(6)
        assert [line["event"] for line in logs] == [NOT_IN_FORCE] * 2, "once for each state that is not in force"
        assert running.rules() == ["data-centers/firm-and-place"]
        assert running.notices() == []
        assert running.causes() == ["start"]

    serve(on_apply, scenario)


def test_with_on_apply_a_restart_takes_what_is_in_force(on_apply: Folder) -> None:
    async def nothing(_: Running) -> None:
        return

    async def still_old(running: Running) -> None:
        assert running.rules() == ["data-centers/firm-and-place"]
        with capture_logs() as logs:
            await running.tick()
        assert [line["event"] for line in logs] == [NOT_IN_FORCE], "said at the first look after a start"
        command(
            running, edited(on_apply, {"data-centers.yaml": RULES, "quiet.yaml": QUIET}), RulesCause.APPLY, write=False
        )
        await running.tick(1)
        assert running.rules() == ["data-centers/firm-and-place", "quiet/day"]
        assert len(running.notices()) == 1
        await running.tick()
        assert len(running.notices()) == 1

    serve(on_apply, nothing)
    on_apply.write("rules/quiet.yaml", QUIET)
    serve(on_apply, still_old)


def test_with_on_apply_settings_are_taken_at_once_the_mode_among_them(on_apply: Folder) -> None:
    async def scenario(running: Running) -> None:
        on_apply.write("rules/quiet.yaml", QUIET)
        on_apply.configure(rules={"reload": "on_apply"}, timezone="Europe/Berlin")
        await running.tick()
        assert running.app.settings.config.timezone == "Europe/Berlin"
        assert running.rules() == ["data-centers/firm-and-place"]
        on_apply.configure(rules={"reload": "on_change"})
        await running.tick()
        assert running.rules() == ["data-centers/firm-and-place", "quiet/day"]

    serve(on_apply, scenario)


# ── commands beside the service ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", ["on_change", "on_apply"])
def test_what_commands_put_in_force_is_followed_without_a_fight(folder: Folder, mode: str) -> None:
    """A, then B by `apply --rules`, then A again by `restore`: each is told once, and then there is peace."""
    folder.configure(rules={"reload": mode})

    async def scenario(running: Running) -> None:
        first = running.app.candidate.rules
        second = edited(folder, {"data-centers.yaml": RULES + "# edited\n", "quiet.yaml": QUIET})
        command(running, second, RulesCause.APPLY, write=True)
        await running.tick(1)
        assert running.app.candidate.rules.version == second.version
        command(running, first, RulesCause.RESTORE, write=True)
        await running.tick(6)
        assert running.app.candidate.rules.version == first.version
        assert [notice.splitlines()[0].partition(" (")[0] for notice in running.notices()] == [
            "new rules are in force, by 'rackwatch rules apply'",
            "new rules are in force, by 'rackwatch rules restore'",
        ]
        history = running.store.rule_sets.history(limit=10)
        assert [change.version for change in history] == [first.version, second.version, first.version]
        assert running.causes() == ["start", "apply", "restore"]
        assert read_folder(folder.path / "rules").rules.version == first.version
        assert (folder.path / "rules" / "quiet.yaml.bak").read_text() == QUIET

    serve(folder, scenario)


def test_a_command_that_is_faster_than_a_reload_wins(on_change: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(running: Running) -> None:
        theirs = edited(on_change, {"data-centers.yaml": RULES, "other.yaml": QUIET.replace("quiet", "other")})
        load = Reloader._load  # noqa: SLF001 - the moment in question lies inside

        def load_while_applied(self: Reloader) -> Any:
            loaded = load(self)
            monkeypatch.undo()
            command(running, theirs, RulesCause.APPLY, write=False)
            return loaded

        monkeypatch.setattr(Reloader, "_load", load_while_applied)
        on_change.write("rules/quiet.yaml", QUIET)
        await running.tick(2)
        assert running.rules() == ["data-centers/firm-and-place"], "nothing was taken on an old footing"
        await running.tick(1)
        assert running.causes() == ["start", "apply", "reload"], "first what they applied, then what the folder says"
        assert len(running.notices()) == 2

    serve(on_change, scenario)


def test_the_folder_is_left_alone_while_a_command_writes_it(on_change: Folder) -> None:
    async def scenario(running: Running) -> None:
        with running.store.rule_sets.changing_folder():
            on_change.write("rules/quiet.yaml", QUIET)
            await running.tick(5)
            assert running.rules() == ["data-centers/firm-and-place"]
        await running.tick(3)
        assert "quiet/day" in running.rules()

    serve(on_change, scenario)


# ── killed, refused, full ────────────────────────────────────────────────────────────────────────────────────────


class Killed(BaseException):
    """The process ends here."""


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


@pytest.fixture
def killed_after_the_commit(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def put(self: Staged) -> None:
        target, temporary = next(iter(self.written.items()))
        temporary.replace(target)  # one file of two
        raise Killed

    monkeypatch.setattr(Staged, "put", put)
    return monkeypatch


@pytest.mark.parametrize("restart", [True, False], ids=["at the next start", "by the running service"])
@pytest.mark.parametrize("mode", ["on_change", "on_apply"])
def test_what_a_killed_command_left_is_finished(
    folder: Folder, killed_after_the_commit: pytest.MonkeyPatch, mode: str, restart: bool
) -> None:
    folder.configure(rules={"reload": mode})
    files = {"data-centers.yaml": RULES + "# edited\n", "quiet.yaml": QUIET}

    async def killed(running: Running) -> None:
        with pytest.raises(Killed):
            command(running, edited(folder, files), RulesCause.APPLY, write=True)
        killed_after_the_commit.undo()
        if not restart:
            await finished(running)

    async def finished(running: Running) -> None:
        await running.tick(4)
        assert {name: text for name, text in contents(folder.path / "rules").items() if name in files} == files
        assert running.rules() == ["data-centers/firm-and-place", "quiet/day"]
        assert running.causes() == ["start", "apply"]
        mark = running.store.rule_sets.mark()
        assert mark is not None
        assert mark.in_folder
        assert len(running.notices()) == (0 if restart else 1)

    serve(folder, killed)
    if restart:
        serve(folder, finished)


def test_where_the_database_refuses_no_file_has_changed(on_change: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(running: Running) -> None:
        before = contents(on_change.path / "rules")

        def full(*_: Any, **__: Any) -> None:
            raise DatabaseFull("the disk is full")

        monkeypatch.setattr("bot.rulesets.put.put_in_force", full)
        with pytest.raises(DatabaseFull):
            command(running, edited(on_change, {"quiet.yaml": QUIET}), RulesCause.APPLY, write=True)
        assert contents(on_change.path / "rules") == before

    serve(on_change, scenario)


def test_where_a_file_cannot_be_replaced_all_is_taken_back(on_change: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(running: Running) -> None:
        before, mark = contents(on_change.path / "rules"), running.store.rule_sets.mark()
        put = Staged.put

        def fails_at_the_end(self: Staged) -> None:
            put(self)
            raise PermissionError(1, "Operation not permitted", "quiet.yaml")

        monkeypatch.setattr(Staged, "put", fails_at_the_end)
        with pytest.raises(Refused, match=r"cannot write quiet\.yaml: Operation not permitted; nothing was changed"):
            command(running, edited(on_change, {"a.yaml": RULES, "quiet.yaml": QUIET}), RulesCause.APPLY, write=True)
        assert contents(on_change.path / "rules") == before
        assert running.store.rule_sets.mark() == mark
        await running.tick()
        assert running.notices() == []
        assert running.causes() == ["start"]

    serve(on_change, scenario)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said_before_anything_happens(on_change: Folder) -> None:
    async def scenario(running: Running) -> None:
        (on_change.path / "rules").chmod(0o555)
        try:
            with pytest.raises(Refused, match="nothing was changed"):
                command(running, edited(on_change, {"quiet.yaml": QUIET}), RulesCause.APPLY, write=True)
        finally:
            (on_change.path / "rules").chmod(0o755)
        assert running.causes() == ["start"]

    serve(on_change, scenario)


def test_line_ends_and_modes_stay_as_their_owner_has_them(on_change: Folder) -> None:
    async def scenario(running: Running) -> None:
        file = on_change.path / "rules" / "data-centers.yaml"
        file.write_bytes(RULES.replace("\n", "\r\n").encode())
        file.chmod(0o640)
        rules = edited(on_change, {"data-centers.yaml": RULES + "# edited\n"})
        command(running, rules, RulesCause.APPLY, write=True)
        assert file.read_bytes() == (RULES + "# edited\n").replace("\n", "\r\n").encode()
        assert file.stat().st_mode & 0o777 == 0o640
        assert read_folder(on_change.path / "rules").rules.version == rules.version
        assert not finish_folder(running.store, on_change.path / "rules")

    serve(on_change, scenario)


def test_a_stop_does_not_wait_for_rules_that_are_being_loaded(
    on_change: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    def load_for_long(_: Reloader) -> None:
        released.wait(20)

    monkeypatch.setattr(Reloader, "_load", load_for_long)

    async def scenario(running: Running) -> None:
        running.reloader.request()
        for _ in range(3):
            await running.reloader.tick()
            await asyncio.sleep(0.1)
        running.reloader.close()

    started = time.monotonic()
    serve(on_change, scenario)
    assert time.monotonic() - started < 10
    released.set()


# ── many rules; the real thing ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_ten_thousand_rules_do_not_stall_the_service(on_change: Folder) -> None:
    """While they are loaded, tested and compared, the event loop goes on (measured: 0.2 s at most, 5 ms mostly)."""
    many = "".join(
        f'  - name: r{n}\n    when: \'"alpha{n}" near "beta{n}"\'\n    tests: {{alert: [alpha{n} and beta{n}]}}\n'
        for n in range(10_000)
    )
    lags: list[float] = []

    async def scenario(running: Running) -> None:
        async def watch() -> None:
            while True:
                before = time.monotonic()
                await asyncio.sleep(0.01)
                lags.append(time.monotonic() - before - 0.01)

        watching = asyncio.create_task(watch())
        on_change.write("rules/many.yaml", f"watch: many\nrules:\n{many}")
        await running.tick()
        watching.cancel()
        assert len(running.rules()) == 10_001
        assert len(running.notices()) == 1

    serve(on_change, scenario)
    assert max(lags) < 1.0
    assert sorted(lags)[len(lags) // 2] < 0.05


@pytest.mark.slow
def test_apply_beside_a_running_service_is_in_force_within_seconds_and_told_once(
    folder: Folder, feeds: FeedServer, bot_api: BotApi
) -> None:
    feeds.publish("/a.xml", Reply(body=rss({"guid": "0", "title": "A day"}).encode()))
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.configure(
        sources=[{"key": "a", "url": feeds.url("/a.xml"), "language": "en"}],
        telegram={"base_url": bot_api.server.base_url, "timeout": "3s"},
        chats={"team": {"id": str(CHAT)}},
        rules={"reload": "on_apply"},
    )

    def texts() -> list[str]:
        return [str(message["text"]) for message in bot_api.messages()]

    with folder.service() as service:
        service.wait_for_log("polled")
        folder.write("rules/quiet.yaml", QUIET)
        service.wait_for_log(NOT_IN_FORCE)
        done = folder.run("rules", "apply", "--yes")
        assert f"the service (process {service.process.pid}) follows" in done.stdout
        (notice,) = service.wait_for(texts, "the notice", deadline=10)
        assert "by 'rackwatch rules apply'" in notice
        feeds.publish("/a.xml", Reply(body=rss({"guid": "1", "title": "A quiet day"}).encode()))
        service.wait_for(lambda: len(texts()) == 2, "an alert by the new rule")
        service.stop()
    assert "quiet/day" in texts()[1]
