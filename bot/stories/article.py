"""An article as grouping sees it, and its reduction to what is compared. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from bot.stories.features import Features, read_features
from bot.stories.sketch import sketch
from bot.stories.times import Period
from rules import Judgement
from rules.text import index_tokens


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What of an article is compared; `heading` are the words of its headline.

    `source` is where it came from (the same furniture of words comes with all of its articles), `voice` the key of who
    speaks in it and `publisher` the name, `watches` those whose rules it matched, `topics` who it is about.
    """

    features: Features
    language: str
    period: Period | None
    source: str
    voice: str
    publisher: str
    url: str
    links: frozenset[str] = frozenset()
    heading: tuple[str, ...] = ()
    sketch: tuple[int, ...] = ()
    topics: frozenset[str] = frozenset()
    watches: frozenset[str] = frozenset()

    @cached_property
    def subjects(self) -> frozenset[str]:
        """All that makes articles of different events alike: who they are about, and the watches."""
        return self.topics | {f"watch {watch}" for watch in self.watches}


def sign(
    *,
    title: str,
    text: str,
    language: str | None,
    period: Period | None,
    source: str,
    voice: str,
    publisher: str,
    url: str,
    links: Iterable[str] = (),
    judgement: Judgement,
) -> Signature:
    """Reduce an article; `url` and `links` are canonical. What the rules found tells what it is about."""
    topics = frozenset(judgement.subjects)
    return Signature(
        features=read_features(
            title=title,
            text=text,
            language=language,
            # A literal in a rule is no idea that other languages share.
            groups=[group for group in judgement.groups if '"' not in group],
            topics=topics,
            said=judgement.said.union(*judgement.subjects.values()),
        ),
        language=language or "",
        period=period,
        source=source,
        voice=voice,
        publisher=publisher,
        url=url,
        links=frozenset(links) - {url},
        heading=tuple(index_tokens(title)),
        sketch=sketch(index_tokens(text)),
        topics=topics,
        watches=frozenset(match.watch for match in judgement.matches),
    )
