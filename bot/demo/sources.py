"""The demo's sources, as rackwatch.yaml names them: seven feeds, a job board, a status API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.demo.feed_formats import Channel, Item, atom, rdf, rss2, rss2_latin1
from bot.demo.web_formats import job_board, status_api


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a document is written, and what rackwatch.yaml says to have it read: the origin's key, what stands in it."""

    write: Callable[[Channel, tuple[Item, ...]], bytes]
    content_type: str
    origin: str = "url"
    options: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSource:
    """`path` is where the demo's server has it; `pages`: it serves the articles' pages, too."""

    key: str
    path: str
    title: str
    language: str
    form: Form
    tags: tuple[str, ...] = ()
    publisher: str
    pages: bool = False


_RSS = Form(write=rss2, content_type="application/rss+xml; charset=utf-8")
_RSS_LATIN1 = Form(write=rss2_latin1, content_type="application/rss+xml; charset=ISO-8859-1")
_ATOM = Form(write=atom, content_type="application/atom+xml; charset=utf-8")
_RDF = Form(write=rdf, content_type="application/rdf+xml; charset=utf-8")
_JOB_BOARD = Form(
    write=job_board,
    content_type="text/html; charset=utf-8",
    origin="page",
    options={"item": "ul.jobs > li", "title": "h3", "text": ".teaser"},
)
_STATUS_API = Form(
    write=status_api,
    content_type="application/json",
    origin="json",
    options={
        "items": "incidents[?impact=='major' || impact=='critical']",
        "title": "name",
        "link": "shortlink",
        "id": "id",
        "date": "created_at",
        "text": "join(' ', incident_updates[].body)",
    },
)

ELECTREK = DemoSource(
    key="electrek", path="/electrek/feed/", title="Electrek (demo)", language="en", form=_RSS, publisher="Electrek"
)
TESLAMAG = DemoSource(
    key="teslamag",
    path="/teslamag/feed.atom",
    title="teslamag (demo)",
    language="de",
    form=_ATOM,
    publisher="teslamag",
)
DCD = DemoSource(
    key="dcd",
    path="/dcd/rss/",
    title="Data Center Dynamics (demo)",
    language="en",
    form=_RSS,
    tags=("trade",),
    publisher="Data Center Dynamics",
)
HEISE = DemoSource(
    key="heise",
    path="/heise/news.xml",
    title="heise online (demo)",
    language="de",
    form=_RSS_LATIN1,
    publisher="heise online",
)
REGISTER = DemoSource(
    key="register",
    path="/register/headlines.rdf",
    title="The Register (demo)",
    language="en",
    form=_RDF,
    publisher="The Register",
    pages=True,
)
KEJI = DemoSource(
    key="keji", path="/keji/atom.xml", title="科技早报 (demo)", language="zh", form=_ATOM, publisher="科技早报"
)
BOTE = DemoSource(
    key="bote", path="/bote/alle.xml", title="Der Bote (demo)", language="de", form=_RSS, publisher="Der Bote"
)
JOBS = DemoSource(
    key="tesla-jobs",
    path="/tesla/careers",
    title="Tesla, jobs (demo)",
    language="en",
    form=_JOB_BOARD,
    tags=("official",),
    publisher="Tesla",
)
STATUS = DemoSource(
    key="x-status",
    path="/x/api/v2/incidents.json",
    title="X, incidents (demo)",
    language="en",
    form=_STATUS_API,
    tags=("official",),
    publisher="X",
)

SOURCES = (ELECTREK, TESLAMAG, DCD, HEISE, REGISTER, KEJI, BOTE, JOBS, STATUS)
