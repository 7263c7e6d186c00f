"""What a list of feeds adds to rackwatch.yaml: sorted out here, written by `bot.edit_config`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from bot.edits.keys import free_key
from bot.settings import Settings, Source
from bot.sources.opml import OpmlContents
from bot.sources.origins import origin_of
from bot.sources.urls import canonical_url
from rules.problems import Problem, Severity
from storage.records import SourceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """`new` are entries of rackwatch.yaml, `known` what each feed that is there already is called in the list, with the
    key of its source; `problems` are those of the list, in its order.
    """

    new: tuple[Mapping[str, object], ...]
    known: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> tuple[Problem, ...]:
        """Feeds that are not taken, with the reason."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


def sort_out(
    settings: Settings, contents: OpmlContents, moved: Mapping[str, str], *, name: str, tags: Iterable[str] = ()
) -> Sorted:
    """The feeds of a list by what becomes of them.

    `moved` says whose address is another one by now (`address_key` → key), `name` is the list's in messages, `tags` are
    given to each new source as well.
    """
    holders = {**moved, **own_addresses(settings)}
    taken = {source.key for source in settings.config.sources}
    new: list[dict[str, object]] = []
    known: list[tuple[str, str]] = []
    problems = list(contents.problems)
    for feed in contents.feeds:
        address = address_key(feed.url)
        if address in holders:
            known.append((feed.title or feed.url, holders[address]))
            continue
        key = free_key(feed.title, taken, feed.url)
        every_tag = list(dict.fromkeys([*feed.tags, *tags]))
        entry: dict[str, object] = {"key": key, "title": feed.title or None, "url": feed.url, "tags": every_tag or None}
        try:
            Source.model_validate({field: value for field, value in entry.items() if value is not None})
        except ValidationError as invalid:
            reason = str(invalid.errors()[0]["msg"]).removeprefix("Value error, ")
            problems.append(Problem(file=name, line=feed.line, column=1, message=reason))
            continue
        taken.add(key)
        holders[address] = key
        new.append(entry)
    return Sorted(new=tuple(new), known=tuple(known), problems=tuple(sorted(problems)))


def address_key(url: str, body: str | None = None) -> str:
    """The same for addresses that stand for the same document; a POST is told apart by what it sends."""
    return f"{canonical_url(url)} {body}" if body else canonical_url(url)


def own_addresses(settings: Settings) -> dict[str, str]:
    """Whose address it is: `address_key` → the source's key."""
    holders = {}
    for source in settings.config.sources:
        origin = origin_of(source, settings.config.services)
        holders[address_key(origin.url, origin.options.get("body"))] = source.key
    return holders


def moved_to(states: Iterable[SourceStatus]) -> dict[str, str]:
    """Where sources have moved to: `address_key` → key."""
    return {address_key(state.health.effective_url): state.key for state in states if state.health.effective_url}
