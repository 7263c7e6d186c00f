"""Pictures of messages for the documents: `.venv/bin/python -m docs.pictures.make`, in a checkout.

The demo's articles go through the shipped rules, the plan and the renderer; what comes out is read by the strict rules
of the tests' Telegram, put into a chat bubble as wide as a phone and photographed by a Chromium without a window.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.alerts.compose import MatchedArticle
from bot.alerts.content import AlertContent, ReplyContent
from bot.alerts.keyboard import alert_keyboard
from bot.alerts.plan import ChatRoute, Manners, decide
from bot.alerts.render import alert, digest, reply
from bot.alerts.render import page as digest_of_page
from bot.alerts.words import LANGUAGES
from bot.charts.figure import png
from bot.chat.stats_shown import as_chart, caption
from bot.chat.words import words_in
from bot.demo.news.arriving import (
    BOTE_COPY,
    DCD_DENIAL,
    ELECTREK_STORY,
    KEJI_STORY,
    TESLAMAG_STORY,
)
from bot.demo.news.written import Article
from bot.documents.entries import ParsedEntry
from bot.documents.plain_text import plain_text
from bot.judge import judge
from bot.publishers_file import load_owners
from docs.pictures.bubble import Bubble, page, with_photos
from docs.pictures.camera import NoBrowser, photograph
from docs.pictures.samples import digest_page, month, passed_over
from docs.pictures.stamp import stamped
from rules import Matcher, load_folder, shipped_watches
from storage.records import AlertStanding, Json, SourceForPoll

FOLDER = Path(__file__).parent
ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2023, 8, 14, 12, 30, tzinfo=UTC)
"""The day of the story that this program was made for."""

ROUTE = ChatRoute(key="picture")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one article after the other makes of a story's message, and what is answered to it."""

    contents: list[AlertContent]
    replies: list[ReplyContent]


def _source(publisher: str, language: str) -> SourceForPoll:
    return SourceForPoll(
        id=1, key=publisher.lower(), url="https://feed.example/", title=publisher, language=language,
        publisher=publisher, tags=(), subscribed_at=NOW, baseline_at=NOW, etag=None, last_modified=None, body_hash=None,
        failures=0, next_check_at=NOW, not_before=None, last_success_at=NOW, resumed_at=None,
    )  # fmt: skip


def _judged(articles: Sequence[tuple[Article, str, str]]) -> Iterator[MatchedArticle]:
    matcher, owners = Matcher(load_folder(shipped_watches())), load_owners(None)
    for written, publisher, language in articles:
        text, links = plain_text("".join(f"<p>{paragraph}</p>" for paragraph in written.paragraphs()))
        at = NOW - timedelta(minutes=written.minutes_ago)
        entry = ParsedEntry(
            guid=written.link, url=written.link, title=written.title, author=written.author, text=text,
            language=language, published_at=at, links=links,
        )  # fmt: skip
        (one,) = judge([entry], _source(publisher, language), matcher, owners, now=NOW)
        yield MatchedArticle(
            title=entry.title, text=text, url=entry.url, language=language, at=at, voice=one.voice.key,
            publisher=one.voice.name, matches=one.matches, watch_titles={}, citations=one.citations, denies=one.denies,
        )  # fmt: skip


def _told(articles: Sequence[tuple[Article, str, str]]) -> Told:
    told = Told(contents=[], replies=[])
    earlier: list[MatchedArticle] = []
    alerted: Json | None = None
    for article in _judged(articles):
        decision = decide(article, ROUTE, alerted, earlier, manners=Manners(), owners=load_owners(None), now=NOW)
        if decision.content is not None:
            alerted = decision.content.to_json()
            told.contents.append(decision.content)
        if decision.reply is not None:
            told.replies.append(decision.reply)
        earlier.append(article)
    return told


NOBODY_YET = AlertStanding(up=0, down=0, muted=False)


def _alert(
    content: AlertContent,
    language: str = "en",
    *,
    sent: str,
    edited: bool = False,
    standing: AlertStanding = NOBODY_YET,
) -> Bubble:
    rows = alert_keyboard(17, standing, LANGUAGES[language])
    return Bubble(
        html=alert(content, 17, ZONE, LANGUAGES[language]),
        buttons=[[key.text for key in row] for row in rows],
        sent=sent,
        edited=edited,
    )


def pictures() -> dict[str, str]:
    """The pages, by the names of their pictures."""
    told = _told(
        [
            (TESLAMAG_STORY, "teslamag", "de"),
            (ELECTREK_STORY, "Electrek", "en"),
            (KEJI_STORY, "科技早报", "zh"),
            (BOTE_COPY, "Der Bote", "de"),
            (DCD_DENIAL, "Data Center Dynamics", "en"),
        ]
    )
    denial = next(one for one in told.replies if one.kind == "DENIAL")
    first = told.contents[0]
    numbers, words = month(NOW, ZONE), words_in("en")
    return {
        "alert": page([_alert(first, sent="14:10")]),
        "alert-german": page([_alert(first, "de", sent="14:10")]),
        "edited": page([_alert(told.contents[-1], sent="14:10", edited=True)]),
        "reply": page([Bubble(html=reply(denial, 17), sent="14:21", answers=first.title.text)]),
        "buttons": page([_alert(first, sent="14:10", standing=AlertStanding(up=3, down=1, muted=True))]),
        "digest": page([Bubble(html=digest(passed_over(NOW), ZONE), sent="14:30")]),
        "digest-page": page([Bubble(html=digest_of_page(digest_page(NOW), ZONE), sent="07:00")]),
        "stats": page([Bubble(html=caption(numbers, words), sent="14:31", photo=as_chart(numbers, words))]),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, default=FOLDER, help="folder of the pictures (default: docs/pictures)")
    parser.add_argument("--pages", action="store_true", help="keep the pages beside the pictures")
    options = parser.parse_args()
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        print("no Chromium found: install 'chromium' and start again; nothing was changed", file=sys.stderr)
        return 1
    options.into.mkdir(parents=True, exist_ok=True)
    for name, html in pictures().items():
        try:
            picture = stamped(photograph(with_photos(html, png), browser=browser), html)
        except NoBrowser as wrong:
            print(f"{name}: {wrong}", file=sys.stderr)
            return 1
        (options.into / f"{name}.png").write_bytes(picture)
        if options.pages:
            (options.into / f"{name}.html").write_text(html, encoding="utf-8")
        print(f"{options.into / name}.png: {len(picture) / 1000:.0f} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
