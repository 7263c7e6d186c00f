"""A source that was found is shown, and written into rackwatch.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.cli.output import out
from bot.cli.rules.lines import say
from bot.cli.sources.asking import confirm, someone_is_there
from bot.cli.sources.finding import Found
from bot.cli.sources.look import keep_look
from bot.cli.sources.present import kind_name, newest, show_entries
from bot.edit_config import add_sources, free_key
from bot.errors import Refused
from bot.settings import Settings, Source
from bot.sources.opml import one_line
from storage import open_store

NEWEST_SHOWN = 3


def write(settings: Settings, found: Found, *, key: str | None, details: Mapping[str, object], ask: bool) -> None:
    """Show, ask, hand the document to the first poll, and edit the file. Raises Refused; nothing has changed then."""
    entry = _entry(settings, found, key, details)
    _show(entry, found, ZoneInfo(settings.config.timezone))
    if ask and someone_is_there() and not confirm("Add it?", default=True):
        raise Refused("nothing was changed")
    # First the document: a running service reads the file within seconds, and would ask the publisher again.
    keep_look(settings, found.url, found.look)
    add_sources(settings.config_file, [entry])
    with open_store(settings.storage_url) as store:
        holder = store.database.holder()
    served = holder is not None and holder.role == "run"
    what = "the service takes it up within seconds" if served else f"look at it: rackwatch poll {entry['key']}"
    out.print(f"added {entry['key']} to rackwatch.yaml; {what}", markup=False, soft_wrap=True)


def _entry(settings: Settings, found: Found, key: str | None, details: Mapping[str, object]) -> dict[str, object]:
    taken = {source.key for source in settings.config.sources}
    own = one_line(found.look.title or found.site_title)
    title = details["title"] or own or None
    entry: dict[str, object] = {
        "key": key or free_key(str(title or urlsplit(found.url).hostname), taken, found.url),
        "title": title,
        **found.origin,
        **{name: value for name, value in details.items() if name != "title"},
    }
    try:
        Source.model_validate({name: value for name, value in entry.items() if value is not None})
    except ValidationError as invalid:
        error = invalid.errors()[0]
        raise Refused(f"not added: {str(error['msg']).removeprefix('Value error, ')}") from invalid
    return entry


def _show(entry: Mapping[str, object], found: Found, zone: ZoneInfo) -> None:
    parsed, proposal = found.look.parsed, found.proposal
    say(("key      ", "dim"), str(entry["key"]))
    say(("title    ", "dim"), str(entry["title"] or "–"))
    say(("kind     ", "dim"), kind_name(found.look))
    out.print(f"address  {found.url}", markup=False, soft_wrap=True)
    if proposal is not None:
        say(("entries  ", "dim"), f"{proposal.found:,}")
        show_entries(proposal.examples[:NEWEST_SHOWN], zone)
    elif parsed is not None:
        listed = f"; it lists {len(parsed.more):,} sitemaps" if parsed.more else ""
        say(("entries  ", "dim"), f"{len(parsed.entries):,}{listed}")
        show_entries(newest(parsed.entries, NEWEST_SHOWN), zone)
