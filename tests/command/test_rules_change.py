"""`rackwatch rules backtest | plan | apply | history | restore`, in this process, over an archive made in it."""

from __future__ import annotations

import json
import logging
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.run_command import run_command
from bot.rulesets.first import first_rules
from bot.settings import load_settings
from storage import migrate, open_store
from tests.archives import NOW, Article, Press
from tests.world import COMMAND, RULES, Folder

FIRE = "watch: fires\nrules:\n  - name: fire\n    when: '\"fire\"'\n    tests: {alert: [A fire]}\n"


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Rackwatch = Callable[..., Done]


@pytest.fixture
def rackwatch(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Rackwatch]:
    """The command on the folder, without a process of its own; the exit code asked for is checked."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(folder.path)

    def run(*arguments: str, code: int = 0) -> Done:
        monkeypatch.setattr(sys, "argv", ["rackwatch", "-C", str(folder.path), *arguments])
        capsys.readouterr()
        found = run_command()
        said = capsys.readouterr()
        assert found == code, said.out + said.err
        return Done(found, said.out, said.err)

    yield run
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a month of articles, judged by its rules."""
    folder = Folder(path=tmp_path_factory.mktemp("made") / "watch")
    folder.write("rules/data-centers.yaml", RULES)
    folder.configure(sources=[{"key": key, "url": f"https://{key}.example/"} for key in "abc"])
    settings = load_settings(folder.path, environment={})
    with open_store(settings.storage_url) as store:
        migrate.upgrade(store.database, now=NOW)
        rules = first_rules(store, settings, now=NOW - timedelta(days=40)).candidate.rules
        press = Press(store=store, rules=rules)
        press.open(baseline=("c",))
        press.publish(
            Article(source="c", title="Tesla data center in Buffalo, an old story", days=20, dated=False),
            Article(source="a", title="Tesla opens a data center in Sacramento", days=16),
            Article(source="b", title="Tesla data center in Sacramento opens", days=15.9),
            Article(source="a", title="Fire at a warehouse in Rotterdam", days=9),
            Article(source="c", title="Tesla plans yet one more data center in Reno", days=2),
        )
    return folder.path


@pytest.fixture
def watched(folder: Folder, made_once: Path) -> Folder:
    """A copy of it for a test of its own."""
    shutil.copytree(made_once, folder.path, dirs_exist_ok=True)
    return folder


def copy_of(folder: Folder, name: str = "edited", **files: str) -> Path:
    """An edited copy of the rules folder beside it."""
    copy = folder.path / name
    copy.mkdir()
    for file in (folder.path / "rules").glob("*.yaml"):
        (copy / file.name).write_text(file.read_text())
    for file_name, text in files.items():
        (copy / f"{file_name}.yaml").write_text(text)
    return copy


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


# ── backtest ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_backtest_shows_weeks_examples_and_totals(watched: Folder, rackwatch: Rackwatch) -> None:
    copy_of(watched, fires=FIRE, ice=FIRE.replace("fire", "ice"))
    shown = rackwatch("rules", "backtest", "--rules", "edited").out
    assert "Alerts by week" in shown
    assert "█" in shown
    assert "  firm-and-place " in shown
    assert "data-centers/firm-and-place  2 alerts\n" in shown
    assert "Alpha  Tesla opens a data center in Sacramento\n    Tesla near data center\n" in shown
    assert "(first look: no alert)" in shown
    assert "Never alerted\n  ices/ice\n" in shown
    assert "3 alerts in 90 days: 3 rules, 5 entries, 5 matched" in shown
    assert "1 more story matched at the first look" in shown


def test_backtest_as_json_of_one_rule_and_period(watched: Folder, rackwatch: Rackwatch) -> None:
    copy_of(watched, fires=FIRE)
    found = rackwatch("rules", "backtest", "--rules", "edited", "--rule", "fire", "--since", "10d", "--json").json()
    assert [(rule["rule"], rule["alerts"]) for rule in found["rules"]] == [("fires/fire", 1)]
    (alert,) = found["alerts"]
    assert (alert["title"], alert["publisher"]) == ("Fire at a warehouse in Rotterdam", "Alpha")
    assert alert["rules"] == [{"rule": "fires/fire", "reason": "Fire"}]
    assert (found["entries"], sum(found["weeks"].values())) == (2, 1)
    refused = rackwatch("rules", "backtest", "--rule", "firm-and-plaice", code=1)
    assert "no rule is named 'firm-and-plaice'; did you mean" in refused.err


