"""What a site's robots.txt lets us fetch (RFC 9309). Pure: text in, answers out. The only file that imports protego.

We find the group that is meant for us, protego judges paths by its rules: the longest match decides, `Allow` wins over
an equal `Disallow`, `*` and `$` are wildcards, percent-encoding does not matter.
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import Enum
from itertools import chain, islice
from typing import Self
from urllib.parse import urlsplit

from protego import Protego

AGENT = "rackwatch"
"""Our product token: the name that site owners write behind `User-agent:`."""

MAX_SIZE = 500 * 1024
"""Bytes that are read of a robots.txt (RFC 9309, 2.5: at least 500 KiB). What a 1 MB file says further on is lost."""

EXPIRY = timedelta(hours=24)
"""How long an answer holds (RFC 9309, 2.4); also how long a site stays closed whose robots.txt cannot be fetched."""

MAX_CRAWL_DELAY = 60.0
"""Seconds of pause that we grant at most: sites that write 86,400 mean crawlers of whole sites. We ask for one page."""

MAX_RULES = 3_000
"""Lines that count for one agent. Long ones of real sites have some 1,000; 30,000 awkward ones cost protego 0.8 s."""

_LINE = re.compile(
    r"^[^\S\n]*(?:user[- ]?agent\b[^\S\n]*:?[^\S\n]*(?P<agent>\*|[a-z_-]*)"
    r"|(?P<rule>(?:dis+al+ow|allow|crawl[- ]delay)\b.*))",
    re.IGNORECASE | re.MULTILINE,
)

_Groups = dict[str, list[list[str]]]
"""An agent's token in lower case → the rules of each of its groups, as lines. Agents of one group share them."""


class Permission(Enum):
    """Whether a page may be fetched. The text stands in logs and messages."""

    ALLOWED = "robots.txt allows it"
    NO_ROBOTS = "the site has no robots.txt"
    FORBIDDEN = "robots.txt forbids it"
    UNREACHABLE = "robots.txt cannot be fetched, so nothing is allowed for now"

    @property
    def granted(self) -> bool:
        return self in {Permission.ALLOWED, Permission.NO_ROBOTS}


class Robots:
    """A site's robots.txt."""

    __slots__ = ("_groups", "_rules", "_without")

    def __init__(self, *, groups: _Groups, without: Permission | None) -> None:
        self._groups = groups
        self._without = without
        self._rules: dict[str, Protego] = {}

    @classmethod
    def read(cls, body: bytes | None, status: int | None) -> Self:
        """From the answer to `robots_url`, redirects followed; `status` None where there was no answer.

        No robots.txt (3xx that lead nowhere, 4xx) allows everything, a server in trouble (5xx, no answer) nothing for
        now: RFC 9309, 2.3.1. "Too many requests" (429) is trouble, not absence. Never fails on what stands in the
        file: lines that make no sense do not count.
        """
        if status is not None and 200 <= status < 300:
            return cls(groups=_groups(body or b""), without=None)
        gone = status is not None and 300 <= status < 500 and status != 429
        return cls(groups={}, without=Permission.NO_ROBOTS if gone else Permission.UNREACHABLE)

    def allows(self, url: str, agent: str = AGENT) -> Permission:
        """Whether the agent may fetch the address. Raises ValueError where `url` is no address."""
        if self._without is not None:
            return self._without
        return Permission.ALLOWED if self._for(agent).can_fetch(url, "*") else Permission.FORBIDDEN

    def crawl_delay(self, agent: str = AGENT) -> float | None:
        """Seconds between two requests that the site asks the agent for, at most 60; None where it says nothing."""
        delay = self._for(agent).crawl_delay("*")
        return None if delay is None else min(delay, MAX_CRAWL_DELAY)

    def _for(self, agent: str) -> Protego:
        """The rules of the agent's own group; where it has none, those for everybody."""
        agent = agent.lower()
        if agent not in self._rules:
            groups = self._groups.get(agent, self._groups.get("*", []))
            lines = islice(chain.from_iterable(groups), MAX_RULES)
            self._rules[agent] = Protego.parse("\n".join(["User-agent: *", *lines]))
        return self._rules[agent]


def robots_url(url: str) -> str:
    """Where the robots.txt of this address's site is. Raises ValueError where `url` is no http(s) address."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url[:200]!r} is not a web address; it begins with http:// or https://")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}/robots.txt"


def _groups(body: bytes) -> _Groups:
    """The rules that are meant for each agent. Groups with one token belong together (2.2.1)."""
    text = body[:MAX_SIZE].decode("utf-8-sig", "replace")
    if len(body) > MAX_SIZE:
        # Half a line could forbid more than the whole one: "/" of "/private".
        text = text[: max(text.rfind("\n"), text.rfind("\r"))]
    groups: _Groups = {}
    rules: list[str] = []
    in_head = False  # an agent's line was the last one that counts
    for line in _LINE.finditer(text.replace("\r", "\n")):
        if line["rule"]:
            in_head = False
            rules.append(line["rule"])
            continue
        if not in_head:
            rules, in_head = [], True
        of_agent = groups.setdefault(line["agent"].lower(), [])
        if not of_agent or of_agent[-1] is not rules:
            of_agent.append(rules)
    return groups
