"""The kill run: `python -m tests.kills.harness --kills 200 --seed 1 [--sabotage mark|sending] [--json]`.

Publish news, start the service, kill it at the planned moment, start it again, and so on; at the end let it work
undisturbed, stop it, and judge by what the servers saw. Exit code 0 only if every promise of "Delivery without loss"
was kept *and* enough kills hit the window that they were meant for; a run that proves nothing fails.

    plan.py     which kill comes when            stage.py   the servers, the folder, the service's processes
    news.py     what is published                wreck.py   what the database says after a kill
    judge.py    what must be true at the end     service_under_test.py   the service with its kill point
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.kills import plan, wreck
from tests.kills.judge import Expected, Verdict, judge, read_sends
from tests.kills.news import FEEDS, NewsDesk, Story
from tests.kills.plan import Kill, Kind
from tests.kills.stage import CHATS, END_DEADLINE, FOLLOWS, Life, Stage, wait_for

WINDOW_DEADLINE = 20.0
"""Seconds until a planned kill counts as missed; on two busy cores a poll is sent after 3 to 6."""

BASELINE_DEADLINE = 60.0
QUIET_DEADLINE = 60.0
QUIET_PER_ROW = 2.0
"""Seconds for the undisturbed end, and more for each waiting row: one message a second leaves in each chat."""

RANDOM_SPAN = 3.0
"""Seconds of life in which a random kill falls: start-up, the first poll and the first messages."""

LONG_SPAN = 6.0
BACKLOG = 8
"""Waiting rows from which on a random kill gives the service LONG_SPAN."""

CONFIRMED = 0.35
"""Share of the rounds in which a second publisher reports a story, preferably one that was told: that is an edit."""

RECENT = 20
"""Requests and stories looked at for that; older stories would leave the feeds."""

ROWS_A_STEP = 4
MOST_STEPS = 2
"""For every so many waiting rows one more message may leave before the kill, so that the end does not take minutes."""

PATIENT_ATTEMPTS = 2
"""Attempts of a waiting row up to which a fault is used: the back-off doubles with each, and the run would wait."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What happened to the kills."""

    planned: Counter[Kind] = field(default_factory=Counter)
    hit: Counter[Kind] = field(default_factory=Counter)
    commits: Counter[str] = field(default_factory=Counter)
    edits_held: int = 0
    times: list[float] = field(default_factory=list)
    accidents: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole result; `failures` is empty when all is well."""

    kills: int
    tally: Tally
    verdict: Verdict
    stories: int
    articles: int
    polls: int
    requests: int
    faults: Counter[str]
    surprises: Counter[str]
    stop_seconds: float
    seconds: float
    failures: list[str]


class KillRun:
    """One run on one stage."""

    def __init__(self, stage: Stage, *, kills: int, seed: int) -> None:
        self._stage = stage
        self._kills = kills
        self._dice = random.Random(seed)
        self._desk = NewsDesk(self._dice)
        self._tally = Tally()
        self._standing = wreck.NOTHING

    def run(self) -> Report:
        """All kills, the quiet end, the judgement."""
        started = time.monotonic()
        self._desk.baseline()
        self._stage.publish(self._desk)
        for kill in plan.opening(self._kills):
            self._one(kill)
        self._baseline()
        planned = plan.everyday(self._kills, self._dice)
        while planned:
            self._write_news()
            self._one(plan.take_next(planned, something_sending=self._standing.sending > 0))
        stop_seconds = self._quiet_end()
        expected = [_expected(story) for story in self._desk.stories]
        ledger = self._stage.ledger()
        database = wreck.at_the_end(self._stage.database)
        verdict = judge(read_sends(ledger, expected), expected, self._tally.times, database)
        return Report(
            kills=self._kills,
            tally=self._tally,
            verdict=verdict,
            stories=len(expected),
            articles=self._desk.published,
            polls=len(self._stage.feeds.get("/control/ledger")),
            requests=len(ledger),
            surprises=self._stage.surprises(),
            faults=Counter(line["fault"] for line in ledger if line["fault"]),
            stop_seconds=stop_seconds,
            seconds=time.monotonic() - started,
            failures=[*verdict.failures, *self._tally.accidents, *self._missing_hits(), *self._stage.complaints()],
        )

    # ── news ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _write_news(self) -> None:
        """At least one new story; now and then a second voice for an older one, and what no rule asks for."""
        self._desk.story()
        if self._dice.random() < CONFIRMED:
            told = " ".join(line["text"] for line in self._stage.ledger()[-RECENT:] if line["applied"])
            open_to_more = [story for story in self._desk.stories[-RECENT:] if len(story.publishers) < len(FEEDS)]
            already = [story for story in open_to_more if story.word in told]
            self._desk.confirm(self._dice.choice(already or open_to_more))
        if self._dice.random() < 0.5:
            self._desk.noise()
        self._stage.publish(self._desk)

    # ── lives ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _baseline(self) -> None:
        """A life without a kill: what stood in the feeds before is old news from here on."""
        life = self._stage.start()
        if not wait_for(lambda: life.ended() or self._running().baselines == len(FEEDS), BASELINE_DEADLINE):
            self._tally.accidents.append("not every source had its baseline in time")
        self._end_well(life, "after the baseline")

    def _one(self, kill: Kill) -> None:
        """One life and its death."""
        started = time.monotonic()
        self._tally.planned[kill.kind] += 1
        if kill.kind is Kind.SENDING:
            hit = self._kill_while_sending(kill)
        elif kill.kind is Kind.RANDOM:
            hit = self._kill_at_random(kill)
        else:
            hit = self._kill_at_commit(kill)
        self._tally.hit[kill.kind] += hit
        self._stage.note(
            {
                "kind": kill.kind.name,
                "at": f"{kill.transaction}:{kill.number}" if kill.transaction else "",
                "hit": hit,
                "seconds": round(time.monotonic() - started, 2),
                "waiting": [f"{row.kind} {row.state} {row.attempts}" for row in self._standing.open_rows],
            }
        )
        if not self._standing.sound:
            self._tally.accidents.append(f"the database was damaged by a kill {kill.kind.value}")

    def _kill_while_sending(self, kill: Kill) -> bool:
        """Hit: the server had done what was asked, kept its answer back, and the database says `sending`."""
        before = self._stage.ledger_length()
        hold = {"kind": "hold", "times": self._dice.choice((1, 2))}
        script = [*self._faults(kill), hold]
        passing = min(len(self._standing.open_rows) // ROWS_A_STEP, MOST_STEPS)
        self._stage.faults(*([] if passing else script))
        life = self._stage.start()
        if passing:
            wait_for(lambda: life.ended() or self._stage.ledger_length() >= before + passing, WINDOW_DEADLINE)
            self._stage.faults(*script)
        wait_for(lambda: life.ended() or self._stage.held(), WINDOW_DEADLINE)
        self._die(life)
        held = [line for line in self._stage.ledger()[before:] if line["fault"] == "hold" and line["applied"]]
        hit = bool(held) and self._standing.sending > 0
        self._tally.edits_held += hit and held[-1]["method"].lower() == "editmessagetext"
        return hit

    def _kill_at_random(self, kill: Kill) -> bool:
        """Hit: the service was alive until then."""
        span = RANDOM_SPAN if len(self._standing.open_rows) < BACKLOG else LONG_SPAN
        self._stage.faults(*self._faults(kill))
        life = self._stage.start()
        wait_for(life.ended, span * kill.moment)
        return self._die(life)

    def _kill_at_commit(self, kill: Kill) -> bool:
        """Hit: the service died by itself, and its last words say on which side of the COMMIT it was."""
        self._stage.faults(*self._faults(kill))
        when = "before" if kill.kind is Kind.BEFORE else "after"
        number = kill.number
        if kill.transaction in plan.PER_MESSAGE:
            number += min(len(self._standing.open_rows) // ROWS_A_STEP, MOST_STEPS)
        life = self._stage.start(kill=f"{when}:{kill.transaction}:{number}")
        wait_for(life.ended, WINDOW_DEADLINE)
        self._die(life)
        if not self._stage.evidence.exists():
            return False
        evidence = json.loads(self._stage.evidence.read_text(encoding="utf-8"))
        if evidence["in_transaction"] is not (kill.kind is Kind.BEFORE):
            return False
        self._tally.commits[f"{when} {evidence['transaction']}"] += 1
        return True

    def _faults(self, kill: Kill) -> list[dict[str, Any]]:
        """The fault planned beside this kill, unless what waits has failed too often already."""
        if kill.fault is None or self._standing.most_attempts > PATIENT_ATTEMPTS:
            return []
        return [{"kind": kill.fault, "times": 1, "retry_after": 1}]

    def _die(self, life: Life) -> bool:
        """End a life by SIGKILL, unless it did so itself. Whether that is how it ended."""
        code = life.kill()
        self._tally.times.append(time.time())
        self._stage.faults()
        self._standing = wreck.of_killed(self._stage.database)
        if code != -9:
            self._tally.accidents.append(f"the service ended by itself, exit {code}:\n{self._stage.log_tail()}")
        return code == -9

    def _quiet_end(self) -> float:
        """Nothing disturbs any more: until every article is stored and the outbox is empty. Seconds of the stop."""
        deadline = QUIET_DEADLINE + QUIET_PER_ROW * (len(self._standing.open_rows) + 1)
        life = self._stage.start(life=int(deadline + 2 * END_DEADLINE))
        if not wait_for(lambda: life.ended() or (life.watching() and self._is_quiet()), deadline):
            self._tally.accidents.append(f"the outbox was not empty after {deadline:.0f} quiet seconds")
        return self._end_well(life, "at the end")

    def _is_quiet(self) -> bool:
        standing = self._running()
        return standing.entries >= self._desk.published and not standing.open_rows

    def _running(self) -> wreck.Standing:
        if not self._stage.database.exists():
            return wreck.NOTHING
        return wreck.of_running(self._stage.database)

    def _end_well(self, life: Life, where: str) -> float:
        if life.ended():
            tail = self._stage.log_tail()
            self._tally.accidents.append(
                f"the service ended by itself {where}, exit {life.process.returncode}:\n{tail}"
            )
            return 0.0
        code, seconds = life.stop()
        if code != 0:
            what = f"exit {code}" if code is not None else f"not within {END_DEADLINE:.0f} s"
            self._tally.accidents.append(f"SIGTERM {where}: {what}")
        return seconds

    # ── did the run prove anything ───────────────────────────────────────────────────────────────────────────────

    def _missing_hits(self) -> list[str]:
        missing = [
            f"too few kills {kind.value}: {self._tally.hit[kind]}, {plan.required(kind, self._kills)} are required"
            for kind in plan.REQUIRED
            if self._tally.hit[kind] < plan.required(kind, self._kills)
        ]
        if self._kills >= plan.LONG:
            wanted = {*plan.FIRST_COMMITS, *plan.EVERYDAY_COMMITS}
            missing += [
                f"no kill {when} a commit of {transaction}"
                for transaction in sorted(wanted)
                for when in ("before", "after")
                if not self._tally.commits[f"{when} {transaction}"]
            ]
        return missing


def _expected(story: Story) -> Expected:
    return Expected(
        word=story.word,
        chats=frozenset(CHATS[chat] for chat, watches in FOLLOWS.items() if story.watch in watches),
        publishers=frozenset(story.publishers),
    )


def table(report: Report) -> str:
    """The report for people."""
    tally, verdict = report.tally, report.verdict
    rows: list[tuple[str, object]] = [
        (f"kills {kind.value}", f"{tally.planned[kind]}, in their window: {tally.hit[kind]}") for kind in Kind
    ]
    rows += [(f"    {name}", count) for name, count in sorted(tally.commits.items())]
    rows += [
        ("    held answers that were edits", tally.edits_held),
        (
            "answers held and faults of the Bot API",
            ", ".join(f"{name} {n}" for name, n in sorted(report.faults.items())) or "none",
        ),
        ("stories published, articles in all", f"{report.stories}, {report.articles}"),
        ("requests for feeds, to the Bot API", f"{report.polls}, {report.requests}"),
        ("messages expected", verdict.expected),
        ("messages arrived", verdict.arrived),
        ("messages lost", len(verdict.lost)),
        ("repeats marked", verdict.marked),
        ("repeats unmarked", len(verdict.unmarked)),
        ("edits", verdict.edits),
        ("seconds of the last stop", f"{report.stop_seconds:.1f}"),
        ("seconds, per kill", f"{report.seconds:.0f}, {report.seconds / report.kills:.2f}"),
    ]
    rows += [(f"warning, {count} times", text) for text, count in report.surprises.most_common()]
    width = max(len(name) for name, _ in rows)
    lines = [f"{name:<{width}}  {value}" for name, value in rows]
    if report.failures:
        lines += ["", f"FAILED, {len(report.failures)} findings:", *(f"  {failure}" for failure in report.failures)]
    else:
        lines += ["", "Every promise was kept."]
    return "\n".join(lines)


def as_json(report: Report) -> dict[str, Any]:
    """The report for programs."""
    tally = report.tally
    return {
        "ok": not report.failures,
        "kills": report.kills,
        "planned": {kind.name.lower(): tally.planned[kind] for kind in Kind},
        "hit": {kind.name.lower(): tally.hit[kind] for kind in Kind},
        "commits": dict(tally.commits),
        "faults": dict(report.faults),
        "surprises": dict(report.surprises),
        "stories": report.stories,
        "articles": report.articles,
        **asdict(report.verdict),
        "seconds": round(report.seconds, 1),
        "failures": report.failures,
    }


def kill_run(folder: Path, *, kills: int, seed: int, sabotage: str | None = None) -> Report:
    """A whole run in a folder of its own, which is left as it is."""
    with Stage(folder, sabotage=sabotage) as stage:
        return KillRun(stage, kills=kills, seed=seed).run()


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when every promise was kept and the run proved it."""
    parser = argparse.ArgumentParser(description="Kill the service many times; nothing may be lost.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sabotage", choices=("mark", "sending"), help="break a promise; the run must notice")
    parser.add_argument("--folder", type=Path, help="an empty folder for all state, kept; default: a temporary one")
    parser.add_argument("--json", action="store_true", help="for programs")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="rackwatch-kills-") as temporary:
        folder = options.folder or Path(temporary)
        report = kill_run(folder, kills=options.kills, seed=options.seed, sabotage=options.sabotage)
    sys.stdout.write((json.dumps(as_json(report), indent=1) if options.json else table(report)) + "\n")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
