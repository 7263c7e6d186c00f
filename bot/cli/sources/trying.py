"""One look for `sources try`, as a person or a program reads it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.cli.output import out, print_json
from bot.cli.sources.look import Asked, Look, Looker, keep_look
from bot.cli.sources.look_json import look_as_json
from bot.cli.sources.offers import show_api, show_page
from bot.cli.sources.present import show_facts, show_parsed, show_yaml, yaml_entry
from bot.cli.sources.wanted import Wanted
from bot.edit_config import free_key
from bot.errors import Refused
from bot.outside import build_fetcher, build_parsers
from bot.settings import Settings


async def try_once(settings: Settings, wanted: Wanted, *, json: bool) -> bool:
    """Look, print, and say whether there is something to watch. Raises Refused with the reason where there is not."""
    config = settings.config
    asked = Asked(url=wanted.url, kind=wanted.kind, options=wanted.options, body=wanted.body)
    async with build_parsers(config, processes=1) as parsers:
        # Never what an earlier command fetched: who tries wants to see what is there now.
        looker = Looker(build_fetcher(config), parsers, lambda _: None)
        look = await looker.look(asked)
        keep_look(settings, look.lasting_url, look)
        look = await looker.part(look)
    taken = {source.key for source in config.sources}
    key = wanted.key or free_key(look.title, taken, look.lasting_url)
    if json:
        print_json(look_as_json(look, key))
        return not look.reason
    _show(look, key, wanted, ZoneInfo(config.timezone))
    return True


def _show(look: Look, key: str, wanted: Wanted, zone: ZoneInfo) -> None:
    if look.fetched is None:
        raise Refused(f"{look.asked.url}: {look.reason}")
    out.print(look.asked.url, style="bold", markup=False, soft_wrap=True)
    show_facts(look)
    if look.parsed is not None:
        show_parsed(look, zone)
    if look.reason:
        raise Refused(f"{look.asked.url}: {look.reason}")
    if look.page is not None:
        show_page(look, key, zone)
    if look.api is not None:
        show_api(look, key, zone)
    if look.parsed is not None and wanted.options and wanted.pasted:
        out.print()
        show_yaml(yaml_entry(look, key, wanted.options))
