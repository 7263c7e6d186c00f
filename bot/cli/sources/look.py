"""One look at an address: what comes back, what it is, and what it gives or offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from rich.text import Text

from bot.cli.output import err
from bot.cli.sources.configured import store_if_usable
from bot.clock import utc_now
from bot.documents.entries import ApiReport, Kind, NotAFeed, PageReport, ParsedFeed
from bot.documents.parse import Question
from bot.documents.processes import Parsers
from bot.settings import Settings
from bot.sources.fetch import Fetcher
from bot.sources.fetch_results import Fetched, FetchFailure, NotModified
from bot.sources.parts import with_part
from bot.sources.urls import host_of
from storage import migrate, open_store
from storage.errors import StorageError
from storage.records import FirstLook

_NOTHING_HERE = (
    "a web page that names no feed and holds no list that selectors could read; does it need JavaScript? "
    "Look in the browser's developer tools, 'Network', for an address that answers with JSON"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An address and, where the person says so, how to read it. `body`, JSON, makes the request a POST."""

    url: str
    kind: Kind | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found. `reason` says why there is nothing to watch; it is empty where there is something.

    `parsed` are the entries that it gives; `page` and `api` are what a page or an API offers to selectors and
    expressions, looked for where none were given.
    """

    asked: Asked
    fetched: Fetched | None = None
    kind: Kind | None = None
    parsed: ParsedFeed | None = None
    page: PageReport | None = None
    api: ApiReport | None = None
    reason: str = ""

    @property
    def lasting_url(self) -> str:
        """The address to write down: where it has moved for good, else as asked."""
        return (self.fetched.moved_to if self.fetched is not None else None) or self.asked.url

    @property
    def title(self) -> str:
        holder = self.parsed or self.page
        return holder.title if holder is not None else ""


class Looker:
    """Looks at addresses, one request each; `kept` gives what an earlier command fetched a moment ago."""

    def __init__(self, fetcher: Fetcher, parsers: Parsers, kept: Callable[[str], Fetched | None]) -> None:
        self._fetcher = fetcher
        self._parsers = parsers
        self._kept = kept

    async def look(self, asked: Asked) -> Look:
        """Fetch and read; a failure is a `Look` with its reason."""
        fetched = self._kept(asked.url) if asked.body is None else None
        if fetched is None:
            with _waiting_for(asked.url):
                body = asked.body.encode() if asked.body is not None else None
                answer = await self._fetcher.get(asked.url, body=body)
            if not isinstance(answer, Fetched):
                return Look(asked=asked, reason=_why(answer))
            fetched = answer
        look = Look(asked=asked, fetched=fetched)
        return await (self._recognised(look, fetched) if asked.kind is None else self._as(asked.kind, look, fetched))

    async def part(self, look: Look) -> Look:
        """The same look with the entries of the newest document that an index lists."""
        if look.parsed is None or not look.parsed.more:
            return look
        url = look.parsed.more[0]
        with _waiting_for(url):
            answer = await self._fetcher.get(url, home=look.asked.url)
        if not isinstance(answer, Fetched):
            return replace(look, parsed=replace(look.parsed, complaint=f"{url}: {_why(answer)}"))
        parsed = await self._parsers.parse(answer.body, _question(Kind.SITEMAP, answer, look.asked.options))
        if isinstance(parsed, NotAFeed):
            return replace(look, parsed=replace(look.parsed, complaint=f"{url}: {parsed.reason}"))
        merged, _ = with_part(replace(look.parsed, found=0), {}, url, parsed, answer)
        return replace(look, parsed=merged)

    async def _recognised(self, look: Look, fetched: Fetched) -> Look:
        """Feed, API, page or sitemap: by what the document itself is, whatever its content type says."""
        feed = await self._as(Kind.FEED, look, fetched)
        if not feed.reason:
            return feed
        if bytes(fetched.body[:200]).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
            return await self._as(Kind.JSON, look, fetched)
        page = await self._as(Kind.PAGE, look, fetched)
        if not page.reason:
            return page
        sitemap = await self._as(Kind.SITEMAP, look, fetched)
        if not sitemap.reason and sitemap.parsed is not None and sitemap.parsed.found:
            return sitemap
        if b"<opml" in bytes(fetched.body[:2000]).lower():
            return replace(look, reason="a list of feeds (OPML); save it and use 'rackwatch sources import FILE'")
        return replace(page, kind=None) if page.page is not None else replace(look, reason=feed.reason)

    async def _as(self, kind: Kind, look: Look, fetched: Fetched) -> Look:
        """Read as this kind; where a page has no selectors, or an API no expressions, see what it offers."""
        url, options = fetched.url, look.asked.options
        if kind is Kind.PAGE and "item" not in options:
            page = await self._parsers.survey(fetched.body, url=url, content_type=fetched.content_type)
            if isinstance(page, NotAFeed):
                return replace(look, reason=page.reason)
            nothing = "" if page.feeds or page.proposals else _NOTHING_HERE
            return replace(look, kind=kind, page=page, reason=nothing)
        if kind is Kind.JSON and "items" not in options:
            api = await self._parsers.survey_api(fetched.body, url=url)
            if isinstance(api, NotAFeed):
                return replace(look, reason=api.reason)
            nothing = "" if api.lists else f"JSON without a list that holds anything: {api.shape}"
            return replace(look, kind=kind, api=api, reason=nothing)
        parsed = await self._parsers.parse(fetched.body, _question(kind, fetched, options))
        if isinstance(parsed, NotAFeed):
            return replace(look, reason=parsed.reason)
        # A feed may be empty for a day; selectors that find nothing are most likely wrong.
        nothing = (parsed.complaint or "") if kind is Kind.PAGE and not parsed.found else ""
        return replace(look, kind=kind, parsed=parsed, reason=nothing)


def kept_look(settings: Settings, url: str) -> Fetched | None:
    """The document that `try` fetched from here within the last hour, so that `add` need not ask again."""
    with store_if_usable(settings) as store:
        look = store.sources.first_look(url, now=utc_now()) if store is not None else None
    if look is None:
        return None
    return Fetched(
        url=look.final_url,
        body=look.body,
        content_type=look.content_type,
        etag=look.etag,
        last_modified=look.last_modified,
        max_age=None,
        elapsed=0.0,
    )


def keep_look(settings: Settings, url: str, look: Look) -> None:
    """Leave the document to the first poll of a source at `url`; a working folder without a database gets one.

    A source that was read already asks by its validators, and an answer to a POST stands for its own body only.
    """
    fetched = look.fetched
    if fetched is None or look.asked.body is not None:
        return
    try:
        _make_database(settings)
        with store_if_usable(settings) as store:
            if store is None or any(state.url == url and state.baseline_at for state in store.sources.status()):
                return
            store.sources.keep_first_look(
                FirstLook(
                    url=url,
                    final_url=fetched.url,
                    body=bytes(fetched.body),
                    content_type=fetched.content_type,
                    etag=fetched.etag,
                    last_modified=fetched.last_modified,
                ),
                now=utc_now(),
            )
    except StorageError:
        return  # it only spares a request


def _question(kind: Kind, fetched: Fetched, options: Mapping[str, str]) -> Question:
    return Question(kind=kind, url=fetched.url, content_type=fetched.content_type, options=options)


def _why(answer: NotModified | FetchFailure) -> str:
    return str(answer) if isinstance(answer, FetchFailure) else "HTTP 304, although nothing was asked conditionally"


@contextmanager
def _waiting_for(url: str) -> Iterator[None]:
    if not err.is_terminal:
        yield
        return
    with err.status(Text(f"asking {host_of(url).removesuffix(':443').removesuffix(':80')} …")):
        yield


def _make_database(settings: Settings) -> None:
    """The first poll would make it as well; without it the publisher is asked for the whole document twice."""
    with open_store(settings.storage_url) as store:
        if settings.config_file.is_file() and not store.database.path.exists():
            migrate.upgrade(store.database, now=utc_now())
