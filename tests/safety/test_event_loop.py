"""While hostile documents and bombs are dealt with, the event loop answers within a tenth of a second."""

from __future__ import annotations

import contextlib
import gc
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.documents.collect import MAX_ENTRIES
from bot.documents.entries import Kind
from bot.event_loop import complete
from bot.poll_report import PollReport
from tests.safety.bad_answers import BOMBS, SERVERS
from tests.safety.hostile_documents import LARGE, Hostile
from tests.safety.raw_server import RawServer, Script, answer
from tests.safety.watching import measured_lag, source, watching
from tests.world import RULES, Folder, rss

STALL = 0.1
BUSY = 0.3
"""Seconds that the loop may be away at a time; and where three tests share two processors."""

TRIES = 3
"""The machine of a test does other things as well: what counts is the calmest of so many runs."""

KINDS = {"rss": "application/rss+xml", Kind.PAGE: "text/html", Kind.JSON: "application/json"}

MATCHING = Hostile(
    name=f"{MAX_ENTRIES:,} items that match",
    make=lambda: json.dumps(
        [{"t": f"Tesla opens data center number {one}", "x": "In Sacramento. " * 20} for one in range(MAX_ENTRIES)]
    ).encode(),
    kind=Kind.JSON,
    options={"items": "@", "title": "t", "text": "x"},
)


@contextlib.contextmanager
def frozen() -> Iterator[None]:
    """What pytest has loaded is not the service's: a full collection would look at all of it."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def polled(
    folder: Folder, documents: Sequence[Hostile], scripts: dict[str, Script], *, timeout: str
) -> tuple[float, dict[str, PollReport]]:
    """The longest stall in seconds, and what came of each document (by name) and of each script (by path)."""
    answers = {
        f"/{number}": answer(one.make(), content_type=KINDS.get(one.kind, KINDS["rss"]))
        for number, one in enumerate(documents)
    }
    fine = answer(rss({"guid": "1", "title": "fine"}).encode())

    async def poll(server: RawServer, others: list[RawServer]) -> tuple[float, dict[str, PollReport]]:
        sources = [
            source(one.name, server.url(f"/{number}"), kind=one.kind, options=one.options)
            for number, one in enumerate(documents)
        ]
        sources += [source(path, other.url(path)) for other in others for path in other.scripts]
        parser = {"timeout": timeout, "processes": 2}
        async with watching(folder, sources, parser=parser) as app:
            with frozen():
                async with measured_lag() as lag:
                    reports = await app.poll_many(app.store.sources.named())
            return lag.worst, {report.source: report for report in reports}

    with contextlib.ExitStack() as stack:
        server = stack.enter_context(RawServer(answers))
        others = [stack.enter_context(RawServer({path: script})) for path, script in scripts.items()]
        others.append(stack.enter_context(RawServer({f"/fine-{number}": fine for number in range(5)})))
        return complete(poll(server, others))


def calmest(
    path: Path, documents: Sequence[Hostile], scripts: dict[str, Script], *, timeout: str, stall: float = STALL
) -> tuple[float, dict[str, PollReport]]:
    best: tuple[float, dict[str, PollReport]] | None = None
    for number in range(TRIES):
        folder = Folder(path=path / str(number))
        folder.write("rules/data-centers.yaml", RULES)
        run = polled(folder, documents, scripts, timeout=timeout)
        best = run if best is None or run[0] < best[0] else best
        if best[0] < stall:
            break
    assert best is not None
    return best


def assert_others_are_fine(reports: dict[str, PollReport]) -> None:
    fine = [report for path, report in reports.items() if path.startswith("/fine-")]
    assert [report.outcome.value for report in fine] == ["new entries"] * 5


def test_a_hostile_feed_is_marked_with_its_reason_and_neither_the_loop_nor_the_others_wait(tmp_path: Path) -> None:
    matching = replace(MATCHING, options=MATCHING.options | {"items": "[:500]"})
    slow = next(one for one in LARGE if one.name == "sitemap of many members")
    bombs = {one.path: one.script for one in BOMBS if one.name in {"gzip to 1 GB", "many empty members"}}
    stall, reports = calmest(tmp_path, [matching, slow], bombs, timeout="1s", stall=BUSY)
    assert reports[matching.name].new == 500
    assert reports[slow.name].reason == "parsing took longer than 1 s (parser.timeout)"
    assert reports["/gzip-to-1-GB"].reason == "too large: more than 20,000,000 bytes"
    assert "gzip members" in reports["/many-empty-members"].reason
    assert_others_are_fine(reports)
    assert stall < BUSY


@pytest.mark.slow
@pytest.mark.parametrize("document", [MATCHING, *LARGE], ids=lambda one: str(one.name))
def test_no_large_document_stalls_the_loop(document: Hostile, tmp_path: Path) -> None:
    stall, reports = calmest(tmp_path, [document], {}, timeout="4s")
    assert_others_are_fine(reports)
    assert stall < STALL


@pytest.mark.slow
def test_no_bad_server_stalls_the_loop(tmp_path: Path) -> None:
    stall, reports = calmest(tmp_path, [], {one.path: one.script for one in SERVERS + BOMBS}, timeout="4s")
    assert_others_are_fine(reports)
    assert stall < STALL
