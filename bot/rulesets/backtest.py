"""What a rule set would have alerted on: its hits over the archive, by rule and week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from bot.rulesets.candidate import Candidate
from bot.rulesets.compare import Period
from bot.rulesets.replay import Hit, Replay, Told
from bot.voices.publishers import Owners
from storage.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHits:
    """A rule's part: its hits in stories that were told, oldest first, and in those of a first look, never told."""

    rule: str
    hits: tuple[Hit, ...]
    first_looks: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """`matched` counts articles; `first_looks` and `waiting` are stories that matched and alert nobody."""

    period: Period
    alerts: tuple[Told, ...]
    rules: tuple[RuleHits, ...]
    matched: int
    first_looks: int
    waiting: int


def backtest(
    archive: Archive,
    candidate: Candidate,
    period: Period,
    *,
    owners: Owners,
    on_read: Callable[[int], None] = lambda _: None,
) -> Backtest:
    """Replay the archive's period. Reads in batches and holds no transaction; a service goes on beside it."""
    replay = Replay(candidate.rules, candidate.matcher, owners)
    for batch in archive.texts(since=period.since):
        for entry in batch:
            replay.add(entry)
        on_read(len(batch))
    told, quiet = replay.hits(), replay.first_looks()
    unseen: dict[str, list[Hit]] = {}
    for story in quiet:
        for hit in story.hits:
            unseen.setdefault(hit.rule, []).append(hit)
    return Backtest(
        period=period,
        alerts=tuple(replay.alerts()),
        rules=tuple(
            RuleHits(
                rule=rule.full_name,
                hits=tuple(told.get(rule.full_name, ())),
                first_looks=tuple(unseen.get(rule.full_name, ())),
            )
            for rule in candidate.rules.rules
        ),
        matched=replay.matched,
        first_looks=len(quiet),
        waiting=replay.waiting(),
    )


def weeks_of(period: Period, zone: tzinfo) -> list[date]:
    """The Mondays of all weeks that the period touches, oldest first."""
    first, last = week_of(period.since, zone), week_of(period.until, zone)
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]


def week_of(moment: datetime, zone: tzinfo) -> date:
    """The Monday of the week of a moment."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def by_week(moments: list[datetime], zone: tzinfo) -> Mapping[date, int]:
    """How many of the moments lie in each week, by its Monday."""
    return Counter(week_of(moment, zone) for moment in moments)
