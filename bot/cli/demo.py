"""`demo`: the real pipeline on invented news from a loopback server; no network, token or account."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.rule import Rule
from rich.text import Text

from bot.cli.output import out, table
from bot.clock import utc_now
from bot.demo.feed_server import FeedServer
from bot.demo.folder import DEFAULT_FOLDER, prepare_folder
from bot.demo.rounds import build_rounds
from bot.errors import Refused
from bot.event_loop import complete
from bot.page_report import PageReport
from bot.poll_report import Outcome, PollReport
from bot.settings import load_settings

DELIVERY_PATIENCE = 10.0
PAGES_PATIENCE = 10.0


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder to work in, left for you to query.", metavar="[DIR]")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of its server; 0: any free one.")] = 0,
) -> None:
    """Watch rackwatch at work on invented news: nine sources, eight rounds, some seconds."""
    target = (folder or Path(DEFAULT_FOLDER)).expanduser()
    server = FeedServer(port=port)
    try:
        server.start()
    except OSError as error:
        raise Refused(
            f"cannot serve the demo's sources on 127.0.0.1:{port}: {error.strerror or error}; choose another --port"
        ) from error
    try:
        prepare_folder(target, server)
        started = time.monotonic()
        tally = complete(_play(target, server))
    finally:
        server.stop()
    _conclude(target, tally, time.monotonic() - started)


@dataclass(slots=True)
class _Tally:
    sources: int = 0
    polls: int = 0
    not_modified: int = 0
    failed: int = 0
    new: int = 0
    edited: int = 0
    known: int = 0
    pages: int = 0
    matches: int = 0
    alerts: int = 0
    grown: int = 0

    def add(self, report: PollReport) -> None:
        self.polls += 1
        self.not_modified += report.outcome is Outcome.NOT_MODIFIED
        self.failed += report.outcome is Outcome.FAILED
        self.new += report.new
        self.edited += report.edited
        self.known += report.known
        self.matches += report.matches
        self.alerts += report.alerts
        self.grown += report.grown

    def add_page(self, report: PageReport) -> None:
        self.pages += 1
        self.matches += report.matches
        self.alerts += report.alerts
        self.grown += report.grown


async def _play(folder: Path, server: FeedServer) -> _Tally:
    from bot.app import App  # noqa: PLC0415 - other commands start without it, half a second sooner

    tally = _Tally()
    async with App(load_settings(folder, environment={}), console=out, role="demo") as app:
        for number, scene in enumerate(build_rounds(utc_now()), start=1):
            server.publish_all(scene.replies)
            out.print(Rule(f"Round {number}: {scene.title}", align="left", style="bold"))
            out.print(Text(scene.explains, style="dim"))
            sources = app.store.sources.named()
            tally.sources = len(sources)
            reports = await app.poll_many(sources)
            for report in sorted(reports, key=lambda report: report.source):
                tally.add(report)
                if report.outcome is not Outcome.NOT_MODIFIED:
                    out.print(Text(f"  {report.source:<10} {_line(report)}"))
            unchanged = sum(report.outcome is Outcome.NOT_MODIFIED for report in reports)
            if unchanged:
                out.print(Text(f"  {unchanged} sources answer 304 (not modified)"))
            for page in await app.read_due_pages(patience=PAGES_PATIENCE):
                tally.add_page(page)
                out.print(Text(f"  {page.source:<10} an article's page: {page.outcome.value}"))
            await app.old_news.tell(at_once=True)
            await app.deliverer.settle_all(patience=DELIVERY_PATIENCE)
            out.print()
    return tally


def _line(report: PollReport) -> str:
    if report.outcome is Outcome.FAILED:
        return f"failed: {report.reason}"
    parts = [f"{report.new} new", f"{report.known} known"]
    if report.edited:
        parts.append(f"{report.edited} edited")
    return ", ".join(parts)


def _conclude(folder: Path, tally: _Tally, seconds: float) -> None:
    out.print(
        table(
            "sources", "polls", "304", "failed", "new", "known", "edited", "pages", "matches", "alerts", "edits",
            rows=[
                (
                    tally.sources, tally.polls, tally.not_modified, tally.failed, tally.new, tally.known, tally.edited,
                    tally.pages, tally.matches, tally.alerts, tally.grown,
                )
            ],
        )
    )  # fmt: skip
    program = _program()
    out.print(f"\nDone in {seconds:.1f} s. The folder {folder} is yours to explore:", markup=False)
    steps = (
        (f"{program} -C {folder} archive search Sacramento", "what the archive knows"),
        (f"{program} -C {folder} alerts show A1", "the alert as it stands, and its deliveries"),
        (f"{program} init mywatch", "your own working folder, with real sources"),
    )
    width = max(len(command) for command, _ in steps)
    for command, purpose in steps:
        out.print(f"  {command:<{width}}   {purpose}", markup=False, soft_wrap=True)


def _program() -> str:
    """How the reader called us, so that the next steps can be pasted."""
    called = Path(sys.argv[0])
    return (
        str(called)
        if called.name == "rackwatch" and len(called.parts) > 1 and not called.is_absolute()
        else "rackwatch"
    )