def test_backtest_without_an_archive_says_what_to_do(folder: Folder, rackwatch: Rackwatch) -> None:
    folder.configure()
    assert rackwatch("rules", "backtest").out.startswith("the archive is empty: 'rackwatch poll'")
    assert rackwatch("rules", "backtest", "--json").json()["alerts"] == []
    assert not (folder.path / "rackwatch.db").exists()


def test_backtest_in_a_terminal_without_blocks(watched: Folder) -> None:
    done = subprocess.run(
        [*COMMAND, "-C", str(watched.path), "rules", "backtest"],
        env=watched.env() | {"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
    )
    assert b"##" in done.stdout
    assert b"?" not in done.stdout


# ── plan ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_plan_shows_rules_and_alerts_and_changes_nothing(watched: Folder, rackwatch: Rackwatch) -> None:
    copy_of(watched, fires=FIRE)
    (watched.path / "edited" / "data-centers.yaml").write_text(RULES.replace("firm near place", "firm near/2 place"))
    before = contents(watched.path / "rules"), (watched.path / "rackwatch.db").read_bytes()
    shown = rackwatch("rules", "plan", "--rules", "edited", code=1).out
    assert "Problems: 'rackwatch rules apply' would refuse these files" in shown
    assert "edited/data-centers.yaml:11:15: expected an alert of data-centers/firm-and-place" in shown
    (watched.path / "edited" / "data-centers.yaml").write_text(
        RULES.replace("firm near place", "title:(firm near/3 place)")
    )
    shown = rackwatch("rules", "plan", "--rules", "edited").out
    assert '  + fires/fire  in 1 alert\n      when      "fire"' in shown
    assert "      when      − firm near place\n                + title:(firm near/3 place)\n" in shown
    assert "  fires/fire\n    + 20" in shown
    assert "Alpha  Fire at a warehouse in Rotterdam\n      Fire\n" in shown
    assert "Gamma  Tesla plans yet one more data center in Reno\n      was: Tesla near data center; now: " in shown
    assert "Plan: 1 rule changed, 1 rule added; +1 −1 alerts in 30 days\n" in shown
    assert shown.endswith("To put them in force: rackwatch rules apply --rules edited\n")
    assert (contents(watched.path / "rules"), (watched.path / "rackwatch.db").read_bytes()) == before


def test_plan_as_json_is_one_document(watched: Folder, rackwatch: Rackwatch) -> None:
    copy_of(watched, fires=FIRE)
    plan = rackwatch("rules", "plan", "--rules", "edited", "--json").json()
    assert plan["summary"] == "Plan: 1 rule added; +1 −0 alerts in 30 days"
    assert plan["counts"] == {
        "rules_added": 1, "rules_changed": 0, "rules_removed": 0, "alerts_added": 1, "alerts_removed": 0,
    }  # fmt: skip
    assert plan["in_force"]["rules"] == 1
    (alert,) = plan["alerts"]
    assert {"change": "added", "rule": "fires/fire", "reason": "Fire", "publisher": "Alpha"}.items() <= alert.items()
    assert plan["rules"][0]["details"][0] == {"what": "when", "removed": [], "added": ['"fire"'], "group": ""}


def test_plan_of_the_folder_itself(watched: Folder, rackwatch: Rackwatch) -> None:
    assert "Plan: no rule changed; +0 −0 alerts in 30 days" in rackwatch("rules", "plan").out
    watched.write("rules/data-centers.yaml", RULES.replace("[Tesla]", "[Tesla, Fire, Warehouse]"))
    shown = rackwatch("rules", "plan", "--since", "12d").out
    assert "      terms     firm  + Fire, Warehouse\n" in shown
    assert "in 12 days" in shown
    assert "--since: 'soon' is not a duration" in rackwatch("rules", "plan", "--since", "soon", code=1).err


def test_plan_of_wrong_files_says_every_mistake(watched: Folder, rackwatch: Rackwatch) -> None:
    copy_of(watched, fires=FIRE.replace("when", "whne"))
    refused = rackwatch("rules", "plan", "--rules", "edited", code=1)
    assert refused.out == ""
    assert "edited/fires.yaml:4:5: unknown key 'whne' (did you mean 'when'?)" in refused.err
    assert "there is no folder here" in rackwatch("rules", "plan", "--rules", "nowhere", code=1).err


def test_plan_before_the_first_run_compares_with_nothing(folder: Folder, rackwatch: Rackwatch) -> None:
    folder.configure()
    shown = rackwatch("rules", "plan").out
    assert "in force  no rules yet: compared with nothing" in shown
    assert "Plan: 1 rule added; +0 −0 alerts in 30 days" in shown
    assert rackwatch("rules", "plan", "--json").json()["in_force"] is None
    assert not (folder.path / "rackwatch.db").exists()


def test_plan_of_a_git_branch(watched: Folder, rackwatch: Rackwatch) -> None:
    refused = rackwatch("rules", "plan", "--git", "main", code=1)
    assert "lies in no git repository" in refused.err

    def git(*arguments: str) -> None:
        names = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")
        subprocess.run(["git", *names, *arguments], cwd=watched.path, check=True, capture_output=True)

    git("init")
    watched.write("rules/more/fires.yaml", FIRE)
    watched.write("rules/.hidden.yaml", "not: a rule file")
    git("add", "rules")
    git("commit", "-m", "Fires")
    (watched.path / "rules" / "more" / "fires.yaml").unlink()
    plan = rackwatch("rules", "plan", "--git", "main", "--json").json()
    assert plan["files"]["from"] == "main:rules"
    assert [(rule["change"], rule["rule"]) for rule in plan["rules"]] == [("added", "fires/fire")]
    assert [alert["title"] for alert in plan["alerts"]] == ["Fire at a warehouse in Rotterdam"]
    for reference in ("mian", "--output=x"):
        assert "git knows no branch, tag or commit" in rackwatch("rules", "plan", f"--git={reference}", code=1).err
    watched.write("rules/data-centers.yaml", RULES.replace("firm near", "frim near"))
    git("commit", "-am", "Broken")
    assert "main:rules/data-centers.yaml:8:11: unknown" in rackwatch("rules", "plan", "--git", "main", code=1).err
    assert "give one of them" in rackwatch("rules", "plan", "--git", "main", "--rules", "rules", code=1).err


# ── apply, history, restore ──────────────────────────────────────────────────────────────────────────────────────


def test_apply_makes_the_folder_the_same_and_restore_brings_it_back(watched: Folder, rackwatch: Rackwatch) -> None:
    first = rackwatch("rules", "history", "--json").json()[0]["version"]
    copy = copy_of(watched, fires=FIRE)
    (copy / "data-centers.yaml").unlink()
    applied = rackwatch("rules", "apply", "--rules", "edited", "--yes").out
    assert "Plan: 1 rule added, 1 rule removed; +1 −2 alerts in 30 days" in applied
    assert "rules: 2 files changed; what was there is kept as *.bak" in applied
    assert contents(watched.path / "rules") == {"data-centers.yaml.bak": RULES, "fires.yaml": FIRE}
    assert rackwatch("rules", "apply", "--yes").out.startswith("in force already: version ")
    restored = rackwatch("rules", "restore", first[:5], "--yes").out
    assert f"in force: version {first}" in restored
    assert contents(watched.path / "rules") == {
        "data-centers.yaml": RULES, "data-centers.yaml.bak": RULES, "fires.yaml.bak": FIRE,
    }  # fmt: skip
    history = rackwatch("rules", "history", "--json").json()
    assert [(change["cause"], change["current"]) for change in history] == [
        ("restore", True), ("apply", False), ("start", False),
    ]  # fmt: skip
    assert [change["version"] == first for change in history] == [True, False, True]
    shown = rackwatch("rules", "history").out.splitlines()
    assert shown[0].startswith(f"● {first}  ")
    assert "restore      1 rule   +1 −1 ~0 in force" in shown[0]
    assert shown[1] == "    +data-centers/firm-and-place, −fires/fire"


def test_apply_without_rules_puts_the_folder_in_force(watched: Folder, rackwatch: Rackwatch) -> None:
    watched.write("rules/fires.yaml", FIRE)
    assert "Plan: 1 rule added" in rackwatch("rules", "apply", "--yes").out
    assert rackwatch("rules", "plan").out.endswith("Plan: no rule changed; +0 −0 alerts in 30 days\n")
    assert not list((watched.path / "rules").glob("*.bak"))


def test_restoring_what_is_in_force_drops_edits_of_the_folder(watched: Folder, rackwatch: Rackwatch) -> None:
    (current,) = rackwatch("rules", "history", "--json").json()
    watched.write("rules/data-centers.yaml", "half a thought: [")
    watched.write("rules/fires.yaml", FIRE)
    assert "Plan: no rule changed" in rackwatch("rules", "restore", current["version"], "--yes").out
    assert {path.name for path in (watched.path / "rules").glob("*.yaml")} == {"data-centers.yaml"}
    assert (watched.path / "rules" / "data-centers.yaml").read_text() == RULES
    assert rackwatch("rules", "history", "--json").json() == [current]


# What is asked, and what is said; nothing may have changed.
REFUSED = [
    (["apply"], "there is nobody to ask: look at 'rackwatch rules plan', then say --yes"),
    (["apply", "--rules", "failing", "--yes"], "failing/fires.yaml:5:21: expected an alert of fires/fire"),
    (["apply", "--rules", "rules/inner", "--yes"], "lies inside the rules folder"),
    (["apply", "--rules", "nowhere", "--yes"], "there is no folder here"),
    (["restore", "zzzz", "--yes"], "no version 'zzzz'; see 'rackwatch rules history'"),
    (["restore", "1", "--yes"], "write at least 4 letters of the version"),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSED, ids=[" ".join(arguments) for arguments, _ in REFUSED])
def test_what_apply_and_restore_refuse(
    watched: Folder, rackwatch: Rackwatch, arguments: list[str], message: str
) -> None:
    watched.write("rules/inner/fires.yaml", FIRE)
    copy_of(watched, "failing", fires=FIRE.replace("[A fire]", "[A flame]"))
    before = sorted(path for path in watched.path.rglob("*.yaml*"))
    refused = rackwatch("rules", *arguments, code=1)
    assert message in refused.err
    assert sorted(path for path in watched.path.rglob("*.yaml*")) == before
    assert [change["cause"] for change in rackwatch("rules", "history", "--json").json()] == ["start"]


def test_before_the_first_run_there_is_nothing_to_restore(folder: Folder, rackwatch: Rackwatch) -> None:
    folder.configure()
    for arguments in (["history"], ["restore", "abcd"], ["apply", "--yes"]):
        assert "no database yet" in rackwatch("rules", *arguments, code=1).err


def test_in_a_terminal_apply_shows_the_plan_and_asks(watched: Folder) -> None:
    watched.write("rules/fires.yaml", FIRE)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "-C", str(watched.path), "rules", "apply"],
        env=watched.env() | {"COLUMNS": "80", "TERM": "xterm"},
        stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    said = b""
    while b"Put them in force? [y/N]" not in said:
        said += os.read(ours, 4096)
    assert b"Plan: 1 rule added; +1 " in said
    os.write(ours, b"y\n")
    assert process.wait(20) == 0
    os.close(ours)
    assert causes(watched) == ["apply", "start"]


