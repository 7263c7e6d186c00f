"""Alerts told anew: two stories turned out to be one, or one to be two. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.alerts.compose import RANK, REPORTS, MatchedArticle, composed, first_report, grown, voices_of
from bot.alerts.content import AlertContent
from bot.alerts.plan import ChatRoute, followed
from bot.voices.publishers import Owners
from storage.records import Json, MatchRow


def merged(
    kept: Json,
    gone: Json,
    kept_id: int,
    gone_id: int,
    *,
    articles: Sequence[MatchedArticle],
    route: ChatRoute,
    owners: Owners,
) -> tuple[Json, Json]:
    """Two alerts of one chat whose stories are one: what the one that stays says, and what the other says.

    `articles` are the matched ones of both stories.
    """
    stays, goes = AlertContent.from_json(kept), AlertContent.from_json(gone)
    known = {report.speaker for report in stays.reports}
    reports = sorted(
        (*stays.reports, *(report for report in goes.reports if report.speaker not in known)),
        key=lambda report: report.at,
    )
    heard = [article for article, _ in _heard(articles, route)]
    stays = replace(
        stays,
        priority=max(stays.priority, goes.priority, key=lambda name: RANK[name]),
        watches=stays.watches | goes.watches,
        reports=tuple(reports[:REPORTS]),
        voices=voices_of(heard),
        first=first_report(heard, owners),
        tells_of=(*stays.tells_of, gone_id),
        moved_to=tuple(number for number in stays.moved_to if number != gone_id),
        denied=stays.denied or goes.denied,
    )
    return stays.to_json(), replace(goes, told_in=kept_id).to_json()


def part_of(
    content: AlertContent, articles: Sequence[MatchedArticle], route: ChatRoute, owners: Owners
) -> AlertContent | None:
    """What an alert says when only these of its story's articles are left; None where none concerns the chat.

    Headline and passage stay as they are where their article is among them.
    """
    heard = _heard(articles, route)
    if not heard:
        return None
    lead = next((pair for pair in heard if pair[0].url == content.url), None)
    part = composed(*(lead or heard[0]))
    if lead is not None:
        part = replace(part, title=content.title, excerpt=content.excerpt)
    for article, matches in heard:
        part = grown(part, article, matches) or part
    told = [article for article, _ in heard]
    return replace(
        part,
        voices=voices_of(told),
        first=first_report(told, owners),
        denied=any(article.denies for article in told),
        tells_of=content.tells_of,
        moved_to=content.moved_to,
        moved_from=content.moved_from,
    )


def _heard(articles: Sequence[MatchedArticle], route: ChatRoute) -> list[tuple[MatchedArticle, list[MatchRow]]]:
    return [(article, matches) for article in articles if (matches := followed(article.matches, route))]
