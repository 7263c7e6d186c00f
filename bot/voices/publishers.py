"""Who speaks: the independent owner behind an article, not the feed it came through. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.voices.agency_marks import AgencyMarks
from bot.voices.domains import bare_host, registered_domain
from bot.voices.names import Names, fold
from storage.records import FoundEntry, KnownEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A company that runs newsrooms; all its outlets are one voice.

    `agency`: others print its dispatches. `official`: the company that news is about, whose own word is no report.
    `aggregator`: shows what others wrote. `brands` says what the outlet at a host is called.
    """

    key: str
    name: str
    hosts: tuple[str, ...]
    aliases: tuple[str, ...]
    agency: bool = False
    official: bool = False
    aggregator: bool = False
    brands: tuple[tuple[str, str], ...] = ()


class Platform(Enum):
    """Where each author of a platform has a place; the value is what publishers.yaml says."""

    SUBDOMAIN = "subdomain"
    PATH = "path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who speaks. `key` is the owner's, else a domain or a folded name; `why` is shown to people.

    `aggregator`: nobody knows who wrote it; such a voice confirms nothing and is never first.
    """

    key: str
    name: str
    agency: bool
    why: str
    aggregator: bool = False


class Owners:
    """The table of owners, immutable: found by host or by name."""

    def __init__(self, owners: Iterable[Owner], platforms: Mapping[str, Platform]) -> None:
        """Where two owners claim a host or a name, the later has it; the loader refuses that within a file."""
        self._owners = {owner.key: owner for owner in owners}
        self._platforms = dict(platforms)
        self._hosts = {host: owner for owner in self._owners.values() for host in owner.hosts}
        self._names = {fold(name): owner for owner in self._owners.values() for name in (owner.name, *owner.aliases)}
        self._brands = {host: name for owner in self._owners.values() for host, name in owner.brands}

    def __iter__(self) -> Iterator[Owner]:
        return iter(self._owners.values())

    def get(self, key: str) -> Owner | None:
        """The owner with this key."""
        return self._owners.get(key)

    def of_host(self, host: str) -> Owner | None:
        """Whose host this is, by its longest known ending; None on a platform, where everyone publishes."""
        for ending in _endings(host):
            if ending in self._hosts:
                return self._hosts[ending]
            if ending in self._platforms:
                return None
        return None

    def of_name(self, name: str) -> Owner | None:
        """Who is called so: an owner's or an outlet's name, as texts write it."""
        return self._names.get(fold(name))

    def brand(self, host: str) -> str | None:
        """What the outlet at this host is called: `electrek.co` → Electrek, whoever owns it."""
        return next((self._brands[ending] for ending in _endings(host) if ending in self._brands), None)

    def platform(self, host: str) -> Platform | None:
        """Where the platform at this host has its authors; None where it is no platform."""
        for ending in _endings(host):
            if ending in self._hosts:
                return None
            if ending in self._platforms:
                own = ending == bare_host(host)  # the platform's own pages
                return Platform.PATH if own else self._platforms[ending]
        return None

    @cached_property
    def cited(self) -> Names:
        """The names that a citation may name: not those of companies, which are what the news is about."""
        return Names(
            (name, owner.key)
            for owner in self._owners.values()
            if not owner.official and not owner.aggregator
            for name in owner.aliases
        )

    @cached_property
    def marks(self) -> AgencyMarks:
        """How the agencies' dispatches are marked."""
        return AgencyMarks(
            {name: owner.key for owner in self._owners.values() if owner.agency for name in owner.aliases}
        )


def _endings(host: str) -> Iterable[str]:
    labels = bare_host(host).split(".")
    return (".".join(labels[number:]) for number in range(len(labels)))


# "Twitter is down - Reuters": how aggregators name the paper behind a headline.
_TAIL = re.compile(r"\s[-–—|]\s(?P<name>[^-–—|]{2,40})$")


def speaker(*, publisher: str, host: str, title: str, text: str, author: str = "", owners: Owners) -> Voice:
    """Who speaks in an article of the feed `publisher` at `host`.

    The agency whose dispatch it is; else the host's owner; else, on platforms and aggregators, who is named: by the
    title's tail, the byline or the feed; else the registered domain.
    """
    mark = owners.marks.find(text=text, author=author)
    if mark is not None and (agency := owners.get(mark.owner)) is not None:
        return Voice(
            key=agency.key, name=agency.name, agency=True, why=f"agency copy: {mark.surface[:60]} {mark.where}"
        )
    host = bare_host(host)
    owner = owners.of_host(host)
    if owner is not None and not owner.aggregator:
        return _owned(owner, owners.brand(host) or owner.name, f"owner of {host}")
    if owner is not None:
        return _behind(owner, publisher, title, author, owners)
    platform = owners.platform(host)
    if platform is Platform.SUBDOMAIN:
        return Voice(key=host, name=publisher or host, agency=False, why=f"an author's own place: {host}")
    if platform is None and "." in host:
        domain = registered_domain(host)
        return Voice(key=domain, name=publisher or domain, agency=False, why=f"the domain {domain}")
    named = owners.of_name(publisher)
    if named is not None and not named.aggregator:
        return _owned(named, publisher, "named by its feed")
    return Voice(key=fold(publisher) or host, name=publisher or host, agency=False, why="named by its feed")


def _behind(aggregator: Owner, publisher: str, title: str, author: str, owners: Owners) -> Voice:
    """Who wrote what an aggregator shows."""
    tail = _TAIL.search(title)
    named = ((tail["name"] if tail else "", "the title"), (author, "the byline"), (publisher, "its feed"))
    for name, where in named:
        owner = owners.of_name(name) if name else None
        if owner is not None and not owner.aggregator:
            return _owned(owner, name, f"named by {where} at {aggregator.name}")
    return Voice(
        key=aggregator.key,
        name=aggregator.name,
        agency=False,
        why=f"{aggregator.name} shows what others wrote, and does not say who",
        aggregator=True,
    )


def _owned(owner: Owner, name: str, why: str) -> Voice:
    return Voice(key=owner.key, name=name, agency=owner.agency, why=why)


def source_voice(
    *, publisher: str, stated: bool, url: str, title: str, text: str, author: str = "", owners: Owners
) -> Voice:
    """Who speaks in an article of a source. `stated`: a person wrote the publisher's name into the configuration.

    What a person wrote goes before what the address tells, not before an agency's mark.
    """
    host = "" if stated else _public_host(url)
    voice = speaker(publisher=publisher, host=host, title=title, text=text, author=author, owners=owners)
    return replace(voice, why="named in the configuration") if stated and not voice.agency else voice


def voice_of(entry: KnownEntry | FoundEntry, owners: Owners) -> Voice:
    """Who speaks in an entry that the archive has."""
    return source_voice(
        publisher=entry.publisher,
        stated=entry.publisher_stated,
        url=entry.url,
        title=entry.title,
        text=entry.text,
        author=entry.author,
        owners=owners,
    )


def _public_host(url: str) -> str:
    """The address's host, where that says who publishes: not a number, not a machine of one's own network."""
    try:
        host = urlsplit(url).hostname or ""
        if "." in host:
            with suppress(ValueError):
                ip_address(host)
                return ""
            return host
    except ValueError:
        pass
    return ""
