"""OPML, the format in which feed readers exchange their lists: read with care, written plainly. Pure.

Nested folders and the `category` attribute are tags. An outline that cannot be used is told with its line and
column, and costs no other one. Format: opml.org/spec2.opml.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise

from bot.sources.opml_addresses import Unusable, as_web_address, checked, identity
from bot.sources.opml_outlines import Outline, find_outlines, unescaped
from rules.problems import Problem, Severity

MAX_PROBLEMS = 1000
"""Told about one file; who has more has one problem."""
_MAX_TITLE = 200
_LONGEST = 2000  # characters of an attribute that are looked at
_MAX_TAGS, _MAX_TAG = 20, 64
_FEED_TYPES = {"rss", "rss1", "rss2", "atom", "feed", "rdf", "json", "jsonfeed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlFeed:
    """One feed of a list. `title` and `site` (the page of the feed) may be empty; `line` is where it was read."""

    url: str
    title: str = ""
    site: str = ""
    tags: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlContents:
    """The usable feeds in the file's order, each address once, and everything that is wrong, sorted by place."""

    feeds: tuple[OpmlFeed, ...]
    problems: tuple[Problem, ...]


class _Reader:
    """Collects feeds on the way through the outlines; folders are a stack of the tags that hold inside them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.feeds: dict[str, OpmlFeed] = {}
        self.problems: list[Problem] = []
        self._idle: list[Outline] = []

    def read(self, tags: Iterable[Outline | None]) -> None:
        folders: list[tuple[str, ...]] = [()]
        for outline, following in pairwise([*tags, None]):
            if outline is not None:
                is_feed = self._is_feed(outline, folders[-1])
                if not is_feed and following is None:
                    self._idle.append(outline)
                own = () if is_feed else (tag_of(_label(outline)),)
                folders.append(_once((*folders[-1], *own)))
            elif len(folders) > 1:
                folders.pop()
        for outline in self._idle if self.feeds else ():  # in a list of feeds, a line without one is worth a word
            self._complain(outline, "neither an address (xmlUrl) nor an outline below it", warning=True)

    def _is_feed(self, outline: Outline, folder_tags: tuple[str, ...]) -> bool:
        """Note the outline's feed or problem; False for a folder or a line of text."""
        kind = outline.attributes.get("type", "").strip().lower()
        address = outline.attributes.get("xmlurl") or (outline.attributes.get("url", "") if kind in _FEED_TYPES else "")
        address = address.strip()
        if not address and kind == "include":
            self._complain(outline, "another list, which is not read", "download it and import it, too", warning=True)
        elif not address and (kind in _FEED_TYPES or outline.broken):
            site = _site(outline)
            hint = f"find its feed: rackwatch sources add {site}" if site else None
            self._complain(outline, "no address of a feed (xmlUrl) can be read here", hint)
        elif address:
            try:
                self._add(outline, address, _once((*folder_tags, *_categories(outline))))
            except Unusable as reason:
                self._complain(outline, reason.message, reason.hint)
        else:
            return False
        return True

    def _add(self, outline: Outline, address: str, tags: tuple[str, ...]) -> None:
        url = as_web_address(address)
        same = identity(checked(url))
        if address.lower().startswith("feed:"):
            self._complain(outline, f"'feed:' is no way to fetch; it was read as {url}", warning=True)
        known = self.feeds.get(same)
        if known is not None:
            message = f"the same address as in line {known.line}; its tags were added there"
            self._complain(outline, message, warning=True)
            self.feeds[same] = replace(known, tags=_once((*known.tags, *tags)))
            return
        title = _label(outline)
        self.feeds[same] = OpmlFeed(
            url=url, title="" if title == url else title, site=_site(outline), tags=tags, line=outline.line
        )

    def _complain(self, outline: Outline, message: str, hint: str | None = None, *, warning: bool = False) -> None:
        label = _label(outline)[:60]
        self.problems.append(
            Problem(
                file=self.name,
                line=outline.line,
                column=outline.column,
                message=f"'{label}': {message}" if label else message,
                hint=hint,
                severity=Severity.WARNING if warning else Severity.ERROR,
            )
        )


