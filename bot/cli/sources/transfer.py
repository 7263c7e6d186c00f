"""`sources import` and `export`: lists of feeds as OPML, the format that feed readers exchange."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.context import state_of
from bot.cli.output import err, out, short_path
from bot.cli.sources.asking import confirm, someone_is_there
from bot.cli.sources.configured import Yes, effective_urls, moved_addresses, origin_in
from bot.clock import utc_now
from bot.documents.entries import Kind
from bot.edit_config import add_sources
from bot.errors import AlreadyThere, Refused
from bot.sources.importing import sort_out
from bot.sources.opml import OpmlFeed, read_opml, write_opml
from bot.sources.opml_outlines import MAX_OPML
from bot.workfolder import write_whole

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
    found = sort_out(settings, read_opml(_read(file), name), moved_addresses(settings), name=name, tags=tag or [])
    new = found.new
    for problem in found.problems:
        err.print(str(problem), markup=False, soft_wrap=True)
    counts = f"{len(new)} new, {len(found.known)} already there, {len(found.refused)} unusable"
    if not new and not found.known:
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