def test_a_no_changes_nothing(watched: Folder, rackwatch: Rackwatch, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.write("rules/fires.yaml", FIRE)
    monkeypatch.setattr("bot.cli.rules.putting.someone_is_there", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda _: False)
    assert "nothing was changed" in rackwatch("rules", "apply", code=1).err
    assert causes(watched) == ["start"]


def causes(folder: Folder) -> list[str]:
    with open_store(f"sqlite:///{folder.path / 'rackwatch.db'}") as store:
        return [change.cause.value for change in store.rule_sets.history(limit=9)]


def test_backtest_and_plan_count_publishers_by_the_folders_own_table(watched: Folder, rackwatch: Rackwatch) -> None:
    two = RULES.replace("    priority: high\n", "    priority: high\n    notify: {after_publishers: 2}\n")
    watched.write("edited/data-centers.yaml", two)

    def told() -> tuple[list[str], list[str]]:
        found = rackwatch("rules", "backtest", "--rules", "edited", "--json").json()
        lost = rackwatch("rules", "plan", "--rules", "edited", "--json").json()
        return [one["title"] for one in found["alerts"]], [one["title"] for one in lost["alerts"]]

    reno, sacramento = "Tesla plans yet one more data center in Reno", "Tesla opens a data center in Sacramento"
    assert told() == (["Tesla data center in Sacramento opens"], [reno])
    watched.write(
        "publishers.yaml", "owners:\n  town:\n    outlets:\n      a.example: [Alpha]\n      b.example: [Beta]\n"
    )
    assert told() == ([], [sacramento, reno])
