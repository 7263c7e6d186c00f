"""What stands behind an address that is to be watched: a feed, the feed that a page names, a list, a sitemap."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from bot.cli.output import err, out
from bot.cli.sources.addresses import template_of
from bot.cli.sources.asking import choose, confirm, someone_is_there
from bot.cli.sources.configured import holders_of_addresses
from bot.cli.sources.look import Asked, Look, Looker, kept_look
from bot.cli.sources.offers import feed_line, show_api
from bot.cli.sources.present import origin_entry, show_entries
from bot.documents.entries import FoundFeed, Kind, PageReport, Proposal
from bot.edit_config import free_key
from bot.errors import Refused
from bot.outside import build_fetcher, build_parsers
from bot.settings import Settings, Source
from bot.sources.importing import address_key
from bot.sources.origins import origin_of

CANDIDATES_ASKED = 3
"""Feeds of one page that are fetched at most; a page that names more broken ones is not worth more requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is to be written: the origin as rackwatch.yaml has it, its address, and the look that proved it.

    `proposal` are the selectors of a page; `site_title` is the name of the page that named the feed.
    """

    origin: dict[str, Any] = field(default_factory=dict)
    url: str
    look: Look
    proposal: Proposal | None = None
    site_title: str = ""


async def find(settings: Settings, url: str, *, page: bool, ask: bool, language: str | None) -> Found:
    """Look at the address, ask where a person must choose. Raises Refused; nothing has changed then."""
    config = settings.config
    async with build_parsers(config, processes=1) as parsers:
        looker = Looker(build_fetcher(config), parsers, lambda address: kept_look(settings, address))
        finder = _Finder(settings, looker, ask=ask and someone_is_there())
        template = None if page else template_of(url)
        if template is not None:
            return await finder.by_template(url, template, language)
        finder.refuse_known(url)
        look = await looker.look(Asked(url=url))
        if look.fetched is None or look.reason:
            raise Refused(f"not added: {url}: {look.reason}")
        finder.refuse_known(look.lasting_url, look.fetched.url)
        return await finder.by_kind(look, page=page)


class _Finder:
    def __init__(self, settings: Settings, looker: Looker, *, ask: bool) -> None:
        self._settings = settings
        self._looker = looker
        self._ask = ask
        self._holders = holders_of_addresses(settings)

    def refuse_known(self, *urls: str) -> None:
        for url in urls:
            holder = self._holders.get(address_key(url))
            if holder is not None:
                raise Refused(f"{url} is there already, as source {holder}; nothing was changed")

    async def by_template(self, url: str, template: dict[str, object], language: str | None) -> Found:
        name = next(iter(template))
        source = Source.model_validate({"key": "a", "language": language} | template)
        origin = origin_of(source, self._settings.config.services)
        self.refuse_known(origin.url)
        err.print(f"{url} is what the template {name} is for", markup=False, soft_wrap=True)
        look = await self._looker.look(Asked(url=origin.url, kind=origin.kind, options=origin.options))
        if look.parsed is None:
            raise Refused(f"not added: {origin.url}: {look.reason}")
        return Found(origin=template, url=origin.url, look=look)

    async def by_kind(self, look: Look, *, page: bool) -> Found:
        url = look.lasting_url
        if page and look.kind is not Kind.PAGE:
            raise Refused(f"not added: {url} is no web page but of kind '{look.kind}'; leave out --page")
        if look.page is not None:
            if not page and look.page.feeds:
                return await self._feed_of(look.page, url)
            return self._list_on(look, look.page, chosen=page)
        if look.kind is Kind.JSON:
            show_api(look, free_key("", self._taken(), url), ZoneInfo(self._settings.config.timezone))
            raise Refused(
                f"not added: {url} is a JSON API, and which of its keys are meant is for you to say. Paste one of the "
                "entries above under 'sources:' in rackwatch.yaml, or try others with 'rackwatch sources try'"
            )
        return Found(origin=origin_entry(look, {}), url=url, look=look)

    async def _feed_of(self, page: PageReport, site: str) -> Found:
        """The first feed that the page names, or the one that the person chooses, and that can be read."""
        candidates = self._in_order(page.feeds)
        for feed in candidates[:CANDIDATES_ASKED]:
            self.refuse_known(feed.url)
            look = await self._looker.look(Asked(url=feed.url, kind=Kind.FEED))
            if look.parsed is not None and look.fetched is not None:
                self.refuse_known(look.lasting_url, look.fetched.url)
                return Found(
                    origin={"url": look.lasting_url},
                    url=look.lasting_url,
                    look=look,
                    site_title=page.title or feed.title,
                )
            err.print(f"not added: {feed.url}: {look.reason}", markup=False, soft_wrap=True)
        hint = "; to watch its list itself, say --page" if page.proposals else ""
        raise Refused(f"{site} names no feed that can be read{hint}; nothing was changed")

    def _in_order(self, feeds: tuple[FoundFeed, ...]) -> list[FoundFeed]:
        """The chosen one alone; without a person, all, the page's own word first."""
        if len(feeds) == 1:
            return list(feeds)
        if self._ask:
            out.print("The page names several feeds.", style="bold")
            return [feeds[choose("Which one", [feed_line(feed) for feed in feeds])]]
        err.print(f"the page names {len(feeds)} feeds; the first that can be read is taken:", markup=False)
        for feed in feeds:
            err.print(f"  {feed_line(feed)}", markup=False, soft_wrap=True)
        return list(feeds)

    def _list_on(self, look: Look, page: PageReport, *, chosen: bool) -> Found:
        if not page.proposals:
            raise Refused(f"not added: {look.lasting_url} holds no list that selectors could read")
        best = page.proposals[0]
        if not chosen:
            if not self._ask:
                raise Refused(
                    f"not added: {look.lasting_url} names no feed. It has a list of {best.found}, which --page would "
                    "watch; 'rackwatch sources try' shows what that gives"
                )
            out.print("The page names no feed, but has a list. Its first entries:", style="bold")
            show_entries(best.examples, ZoneInfo(self._settings.config.timezone))
            if not confirm("Watch this list?", default=True):
                raise Refused("nothing was changed; 'rackwatch sources try' shows other lists of the page")
        return Found(origin=origin_entry(look, best.options), url=look.lasting_url, look=look, proposal=best)

    def _taken(self) -> set[str]:
        return {source.key for source in self._settings.config.sources}
