"""The service is killed at the worst moments, and every message arrives; a repeat says that it may be one.

The 200-kill run is slow; by hand: `python -m tests.kills.harness --kills 200 --seed 1`.
"""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.kills import plan
from tests.kills.harness import kill_run, main, table
from tests.kills.judge import DatabaseFacts, Expected, Send, Verdict, judge
from tests.kills.plan import Kind
from tests.kills.stage import Stage

EVERYDAY_KILLS = 4
"""One of each kind; each costs three seconds."""
SABOTAGED_KILLS = 3


def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    report = kill_run(tmp_path, kills=EVERYDAY_KILLS, seed=2)
    assert not report.failures, table(report)
    assert report.verdict.arrived == report.verdict.expected > 0
    assert report.verdict.marked > 0, "no kill led to a repeat, so the run says nothing about marks"


@pytest.mark.slow
def test_two_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    report = kill_run(tmp_path, kills=200, seed=1)
    assert not report.failures, table(report)


@pytest.mark.slow
def test_a_run_without_the_mark_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--kills", str(SABOTAGED_KILLS), "--seed", "3", "--sabotage", "mark"]) == 1
    assert "repeated without the mark: " in capsys.readouterr().out


@pytest.mark.slow
def test_a_run_that_never_commits_sending_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--kills", str(SABOTAGED_KILLS), "--seed", "3", "--sabotage", "sending", "--json"]) == 1
    failures = json.loads(capsys.readouterr().out)["failures"]
    assert any(failure.startswith("repeated without the mark") for failure in failures), failures
    assert any(failure.startswith("too few kills while an answer is held: 0") for failure in failures), failures


# ── the parts of the harness ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("when", "in_transaction"), [("before", True), ("after", False)])
def test_a_kill_point_lies_on_its_side_of_the_commit(tmp_path: Path, when: str, in_transaction: bool) -> None:
    """Killed at the very first commit, the migration's: before it there is no table, after it there are all."""
    with Stage(tmp_path, sabotage=None) as stage:
        assert stage.start(kill=f"{when}:_run:1").process.wait(60) == -9, stage.log_tail()
        evidence = json.loads(stage.evidence.read_text(encoding="utf-8"))
        with closing(sqlite3.connect(stage.database)) as connection:
            tables = connection.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").fetchone()[0]
    assert evidence == {"transaction": "_run", "in_transaction": in_transaction}
    assert (tables == 0) == (when == "before")


@pytest.mark.parametrize("seed", range(5))
def test_the_long_plan_has_kills_to_spare_for_every_window(seed: int) -> None:
    planned = [*plan.opening(200), *plan.everyday(200, random.Random(seed))]
    assert len(planned) == 200
    for kind in (Kind.SENDING, Kind.BEFORE, Kind.AFTER):
        assert sum(kill.kind is kind for kill in planned) > plan.required(kind, 200)
    assert [plan.required(kind, 200) for kind in (Kind.SENDING, Kind.BEFORE, Kind.AFTER)] == [50, 40, 40]


STORIES = [
    Expected(word="Brumel", chats=frozenset({1, 2}), publishers=frozenset({"Anvil"})),
    Expected(word="Tovriz", chats=frozenset({1}), publishers=frozenset({"Anvil", "Beacon"})),
]
SOUND = DatabaseFacts(integrity="ok", unsettled=(), dead=(), alerts=3)


def send(at: float, chat: int, alert: int | None, word: str | None, text: str = "Anvil", **more: bool) -> Send:
    flags = {"edit": False, "marked": False, "hidden": False, **more}
    return Send(at=at, chat=chat, alert=alert, word=word, text=text, **flags)


GOOD = [
    send(1, 1, 1, "Brumel", hidden=True),
    send(2, 2, 2, "Brumel"),
    send(3, 1, 1, "Brumel", marked=True),
    send(5, 1, 3, "Tovriz"),
    send(7, 1, 3, "Tovriz", marked=True),
    send(8, 1, 3, "Tovriz", "Anvil, Beacon", edit=True),
]
KILLS = [6.0]


def test_the_judge_finds_nothing_where_nothing_is_wrong() -> None:
    verdict = judge(GOOD, STORIES, KILLS, SOUND)
    assert verdict.failures == []
    assert (verdict.expected, verdict.arrived, verdict.marked, verdict.edits) == (3, 3, 2, 1)


@pytest.mark.parametrize(
    ("sends", "kills", "database", "complaint"),
    [
        (GOOD[:1] + GOOD[2:], KILLS, SOUND, "lost: Brumel in chat 2"),
        ([*GOOD[:4], replace(GOOD[4], marked=False), GOOD[5]], KILLS, SOUND, "without the mark: Tovriz in chat 1"),
        (GOOD, [], SOUND, "although nothing was unknown: Tovriz in chat 1"),
        ([*GOOD, send(9, 2, 4, "Brumel", marked=True)], [8.5], SOUND, "under two alert ids: Brumel in chat 2: A2, A4"),
        ([GOOD[3], *GOOD[:3], *GOOD[4:]], KILLS, SOUND, "out of order: A1 after A3 in chat 1"),
        ([*GOOD, send(9, 2, 3, "Tovriz")], KILLS, SOUND, "sent although nobody asked for it: chat 2"),
        ([*GOOD, send(9, 1, 4, None)], KILLS, SOUND, "sent although nobody asked for it: chat 1"),
        ([*GOOD, send(9, 1, None, "Brumel")], KILLS, SOUND, "sent although nobody asked for it: chat 1"),
        (GOOD[:5], KILLS, SOUND, "never shown with all its publishers: Tovriz in chat 1 (A3): Beacon"),
        (GOOD, KILLS, replace(SOUND, integrity="row 1 missing"), "database: integrity_check: row 1 missing"),
        (GOOD, KILLS, replace(SOUND, unsettled=("message A1: sending",)), "database: not settled: message A1"),
        (GOOD, KILLS, replace(SOUND, dead=("message A1",)), "database: dead: message A1"),
        (GOOD, KILLS, replace(SOUND, alerts=4), "database: 4 alerts where 3 were expected"),
    ],
)
def test_the_judge_finds(sends: list[Send], kills: list[float], database: DatabaseFacts, complaint: str) -> None:
    verdict: Verdict = judge(sends, STORIES, kills, database)
    assert any(complaint in failure for failure in verdict.failures), verdict.failures
