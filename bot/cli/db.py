"""`db`: upgrade, backup, check, reindex."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import facts
from bot.cli.context import existing_store, state_of
from bot.cli.output import err, out
from bot.clock import utc_now
from bot.errors import Refused
from rules import ANALYSIS_VERSION, index_tokens
from storage import migrate, open_store

group = typer.Typer(help="Care for the database.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="db")


@group.command()
def upgrade(context: typer.Context) -> None:
    """Bring the database to this program's version, after a backup beside it."""
    settings = state_of(context).settings()
    with open_store(settings.storage_url) as store:
        migrate.refuse_newer(store.database)
        settings.folder.mkdir(parents=True, exist_ok=True)
        store.database.path.parent.mkdir(parents=True, exist_ok=True)
        store.database.become_service("db upgrade")
        done = migrate.upgrade(store.database, now=utc_now())
    if done.before == done.after:
        out.print(f"up to date (revision {done.after})")
    else:
        out.print(f"upgraded from {done.before or 'nothing'} to {done.after}")
    if done.backup is not None:
        out.print(f"backup: {done.backup}", markup=False, soft_wrap=True)


@group.command()
def backup(
    context: typer.Context,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="Folder; default: beside the database.")
    ] = None,
) -> None:
    """Write a whole, checked copy; a running service goes on."""
    settings = state_of(context).settings()
    with existing_store(settings) as store:
        folder = (to or store.database.path.parent).expanduser().absolute()
        target = folder / f"{store.database.path.name}.{utc_now():%Y%m%dT%H%M%SZ}.backup"
        if target.exists():
            raise Refused(f"{target} exists already; it is kept. Try again in a second")
        migrate.backup(store.database, target)
    out.print(f"{target} ({target.stat().st_size:,} bytes)", markup=False, soft_wrap=True)


@group.command()
def check(context: typer.Context) -> None:
    """Check the database: integrity, references, full-text index."""
    settings = state_of(context).settings()
    with existing_store(settings) as store:
        problems = migrate.check(store.database)
    for problem in problems:
        err.print(problem, markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)
    out.print("sound: integrity, references and full-text index")


@group.command()
def reindex(context: typer.Context) -> None:
    """Rebuild the full-text index with this program's text analysis."""
    settings = state_of(context).settings()
    count = 0
    with existing_store(settings) as store, err.status("indexing"):
        for batch in store.archive.texts():
            store.archive.replace_tokens(
                {entry.id: (" ".join(index_tokens(entry.title)), " ".join(index_tokens(entry.text))) for entry in batch}
            )
            count += len(batch)
        store.archive.rebuild_index()
        store.archive.remember(facts.ANALYSIS_VERSION, str(ANALYSIS_VERSION))
    out.print(f"{count} entries indexed (analysis version {ANALYSIS_VERSION})")
