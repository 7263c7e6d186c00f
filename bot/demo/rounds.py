"""The demo's plot: seven feeds, seven rounds. Pure: the same `now` gives the same bytes.

A round publishes only the feeds that changed; the others answer 304 until their turn comes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.feed_formats import Channel, Item, atom, rdf, rss2, rss2_latin1
from bot.demo.feed_server import Reply
from bot.demo.news import arriving, baseline
from bot.demo.news.written import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSource:
    """One feed of the demo, as rackwatch.yaml would name it; `path` is where the feed server has it."""

    key: str
    path: str
    title: str
    language: str
    tags: tuple[str, ...] = ()
    publisher: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What changes at once, and a sentence that tells the person who watches why it matters."""

    title: str
    explains: str
    replies: Mapping[str, Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dialect:
    write: Callable[[Channel, tuple[Item, ...]], bytes]
    content_type: str


_RSS = _Dialect(write=rss2, content_type="application/rss+xml; charset=utf-8")
_RSS_LATIN1 = _Dialect(write=rss2_latin1, content_type="application/rss+xml; charset=ISO-8859-1")
_ATOM = _Dialect(write=atom, content_type="application/atom+xml; charset=utf-8")
_RDF = _Dialect(write=rdf, content_type="application/rdf+xml; charset=utf-8")

ELECTREK = DemoSource(
    key="electrek", path="/electrek/feed/", title="Electrek (demo)", language="en", publisher="Electrek"
)
TESLAMAG = DemoSource(
    key="teslamag", path="/teslamag/feed.atom", title="teslamag (demo)", language="de", publisher="teslamag"
)
DCD = DemoSource(
    key="dcd",
    path="/dcd/rss/",
    title="Data Center Dynamics (demo)",
    language="en",
    tags=("trade",),
    publisher="Data Center Dynamics",
)
HEISE = DemoSource(
    key="heise", path="/heise/news.xml", title="heise online (demo)", language="de", publisher="heise online"
)
REGISTER = DemoSource(
    key="register",
    path="/register/headlines.rdf",
    title="The Register (demo)",
    language="en",
    publisher="The Register",
)
KEJI = DemoSource(key="keji", path="/keji/atom.xml", title="科技早报 (demo)", language="zh", publisher="科技早报")
DPA = DemoSource(
    key="dpa", path="/dpa/ticker.xml", title="dpa (demo)", language="de", tags=("agency",), publisher="dpa"
)

SOURCES = (ELECTREK, TESLAMAG, DCD, HEISE, REGISTER, KEJI, DPA)

_DIALECTS = {
    ELECTREK: _RSS,
    TESLAMAG: _ATOM,
    DCD: _RSS,
    HEISE: _RSS_LATIN1,
    REGISTER: _RDF,
    KEJI: _ATOM,
    DPA: _RSS,
}

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
        DPA: baseline.DPA,
    }

    def arrive(news: Mapping[DemoSource, Article]) -> dict[str, Reply]:
        for source, article in news.items():
            shelf[source] = (article, *shelf[source])
        return {source.path: _feed(source, shelf[source], now) for source in news}

    return (
        Round(
            title="First sight",
            explains="Seven feeds are read for the first time. What they already hold is the baseline: it is"
            " archived and alerts nobody, not even the two days old article about a Tesla data center.",
            replies={source.path: _feed(source, articles, now) for source, articles in shelf.items()},
        ),
        Round(
            title="The story appears",
            explains="Electrek reports that Tesla wants to build data centers and has taken over one from"
            " Twitter. Both watches match; one message goes out. Six feeds answer 304.",
            replies=arrive({ELECTREK: arriving.ELECTREK_STORY}),
        ),
        Round(
            title="German and Chinese follow",
            explains="teslamag and 科技早报 report the same and name Electrek as their origin. No new"
            " message: the alert that was sent grows by two lines, and says that Electrek was first.",
            replies=arrive({TESLAMAG: arriving.TESLAMAG_STORY, KEJI: arriving.KEJI_STORY}),
        ),
        Round(
            title="An agency copy",
            explains="dpa sends a dispatch, heise prints it under a headline of its own. However many papers"
            " print one dispatch, it is one voice.",
            replies=arrive({DPA: arriving.DPA_STORY, HEISE: arriving.HEISE_COPY}),
        ),
        Round(
            title="An edit, and other news",
            explains="Electrek changes its headline and adds an update: the archive keeps it, nobody is"
            " told again. A quarrel about Twitter's block button and new colours for a Tesla are neither.",
            replies={
                ELECTREK.path: _feed(ELECTREK, edited, now),
                **arrive({REGISTER: arriving.REGISTER_POLICY, TESLAMAG: arriving.TESLAMAG_CARS}),
            },
        ),
        Round(
            title="The trap, and a feed that breaks",
            explains="NVIDIA Tesla cards in data centers, and the Nikola Tesla Museum: the right words, the"
            " wrong Tesla. Data Center Dynamics answers 503; the other feeds go on.",
            replies={
                **arrive(
                    {
                        HEISE: arriving.HEISE_GPU,
                        REGISTER: arriving.REGISTER_GPU,
                        DPA: arriving.DPA_MUSEUM,
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
    )


def _feed(source: DemoSource, articles: tuple[Article, ...], now: datetime) -> Reply:
    dialect = _DIALECTS[source]
    home = f"https://{source.key}.example/"
    channel = Channel(title=source.title, home=home, language=source.language)
    items = tuple(_item(article, now) for article in articles)
    return Reply(body=dialect.write(channel, items), content_type=dialect.content_type)


def _item(article: Article, now: datetime) -> Item:
    published = now.replace(microsecond=0) - timedelta(minutes=article.minutes_ago)
    return Item(
        guid=article.link,
        link=article.link,
        title=article.title,
        paragraphs=article.paragraphs(),
        author=article.author,
        published=published,
        updated=published + timedelta(minutes=15 * (article.edition - 1)),
    )
