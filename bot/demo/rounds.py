"""The demo's plot: nine sources, eight rounds. Pure: the same `now` gives the same bytes.

A round publishes only what changed; the other sources answer 304 until their turn comes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.feed_formats import Channel, Item
from bot.demo.feed_server import Reply
from bot.demo.news import arriving, baseline, without_feed
from bot.demo.news.written import Article
from bot.demo.sources import BOTE, DCD, ELECTREK, HEISE, JOBS, KEJI, REGISTER, STATUS, TESLAMAG, DemoSource
from bot.demo.web_formats import article_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What changes at once, and a sentence that tells the person who watches why it matters."""

    title: str
    explains: str
    replies: Mapping[str, Reply]


_ROBOTS = Reply(body=b"User-agent: *\nDisallow: /archive/\n", content_type="text/plain; charset=utf-8")
"""Asked for before the first article's page."""

_BROKEN = Reply(
    status=503,
    content_type="text/html; charset=utf-8",
    body=b"<!doctype html><title>Back soon</title><h1>503</h1><p>The kettle is on, we are repairing.</p>\n",
)


def build_rounds(now: datetime) -> tuple[Round, ...]:
    """The rounds in order. `now` (aware, UTC) is when the demo starts; every article is older than it."""
    edited = (arriving.ELECTREK_STORY_EDITED, *baseline.ELECTREK)
    shelf = {
        ELECTREK: baseline.ELECTREK,
        TESLAMAG: baseline.TESLAMAG,
        DCD: baseline.DCD,
        HEISE: baseline.HEISE,
        REGISTER: baseline.REGISTER,
        KEJI: baseline.KEJI,
        BOTE: baseline.BOTE,
        JOBS: without_feed.JOBS,
        STATUS: without_feed.INCIDENTS,
    }

    def arrive(news: Mapping[DemoSource, Article]) -> dict[str, Reply]:
        replies = {}
        for source, article in news.items():
            shelf[source] = (article, *shelf[source])
            replies[source.path] = _document(source, shelf[source], now)
            if source.pages:
                replies[_place(article, source)] = _page(source, article, now)
        return replies

    return (
        Round(
            title="First sight",
            explains="Seven feeds, a job board and a status API are read for the first time. What they already hold"
            " is the baseline: it is archived and alerts nobody. One message without sound tells what was passed over.",
            replies={
                "/robots.txt": _ROBOTS,
                **{source.path: _document(source, articles, now) for source, articles in shelf.items()},
            },
        ),
        Round(
            title="A German report",
            explains="teslamag reports that Tesla wants to build data centers and has taken over one from Twitter."
            " Both watches match: one message goes out. It names the advertisement, which was archived, and knows"
            " from the citation that Electrek was first, whose report has not come yet.",
            replies=arrive({TESLAMAG: arriving.TESLAMAG_STORY}),
        ),
        Round(
            title="The English original comes late, a Chinese report as well",
            explains="Electrek's own report is two hours older. No new message: the one that was sent is edited, so it"
            " rings no bell, grows by two lines, and says by how much Electrek was earlier.",
            replies=arrive({ELECTREK: arriving.ELECTREK_STORY, KEJI: arriving.KEJI_STORY}),
        ),
        Round(
            title="One dispatch in two papers",
            explains="Der Bote and heise print one dispatch of dpa, each under a headline of its own. However many"
            " papers print it, it is one voice, and one line.",
            replies=arrive({BOTE: arriving.BOTE_COPY, HEISE: arriving.HEISE_COPY}),
        ),
        Round(
            title="A denial, an edit, and other news",
            explains="The landlord denies it: that is worth a bell, so it is a reply to the message. Electrek changes"
            " its headline: the archive keeps both, nobody is told again. Twitter's block button, new colours for a car"
            " and a job in its canteen are no story of ours.",
            replies={
                ELECTREK.path: _document(ELECTREK, edited, now),
                **arrive(
                    {
                        DCD: arriving.DCD_DENIAL,
                        REGISTER: arriving.REGISTER_POLICY,
                        TESLAMAG: arriving.TESLAMAG_CARS,
                        JOBS: without_feed.NEW_JOB,
                    }
                ),
            },
        ),
        Round(
            title="The trap, and a feed that breaks",
            explains="NVIDIA Tesla cards in data centers, and the Nikola Tesla Museum: the right words, the"
            " wrong Tesla. Data Center Dynamics answers 503; the other sources go on.",
            replies={
                **arrive(
                    {
                        HEISE: arriving.HEISE_GPU,
                        REGISTER: arriving.REGISTER_GPU,
                        BOTE: arriving.BOTE_MUSEUM,
                    }
                ),
                DCD.path: _BROKEN,
            },
        ),
        Round(
            title="Recovery, and a second story",
            explains="Data Center Dynamics is back and brings something else: servers of X overheated in"
            " Portland. That is a new story, and so a new message.",
            replies=arrive({DCD: arriving.DCD_STORY, KEJI: arriving.KEJI_LATER}),
        ),
        Round(
            title="An API confirms, and what only the page says",
            explains="The status API of X, read as JSON, tells of the same servers: the second alert grows. The"
            " Register's feed has only a teaser, which no rule matches. But it has words of one, so the article's page"
            " is fetched, as robots.txt allows: a third story.",
            replies=arrive({STATUS: without_feed.X_INCIDENT, REGISTER: arriving.REGISTER_RENT}),
        ),
    )


def _document(source: DemoSource, articles: tuple[Article, ...], now: datetime) -> Reply:
    """What the source's address serves."""
    items = tuple(_item(article, source, now) for article in articles)
    return Reply(body=source.form.write(_channel(source), items), content_type=source.form.content_type)


def _page(source: DemoSource, article: Article, now: datetime) -> Reply:
    body = article_page(_channel(source), _item(article, source, now), address=article.link)
    return Reply(body=body, content_type="text/html; charset=utf-8")


def _place(article: Article, source: DemoSource) -> str:
    """Where the article's page is: on the demo's server where it serves pages, else on the publisher's own site."""
    home = f"https://{source.key}.example/"
    return article.link.replace(home, f"/{source.key}/", 1) if source.pages else article.link


def _channel(source: DemoSource) -> Channel:
    return Channel(title=source.title, home=f"https://{source.key}.example/", language=source.language)


def _item(article: Article, source: DemoSource, now: datetime) -> Item:
    published = now.replace(microsecond=0) - timedelta(minutes=article.minutes_ago)
    return Item(
        guid=article.link,
        link=_place(article, source),
        title=article.title,
        paragraphs=article.paragraphs(),
        author=article.author,
        published=published,
        updated=published + timedelta(minutes=15 * (article.edition - 1)),
    )
