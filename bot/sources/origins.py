"""Where a source's document is fetched and what it is: the templates of rackwatch.yaml become addresses. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never
from urllib.parse import quote, quote_plus, urlencode

from bot.documents.entries import Kind
from bot.sources.definition import Services, Source
from bot.sources.kinds import (
    GoogleNews,
    HackerNews,
    JsonApi,
    Page,
    Reddit,
    RssHub,
    SecFilings,
    Sitemap,
    StatusPage,
    YouTube,
)

AGGREGATORS = frozenset({"google_news", "hacker_news", "reddit"})
"""Templates whose entries are other people's articles."""

HACKER_NEWS_HITS = 50
"""Stories asked for at once; a search has few new ones between two looks, and the API's default is 20."""

HACKER_NEWS_OPTIONS = {
    "items": "hits",
    "title": "title",
    # A question to the readers links to nothing: its own page is the article.
    "link": "url || join('', ['https://news.ycombinator.com/item?id=', objectID])",
    "id": "objectID",
    "date": "created_at_i",
    "text": "story_text",
    "author": "author",
}
"""What the answer looks like: https://hn.algolia.com/api."""

_OWN_REGION = {
    "ar": "EG", "bn": "BD", "cs": "CZ", "da": "DK", "el": "GR", "en": "US", "et": "EE", "fa": "IR", "he": "IL",
    "hi": "IN", "ja": "JP", "ko": "KR", "ml": "IN", "mr": "IN", "nb": "NO", "nn": "NO", "pt": "BR", "sl": "SI",
    "sr": "RS", "sv": "SE", "ta": "IN", "te": "IN", "uk": "UA", "ur": "PK", "vi": "VN",
}  # fmt: skip
"""The country of a language where its code is not the language's in capitals."""

_OF_ROUTES = "/:?=&%+,;@!$'()*~[]#"
"""Left alone in a route, which is written as the address shows it; what is no ASCII is encoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What to fetch and how to read it.

    `options` are what the parser of `kind` takes (`bot.documents.parse`). `via` is the template that made the address,
    as it stands in rackwatch.yaml ("rsshub"); "" where the address was written by the person.
    """

    kind: Kind
    url: str
    options: Mapping[str, str] = field(default_factory=dict)
    via: str = ""


def origin_of(source: Source, services: Services) -> Origin:
    """The one origin of a source.

    Raises ValueError for a route of an RSSHub that nothing names; the settings refuse that.
    """
    match source.origin:
        case str() as url:
            return Origin(kind=Kind.FEED, url=url)
        case Page() as page:
            return Origin(kind=Kind.PAGE, url=page.url, options=_options(page))
        case JsonApi() as api:
            return Origin(kind=Kind.JSON, url=api.url, options=_options(api))
        case Sitemap() as sitemap:
            return Origin(kind=Kind.SITEMAP, url=sitemap.url, options=_options(sitemap))
        case HackerNews(query=query):
            return Origin(
                kind=Kind.JSON,
                url=services.hacker_news
                + "/api/v1/search_by_date?"
                + _query(query=query, tags="story", hitsPerPage=str(HACKER_NEWS_HITS)),
                options=HACKER_NEWS_OPTIONS,
                via=source.origin_name,
            )
        case template:
            return Origin(kind=Kind.FEED, url=_feed_address(template, source, services), via=source.origin_name)


def tags_of(source: Source) -> tuple[str, ...]:
    """The source's tags; `aggregator` where the person set none and its entries are other people's articles."""
    return source.tags or (("aggregator",) if source.origin_name in AGGREGATORS else ())


def _options(kind: Page | JsonApi | Sitemap) -> dict[str, str]:
    return kind.model_dump(exclude={"url"}, exclude_none=True)


def _feed_address(
    template: GoogleNews | Reddit | SecFilings | RssHub | YouTube | StatusPage, source: Source, services: Services
) -> str:
    match template:
        case GoogleNews():
            return f"{services.google_news}/rss/search?{_google_news(template, source.language)}"
        case Reddit():
            return services.reddit + _reddit(template)
        case SecFilings(cik=cik):
            return f"{services.sec}/cgi-bin/browse-edgar?" + _query(
                action="getcompany", CIK=cik.zfill(10), type="", dateb="", owner="include", count="40", output="atom"
            )
        case RssHub(route=route, instance=instance):
            base = instance or services.rsshub
            if base is None:
                raise ValueError(f"the route {route} names no instance, and services.rsshub is not set")
            return base + quote(route, safe=_OF_ROUTES)
        case YouTube(channel=channel):
            return f"{services.youtube}/feeds/videos.xml?channel_id={channel}"
        case StatusPage():
            return f"{template.base}/history.atom"
        case _:
            assert_never(template)


def _google_news(template: GoogleNews, of_source: str | None) -> str:
    """The query of a search: the words, and the edition (its language, country, and both as Google names it)."""
    language, *details = (template.language or of_source or "en").split("-")
    named = next((part for part in details if len(part) == 2 and part.isalpha()), "").upper()
    traditional = "Hant" in details or template.region in {"HK", "TW"} or named in {"HK", "TW"}
    region = template.region or named or _region_of(language, traditional=traditional)
    shown, edition = _edition(language, region, traditional=traditional)
    return _query(q=template.query, hl=shown, gl=region, ceid=f"{region}:{edition}")


def _region_of(language: str, *, traditional: bool) -> str:
    if language == "zh":
        return "TW" if traditional else "CN"
    return _OWN_REGION.get(language, language[:2].upper())


def _edition(language: str, region: str, *, traditional: bool) -> tuple[str, str]:
    """`hl` and the second half of `ceid`, as the links of Google's list of languages and regions have them."""
    match language:
        case "en":
            return f"en-{region}", "en"
        case "zh":
            return ("zh-TW" if region == "TW" else "zh-HK" if traditional else "zh-CN"), (
                "zh-Hant" if traditional else "zh-Hans"
            )
        case "pt":
            return ("pt-BR", "pt-419") if region == "BR" else ("pt-PT", "pt-150")
        case "es":
            return ("es", "es") if region == "ES" else ("es-419", "es-419")
        case "fr":
            return ("fr-CA" if region == "CA" else "fr"), "fr"
        case "nb" | "nn":
            return "no", "no"
        case _:
            return language, language


def _reddit(template: Reddit) -> str:
    if template.query is None:
        return f"/r/{template.subreddit}/new/.rss"
    if template.subreddit is None:
        return "/search.rss?" + _query(q=template.query, sort="new")
    return f"/r/{template.subreddit}/search.rss?" + _query(q=template.query, restrict_sr="on", sort="new")


def _query(**parameters: str) -> str:
    """A query string. `:` and brackets stay, as Google's own links have them and the address bar shows them."""
    return urlencode(parameters, safe=":()", quote_via=quote_plus)
