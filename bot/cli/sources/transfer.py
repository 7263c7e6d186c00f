"""`sources import` and `export`: lists of feeds as OPML, the format that feed readers exchange."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from bot.cli.context import state_of
from bot.cli.output import err, out, short_path
from bot.cli.sources.asking import confirm, someone_is_there
from bot.cli.sources.configured import Yes, address_key, effective_urls, holders_of_addresses, origin_in
from bot.clock import utc_now
from bot.documents.entries import Kind
from bot.edit_config import add_sources, free_key
from bot.errors import AlreadyThere, Refused
from bot.settings import Settings, Source
from bot.sources.opml import OpmlFeed, read_opml, write_opml
from bot.sources.opml_outlines import MAX_OPML
from bot.workfolder import write_whole
from rules.problems import Problem, Severity

SHOWN = 20
"""Feeds that are listed before a question; the file itself shows the rest."""


def register(group: typer.Typer) -> None:
    group.command("import")(import_sources)
    group.command("export")(export_sources)


def import_sources(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="An OPML file; '-': standard input.")],
    tag: Annotated[list[str] | None, typer.Option(help="Also give each this tag; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be added.")] = False,
    yes: Yes = False,
) -> None:
    """Add the feeds of an OPML file that are not there yet; folders become tags. Nothing is fetched."""
    settings = state_of(context).settings()
    name = "standard input" if str(file) == "-" else short_path(str(file))
    contents = read_opml(_read(file), name)
    new, known, unusable = _sorted_out(settings, contents.feeds, tag or [], name)
    problems = sorted([*contents.problems, *unusable])
    for problem in problems:
        err.print(str(problem), markup=False, soft_wrap=True)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    counts = f"{len(new)} new, {known} already there, {errors} unusable"
    if not new and not known:
        raise Refused(f"{name}: nothing usable; nothing was changed")
    asked = not yes and not dry_run and bool(new) and someone_is_there()
    if new and (dry_run or asked):
        for source in new[:SHOWN]:
            out.print(f"  {source['key']}  {source['url']}", markup=False, soft_wrap=True)
        if len(new) > SHOWN:
            out.print(f"  … and {len(new) - SHOWN} more")
    if dry_run:
        out.print(f"{name}: {counts}; nothing was changed", markup=False, soft_wrap=True)
        return
    if asked and not confirm(f"{counts}. Add the new ones?", default=True):
        raise Refused("nothing was changed")
    add_sources(settings.config_file, new)
    out.print(f"{name}: {counts}" + ("" if new else "; nothing to add"), markup=False, soft_wrap=True)


def export_sources(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE.opml]", help="Default: standard output.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Write the sources that are read as feeds as OPML, with their tags."""
    settings = state_of(context).settings()
    moved = effective_urls(settings)
    feeds, left_out = [], []
    for source in settings.config.sources:
        origin = origin_in(settings, source)
        if origin.kind is Kind.FEED:
            url = moved.get(source.key, origin.url)
            feeds.append(OpmlFeed(url=url, title=source.title or source.key, tags=source.tags))
        else:
            left_out.append(f"{source.key} ({origin.kind.value})")
    text = write_opml(feeds, "rackwatch", utc_now())
    if file is None or str(file) == "-":
        sys.stdout.write(text)
    else:
        if file.is_file() and not force:
            raise AlreadyThere(f"{file} is there already; --force overwrites it")
        write_whole(file, text)
        out.print(f"{file}: {len(feeds)} feeds", markup=False, soft_wrap=True)
    if left_out:
        err.print(f"no feeds, so not in it: {', '.join(left_out)}", markup=False, soft_wrap=True)


def _read(file: Path) -> bytes:
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(MAX_OPML + 1)
        with file.open("rb") as stream:
            return stream.read(MAX_OPML + 1)
    except OSError as error:
        raise Refused(f"cannot read {file}: {error.strerror}") from error


def _sorted_out(
    settings: Settings, feeds: tuple[OpmlFeed, ...], tags: list[str], name: str
) -> tuple[list[dict[str, object]], int, list[Problem]]:
    """Entries of rackwatch.yaml for what is new, how many are there already, and what rackwatch.yaml would refuse."""
    holders = holders_of_addresses(settings)
    taken = {source.key for source in settings.config.sources}
    new: list[dict[str, object]] = []
    known = 0
    problems = []
    for feed in feeds:
        address = address_key(feed.url)
        if address in holders:
            known += 1
            continue
        key = free_key(feed.title, taken, feed.url)
        every_tag = list(dict.fromkeys([*feed.tags, *tags]))
        entry: dict[str, object] = {"key": key, "title": feed.title or None, "url": feed.url, "tags": every_tag or None}
        try:
            Source.model_validate({name: value for name, value in entry.items() if value is not None})
        except ValidationError as invalid:
            reason = str(invalid.errors()[0]["msg"]).removeprefix("Value error, ")
            problems.append(Problem(file=name, line=feed.line, column=1, message=reason))
            continue
        taken.add(key)
        holders[address] = key
        new.append(entry)
    return new, known, problems
