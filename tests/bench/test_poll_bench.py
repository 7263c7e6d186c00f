"""The feeds of bench/poll.py are what they claim, its server answers as told, and its checks see what is wrong."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.poll_feeds import Made, build, content_type, file_of, read_index, versions
from bench.poll_plan import Answer, Phase, Plan, address, feed_at
from bench.poll_processes import Child, Memory, TookTooLong, cpu_used, descendants
from bench.poll_rounds import Row, Turn, control, disagreements
from bench.poll_server import Report
from bench.poll_table import goals, line, plain
from bot.documents.entries import ParsedFeed
from bot.documents.parse import Question, parse

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="many loopback addresses and /proc: Linux only")

ROOT = Path(__file__).parents[2]
NEWEST = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLAN = Plan(feeds=20, rounds=2)
SHORT = [feed for feed in range(PLAN.feeds) if next(versions(feed, PLAN, newest=NEWEST))[0] <= 25]


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", [1, 2, 5])
def test_a_typical_round_has_exactly_the_promised_shares(number: int) -> None:
    plan = Plan(feeds=200, rounds=5)
    drawn = Counter(plan.answer(feed, Phase.TYPICAL, number) for feed in range(200))
    assert drawn == {Answer.NOT_MODIFIED: 120, Answer.SAME: 50, Answer.NEW: 30}
    assert plan.whole(Phase.TYPICAL, number) == 80
    assert 30 <= plan.fresh(Phase.TYPICAL, number) <= 60


def test_other_feeds_have_news_in_the_next_round() -> None:
    plan = Plan(feeds=200, rounds=2)
    first, second = ([plan.answer(feed, Phase.TYPICAL, number) for feed in range(200)] for number in (1, 2))
    assert first != second


def test_a_version_goes_up_exactly_where_something_is_new() -> None:
    plan = Plan(feeds=50, rounds=3)
    for feed in range(50):
        before = plan.version(feed, Phase.ALL_304, 5)
        assert before == 0
        for number in (1, 2, 3):
            after = plan.version(feed, Phase.TYPICAL, number)
            assert after - before == (plan.answer(feed, Phase.TYPICAL, number) is Answer.NEW)
            before = after


@pytest.mark.parametrize(("feed", "host"), [(0, "127.1.0.1"), (249, "127.1.0.250"), (250, "127.1.1.1")])
def test_each_feed_has_an_address_of_its_own(feed: int, host: str) -> None:
    assert address(feed) == host
    assert feed_at(host) == feed


# ── the feeds ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    folder = tmp_path_factory.mktemp("feeds")
    return folder, build(folder, PLAN, newest=NEWEST)


def test_the_same_numbers_give_the_same_bytes(made: tuple[Path, Made]) -> None:
    folder, _ = made
    assert next(versions(3, PLAN, newest=NEWEST))[1] == file_of(folder, 3, 0, compressed=False).read_bytes()
    assert (
        gzip.decompress(file_of(folder, 3, 0, compressed=True).read_bytes())
        == next(versions(3, PLAN, newest=NEWEST))[1]
    )


def test_the_index_tells_what_was_made(made: tuple[Path, Made]) -> None:
    folder, told = made
    assert read_index(folder) == told
    sizes = [file_of(folder, feed, 0, compressed=False).stat().st_size for feed in range(PLAN.feeds)]
    assert told.size == sum(sizes)
    assert len(set(sizes)) == PLAN.feeds, "no two feeds are alike"


@pytest.mark.parametrize("mark", [b'<rss version="2.0"', b"ISO-8859-1", b"<feed xmlns", b"<rdf:RDF"])
def test_every_format_holds_as_many_entries_as_counted(made: tuple[Path, Made], mark: bytes) -> None:
    folder, _ = made
    feed = next(one for one in SHORT if mark in file_of(folder, one, 0, compressed=False).read_bytes()[:300])
    counted, body = next(versions(feed, PLAN, newest=NEWEST))
    found = _entries(feed, body)
    assert len(found) == counted
    assert all(moment <= NEWEST for _, moment in found)


def test_a_later_version_brings_one_or_two_entries_on_top_and_is_as_long_as_before() -> None:
    seen = 0
    for feed in SHORT:
        bodies = [body for _, body in versions(feed, PLAN, newest=NEWEST)]
        if len(bodies) == 1:
            continue
        old, new = (_entries(feed, body) for body in bodies[:2])
        fresh = [entry for entry in new if entry not in old]
        assert len(new) == len(old)
        assert len(fresh) in {1, 2}
        assert new[: len(fresh)] == fresh
        seen += 1
    assert seen


def _entries(feed: int, body: bytes) -> list[tuple[str, Any]]:
    parsed = parse(body, Question(url="http://127.1.0.1/feed.xml", content_type=content_type(feed)))
    assert isinstance(parsed, ParsedFeed)
    return [(entry.guid, entry.published_at) for entry in parsed.entries]


# ── the server ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def port(made: tuple[Path, Made]) -> Iterator[int]:
    with Child("bench.poll_server", made[0], patience=20) as server:
        yield server.ready["port"]


def ask(port: int, feed: int, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(address(feed), port, timeout=10)
    connection.request("GET", "/feed.xml", headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), body


def test_a_cold_round_sends_every_feed_whole(made: tuple[Path, Made], port: int) -> None:
    control(port, "/begin/cold/1")
    status, headers, body = ask(port, 0)
    again, _, packed = ask(port, 0, If_None_Match=headers["ETag"], Accept_Encoding="gzip, deflate")
    assert (status, again) == (200, 200)
    assert body == gzip.decompress(packed) == file_of(made[0], 0, 0, compressed=False).read_bytes()
    report = Report(**control(port, "/report"))
    assert (report.whole, report.not_modified, report.unconditional, report.compressed) == (2, 0, 1, 1)
    assert report.sent == len(body) + len(packed)


@pytest.mark.parametrize("validator", ["ETag", "Last-Modified"])
def test_what_has_not_changed_is_a_304_to_whoever_has_it(port: int, validator: str) -> None:
    control(port, "/begin/all304/1")
    _, headers, _ = ask(port, 1)
    asked = {"ETag": "If_None_Match", "Last-Modified": "If_Modified_Since"}[validator]
    assert ask(port, 1, **{asked: headers[validator]})[::2] == (304, b"")
    assert ask(port, 1, **{asked: '"other"'})[0] == 200


@pytest.mark.parametrize("answer", [Answer.NOT_MODIFIED, Answer.SAME, Answer.NEW])
def test_a_typical_round_answers_each_feed_as_planned(port: int, answer: Answer) -> None:
    feed = next(one for one in range(PLAN.feeds) if PLAN.answer(one, Phase.TYPICAL, 1) is answer)
    control(port, "/begin/all304/1")
    _, before, old = ask(port, feed)
    control(port, "/begin/typical/1")
    status, after, body = ask(port, feed, If_None_Match=before["ETag"])
    assert status == (304 if answer is Answer.NOT_MODIFIED else 200)
    assert (after["ETag"] == before["ETag"]) is (answer is not Answer.NEW)
    assert (body == old) is (answer is Answer.SAME)
    if answer is Answer.NEW:
        assert ask(port, feed, If_None_Match=after["ETag"])[0] == 304


def test_a_round_begins_without_open_connections(port: int) -> None:
    control(port, "/begin/cold/1")
    kept = http.client.HTTPConnection(address(2), port, timeout=10)
    kept.request("GET", "/feed.xml")
    kept.getresponse().read()
    assert kept.sock is not None, "the server closed a connection that could be used again"
    control(port, "/begin/cold/2")
    assert kept.sock.recv(1) == b""
    kept.close()


# ── processes ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_cpu_of_a_running_child_counts() -> None:
    before = cpu_used()
    with _child("sum(range(4_000_000)); print(1, flush=True); input()") as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in descendants(os.getpid())
        assert cpu_used() - before > 0.02
        child.communicate(b"\n")


def test_the_memory_of_children_counts() -> None:
    alone, together = Memory(), Memory()
    alone.look(os.getpid())
    with _child("held = b'x' * 30_000_000; print(1, flush=True); input()") as child:
        assert child.stdout is not None
        child.stdout.readline()
        together.look(os.getpid())
        child.communicate(b"\n")
    assert together.resident > alone.resident + 30_000_000
    assert together.proportional > alone.proportional + 30_000_000


def _child(program: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-S", "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_child_that_says_nothing_is_ended(tmp_path: Path) -> None:
    with pytest.raises(TookTooLong, match="ended without an answer"):
        Child("bench.poll_plan", tmp_path, patience=5)


# ── checks and figures ───────────────────────────────────────────────────────────────────────────────────────────

MADE = Made(feeds=100, rounds=1, entries=3_500, size=1, compressed=1)
GOOD = {
    Phase.COLD: (Report(whole=100, unconditional=100), 3_500),
    Phase.ALL_304: (Report(not_modified=100), 0),
    Phase.TYPICAL: (Report(whole=40, not_modified=60), MADE.plan.fresh(Phase.TYPICAL, 1)),
}


@pytest.mark.parametrize("phase", list(Phase))
def test_a_round_that_is_what_it_claims_has_no_complaints(phase: Phase) -> None:
    server, new = GOOD[phase]
    assert disagreements(MADE, phase, 1, {"new": new, "failures": []}, Turn(wall=1, cpu=1, server=server)) == []


@pytest.mark.parametrize(
    ("phase", "server", "polled", "complaint"),
    [
        (Phase.ALL_304, {"not_modified": 99, "whole": 1}, {}, "304s: 99, expected 100"),
        (Phase.ALL_304, {"unconditional": 1}, {}, "unconditional requests: 1, expected 0"),
        (Phase.COLD, {"whole": 101}, {}, "feeds sent whole: 101, expected 100"),
        (Phase.COLD, {}, {"new": 3_499}, "new entries: 3,499, expected 3,500"),
        (Phase.TYPICAL, {}, {"failures": ["deadline passed"]}, "deadline passed"),
    ],
)
def test_a_round_that_is_not_is_told(
    phase: Phase, server: dict[str, int], polled: dict[str, Any], complaint: str
) -> None:
    good, new = GOOD[phase]
    turn = Turn(wall=1, cpu=1, server=replace(good, **server))
    assert complaint in disagreements(MADE, phase, 1, {"new": new, "failures": []} | polled, turn)


def _row(phase: Phase, contender: str, *walls: float, resident: int = 0) -> Row:
    turns = [Turn(wall=wall, cpu=wall / 2, server=Report()) for wall in walls]
    return Row(phase=phase, contender=contender, workers=1, feeds=100, turns=turns, start_ups=[0.5], resident=resident)


def test_figures_are_medians_and_goals_compare_them() -> None:
    rows = [
        _row(Phase.TYPICAL, "rackwatch", 1, 9, 2, resident=300_000_000),
        _row(Phase.TYPICAL, "reader", 30, 20, 20),
        _row(Phase.ALL_304, "rackwatch", 0.5),
    ]
    assert (plain(rows[0])["wall"], plain(rows[0])["rate"]) == (2, 50)
    assert line(rows[0]).split()[:5] == ["typical", "rackwatch", "1", "2.00", "9.00"]
    assert list(map(str, goals(rows))) == [
        "all304: ms of CPU for a 304, rackwatch: 2.50",
        "typical: times as fast as reader: 10.0 (goal: at least 10; met)",
        "typical: MB of memory, children included (RSS): 300.0 (goal: below 250; MISSED)",
    ]


@pytest.mark.slow
def test_both_programs_store_everything_and_nothing_is_left(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "bench/poll.py", "--feeds=6", "--rounds=1", "--workers=1", "--json", f"--folder={tmp_path}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    report = json.loads(answer.stdout)
    assert report["complaints"] == []
    assert [(row["phase"], row["contender"]) for row in report["rows"]] == [
        (phase, name) for phase in Phase for name in ("rackwatch", "reader")
    ]
    assert all(row["wall"] > 0 and row["cpu"] > 0 and row["resident"] > 0 for row in report["rows"])
    assert not list(tmp_path.iterdir())
