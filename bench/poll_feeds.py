"""Makes the feeds, as files: each version of each, plain and compressed. The same numbers give the same bytes."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Thread

from bench.poll_plan import Phase, Plan, added
from bench.poll_text import Code, write
from bot.demo.feed_formats import Channel, Item, atom, rdf, rss2, rss2_latin1

_LENGTHS = (10, 15, 20, 20, 25, 30, 40, 50, 50, 90)
"""Items of a feed: 35 on average."""

_PARAGRAPHS = (1, 1, 1, 3, 4, 5, 6, 7, 8, 9)
"""Of an article: three feeds in ten have a teaser only. With the lengths above a feed has some 86 KB."""

_FORMATS = (rss2, atom, rss2, rss2, atom, rss2, rdf, rss2, atom, rss2)
"""Of 72 captured feeds 62 % were RSS 0.9x and 2.0, 32 % Atom, 6 % RDF."""

_LATIN1_EVERY = 20
_SHARED_EVENTS = 2
"""Articles that an event has on average."""

INDEX = "feeds.json"

Format = Callable[[Channel, tuple[Item, ...]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What stands in the folder: entries of the first versions, and their bytes, plain and compressed."""

    feeds: int
    rounds: int
    entries: int
    size: int
    compressed: int

    @property
    def plan(self) -> Plan:
        """What the server is to answer."""
        return Plan(feeds=self.feeds, rounds=self.rounds)


def build(folder: Path, plan: Plan, *, newest: datetime) -> Made:
    """Write all versions of all feeds: the newest item of a first version is of `newest`, later ones come after it."""
    one = partial(_build_one, folder, plan, newest)
    workers = min(os.cpu_count() or 1, 4)
    if plan.feeds < 50:  # a process starts slower than that
        counted = [one(feed) for feed in range(plan.feeds)]
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent) as processes:
            counted = list(processes.map(one, range(plan.feeds), chunksize=20))
    entries, size, compressed = (sum(column) for column in zip(*counted, strict=True))
    made = Made(feeds=plan.feeds, rounds=plan.rounds, entries=entries, size=size, compressed=compressed)
    (folder / INDEX).write_text(json.dumps(asdict(made)), encoding="utf-8")
    return made


def _end_with_parent() -> None:
    """A worker of a pool waits for ever when the process that started it is killed."""

    def watch() -> None:
        if parent := multiprocessing.parent_process():
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def read_index(folder: Path) -> Made:
    """What `build` made there."""
    return Made(**json.loads((folder / INDEX).read_text(encoding="utf-8")))


def file_of(folder: Path, feed: int, version: int, *, compressed: bool) -> Path:
    """Where a version of a feed is."""
    return folder / f"{feed:05}-{version}.xml{'.gz' if compressed else ''}"


def content_type(feed: int) -> str:
    """What the feed is sent as."""
    return "application/atom+xml" if _format(feed) is atom else "application/rss+xml"


def _build_one(folder: Path, plan: Plan, newest: datetime, feed: int) -> tuple[int, int, int]:
    """Items and sizes of the first version of one feed, whose files are written."""
    first = (0, 0, 0)
    for version, (items, body) in enumerate(versions(feed, plan, newest=newest)):
        packed = gzip.compress(body, 6, mtime=0)
        file_of(folder, feed, version, compressed=False).write_bytes(body)
        file_of(folder, feed, version, compressed=True).write_bytes(packed)
        if not version:
            first = (items, len(body), len(packed))
    return first


def versions(feed: int, plan: Plan, *, newest: datetime) -> Iterator[tuple[int, bytes]]:
    """Number of items and bytes of each version; as with a publisher, what comes on top pushes out the oldest."""
    dice = random.Random(f"feed {feed}")
    code: Code = "de" if dice.random() < 0.5 else "en"
    home = f"https://paper-{feed}.example"
    channel = Channel(title=f"Paper {feed}", home=f"{home}/", language=code)
    length, paragraphs = dice.choice(_LENGTHS), dice.choice(_PARAGRAPHS)
    events = max(1, plan.feeds * sum(_LENGTHS) // len(_LENGTHS) // _SHARED_EVENTS)

    def item(name: str, moment: datetime) -> Item:
        text = write(code, dice, event=dice.randrange(events), paragraphs=paragraphs)
        link = f"{home}/{moment:%Y/%m}/{name}"
        return Item(
            guid=link,
            link=link,
            title=text.title,
            paragraphs=text.paragraphs,
            author=f"Reporter {dice.randrange(9)}",
            published=moment,
            updated=moment,
        )

    gap = timedelta(minutes=dice.choice((20, 60, 240, 1440)))
    items = tuple(item(f"old-{place}", newest - gap * place) for place in range(length))
    yield length, _format(feed)(channel, items)
    for version in range(1, 1 + plan.version(feed, Phase.TYPICAL, plan.rounds)):
        fresh = tuple(
            item(f"new-{version}-{place}", newest + timedelta(seconds=version)) for place in range(added(feed, version))
        )
        items = (fresh + items)[:length]
        yield length, _format(feed)(channel, items)


def _format(feed: int) -> Format:
    return rss2_latin1 if feed % _LATIN1_EVERY == 3 else _FORMATS[feed % len(_FORMATS)]
