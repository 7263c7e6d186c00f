"""Invented articles on an invented company, a rules file for them, and the road from one to a story."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.stories.article import Signature, sign
from bot.stories.grouper import Grouper
from bot.stories.reasons import Placement
from bot.stories.times import Period
from rules import Document, Matcher, load_texts
from storage.records import Ref

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

RULES = """\
watch: nordkap
title: Nordkap's server halls
terms:
  nordkap: {any: [Nordkap, 诺德卡普]}
  hall: {any: [data center, Rechenzentr*, 数据中心]}
  outage: {any: [outage, Ausfall, 中断]}
rules:
  - name: hall
    when: nordkap near hall
    priority: normal
  - name: outage
    when: nordkap near outage
    priority: high
"""
MATCHER = Matcher(load_texts({"nordkap.yaml": RULES}))


def signed(
    title: str,
    text: str = "",
    *,
    hours: float = 0.0,
    source: str = "",
    language: str = "en",
    url: str = "",
    links: tuple[str, ...] = (),
    period: Period | None = None,
    matcher: Matcher = MATCHER,
) -> Signature:
    """An article so many hours after noon; each comes from a source and a voice of its own where none is named."""
    source = source or f"paper of {title[:30]}"
    return sign(
        title=title,
        text=text,
        language=language,
        period=period or Period.at(NOON + timedelta(hours=hours)),
        source=source,
        voice=source,
        publisher=source,
        url=url,
        links=links,
        judgement=matcher.judge(Document(title=title, text=text, language=language)),
    )


@dataclass(slots=True)
class Desk:
    """A grouper and what the archive does around it: names for articles and stories, merges carried out."""

    grouper: Grouper = field(default_factory=Grouper)
    stories: dict[Ref, Ref] = field(default_factory=dict)
    placements: list[Placement] = field(default_factory=list)
    _refs: count[int] = field(default_factory=lambda: count(1))

    def take(self, *articles: Signature) -> list[Ref]:
        """The stories that these articles were put into, one after the other."""
        return [self._take(article) for article in articles]

    def _take(self, article: Signature) -> Ref:
        ref = next(self._refs)
        placement = self.grouper.place(article)
        self.placements.append(placement)
        for merge in placement.merges:
            self.grouper.merge(merge.story, merge.into)
            self.stories = {one: merge.into if story == merge.story else story for one, story in self.stories.items()}
        story = placement.story if placement.story is not None else ref
        story = placement.merges[-1].into if placement.merges else story
        self.grouper.add(ref, story, article)
        self.stories[ref] = story
        return story


SYLLABLES = "bra del fen gor hul jin kas lom mer nov pel rus sol tir vek wan".split()


def stream(articles: int, *, seed: int = 1) -> list[Signature]:
    """Invented news in order of time: events, each told by one to five papers, each in some of the event's words."""
    dice = random.Random(seed)
    words = ["".join(dice.choices(SYLLABLES, k=3)) for _ in range(2_000)]
    told: list[tuple[float, str, str]] = []
    hour = 0.0
    while len(told) < articles:
        hour += dice.uniform(0.5, 3.0)
        event = dice.sample(words, 10)
        who = dice.choice(["Nordkap data center", "Nordkap", "", ""])
        for paper in range(dice.randint(1, 5)):
            title = f"{event[0].title()}: {who} {' '.join(dice.sample(event[1:], 4))}"
            text = " ".join([*dice.sample(event, 6), *dice.sample(words, 6)])
            told.append((hour + paper * dice.uniform(0.1, 0.9), title, text))
    return [
        signed(title, text, hours=at, source=f"paper-{number % 23}")
        for number, (at, title, text) in enumerate(sorted(told)[:articles])
    ]