def read_opml(body: bytes, name: str) -> OpmlContents:
    """The feeds of an OPML file of at most MAX_OPML bytes; `name` is the file's in messages.

    Never raises: a file that is broken, hostile or something else gives problems, and the feeds that can be read.
    """
    outlines = find_outlines(body, name)
    reader = _Reader(name)
    reader.read(outlines.tags)
    problems = sorted([*outlines.problems, *reader.problems])
    if len(problems) > MAX_PROBLEMS:
        last = problems[MAX_PROBLEMS - 1]
        problems[MAX_PROBLEMS - 1 :] = [replace(last, message=f"{len(problems) - MAX_PROBLEMS + 1} more problems")]
    if not reader.feeds and not problems:
        message = "no feed in this file: no outline has an address (xmlUrl)"
        problems = [Problem(file=name, line=1, column=1, message=message)]
    return OpmlContents(feeds=tuple(reader.feeds.values()), problems=tuple(problems))


def write_opml(feeds: Iterable[OpmlFeed], title: str, now: datetime) -> str:
    """An OPML 2.0 document, to be saved as UTF-8; `now` (aware) is its date.

    A feed stands in one folder, its first tag; all its tags are in `category`, from where they are read back.
    """
    folders: dict[str, list[str]] = {}
    for feed in feeds:
        tags = sorted(_once(map(tag_of, feed.tags)))
        attributes = {
            "type": "rss",
            "text": one_line(feed.title) or feed.url,
            "title": one_line(feed.title),
            "xmlUrl": feed.url,
            "htmlUrl": feed.site,
            "category": ",".join(f"/{tag}" for tag in tags),
        }
        written = " ".join(f'{name}="{_escaped(value)}"' for name, value in attributes.items() if value)
        folders.setdefault(tags[0] if tags else "", []).append(f"<outline {written}/>")
    lines = []
    for tag in sorted(folders, key=lambda tag: (not tag, tag)):
        if tag:
            lines += [f'<outline text="{tag}" title="{tag}">', *(f"  {line}" for line in folders[tag]), "</outline>"]
        else:
            lines += folders[tag]
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<opml version="2.0">',
            "  <head>",
            f"    <title>{_escaped(one_line(title))}</title>",
            f"    <dateCreated>{format_datetime(now.astimezone(UTC), usegmt=True)}</dateCreated>",
            "  </head>",
            "  <body>",
            *(f"    {line}" for line in lines),
            "  </body>",
            "</opml>\n",
        )
    )


def tag_of(text: str) -> str:
    """A folder's name as a tag: `Big Tech & Co.` → `big-tech-co`; letters of every script stay. May be empty."""
    kept = (sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in text.lower())
    return unicodedata.normalize("NFC", "-".join("".join(kept).split()))[:_MAX_TAG].strip("-")


def one_line(text: str) -> str:
    """The text in one line, without what XML or a terminal cannot take; cut at 200 characters."""
    signs = (" " if unicodedata.category(sign) in {"Cc", "Cs", "Cn"} else sign for sign in text[:_LONGEST])
    return " ".join("".join(signs).split())[:_MAX_TITLE].strip()


def _escaped(value: str) -> str:
    # What looks like a reference is escaped twice, because the reader resolves twice (see `unescaped`).
    return html.escape(value if unescaped(value) == value else value.replace("&", "&amp;"))


def _label(outline: Outline) -> str:
    return one_line(outline.attributes.get("text", "")) or one_line(outline.attributes.get("title", ""))


def _site(outline: Outline) -> str:
    site = outline.attributes.get("htmlurl", "").strip()
    try:
        checked(site)
    except Unusable:
        return ""
    return site


def _categories(outline: Outline) -> Iterable[str]:
    return map(tag_of, re.split("[,/]", outline.attributes.get("category", "")[:_LONGEST]))


def _once(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, tags)))[:_MAX_TAGS]
