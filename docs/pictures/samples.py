"""Invented digests and numbers, for pictures. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.alerts.content import DigestContent, DigestLine, PageContent, PageLine
from bot.charts.stats import Counted, Stats, first_day
from bot.demo.news.arriving import BOTE_COPY, DCD_STORY, ELECTREK_STORY, REGISTER_RENT, TESLAMAG_STORY
from bot.demo.news.written import Article

TESLA, TWITTER = "Tesla data centers", "Twitter/X infrastructure"


def passed_over(now: datetime) -> DigestContent:
    """What the first looks at two sources passed over."""
    lines = [
        DigestLine(title=written.title, url=written.link, publisher=publisher,
                   at=(now - timedelta(hours=hours)).isoformat())
        for written, publisher, hours in (
            (ELECTREK_STORY, "Electrek", 30), (DCD_STORY, "Data Center Dynamics", 55),
            (REGISTER_RENT, "The Register", 80),
        )
    ]  # fmt: skip
    return DigestContent(
        total=14, why=("first sight of Electrek: 9", "first sight of The Register: 5"), lines=tuple(lines)
    )


def digest_page(now: datetime) -> PageContent:
    """What quiet hours held back, by watch."""
    told: tuple[tuple[Article, str, str, str, int, tuple[str, ...]], ...] = (
        (TESLAMAG_STORY, "teslamag", TESLA, "high", 4, ("DENIAL",)),
        (BOTE_COPY, "Der Bote", TESLA, "normal", 1, ()),
        (DCD_STORY, "Data Center Dynamics", TWITTER, "normal", 3, ("CONFIRMED",)),
        (REGISTER_RENT, "The Register", TWITTER, "normal", 1, ()),
    )
    lines = tuple(
        PageLine(
            alert=17 + number,
            watch=watch,
            priority=priority,
            title=written.title,
            url=written.link,
            publisher=publisher,
            at=(now - timedelta(hours=2 * number)).isoformat(),
            voices=voices,
            news=news,
        )
        for number, (written, publisher, watch, priority, voices, news) in enumerate(told)
    )
    return PageContent(total=len(lines), page=1, pages=1, priority="high", lines=lines)


def month(now: datetime, zone: ZoneInfo) -> Stats:
    """Thirty days of two watches, with the weekends that news has, and the day of the story at their end."""
    tesla = (1, 0, 2, 1, 0, 0, 0, 1, 3, 1, 0, 2, 0, 0, 1, 1, 0, 4, 2, 1, 0, 0, 2, 1, 1, 3, 0, 0, 5, 8)
    twitter = (0, 1, 0, 0, 2, 0, 0, 3, 1, 0, 0, 1, 0, 1, 0, 0, 6, 3, 1, 0, 0, 0, 1, 0, 0, 2, 1, 0, 2, 4)
    alerts = (0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 3)
    return Stats(
        first=first_day(now, zone, len(tesla)),
        days=len(tesla),
        watches=(
            Counted(title=TESLA, key="tesla-data-centers", by_day=tesla),
            Counted(title=TWITTER, key="twitter-infrastructure", by_day=twitter),
        ),
        stories=sum(tesla) + sum(twitter) - 6,  # six were of both
        alerts=alerts,
    )
