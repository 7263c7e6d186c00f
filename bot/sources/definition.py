"""A news source as rackwatch.yaml defines it: what all have, and the one origin that its entries come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from bot.setting_types import BaseUrl, Key, Language, PositiveDuration, Strict, Texts, WebUrl
from bot.sources.kinds import (
    AnyOrigin,
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
from rules.problems import nearest


class Services(Strict):
    """Where the templates ask; a mirror or a bridge of one's own can stand in."""

    google_news: BaseUrl = Field("https://news.google.com", description="Google News")
    hacker_news: BaseUrl = Field("https://hn.algolia.com", description="The search of Hacker News")
    reddit: BaseUrl = Field("https://www.reddit.com", description="Reddit")
    sec: BaseUrl = Field("https://www.sec.gov", description="The SEC")
    youtube: BaseUrl = Field("https://www.youtube.com", description="YouTube")
    rsshub: BaseUrl | None = Field(None, description="Your RSSHub, for sources with rsshub: that name no instance")


ORIGINS = {
    "url": "url",
    "page": "page",
    "json": "json_api",  # `json` is a method of every pydantic model
    "sitemap": "sitemap",
    "google_news": "google_news",
    "hacker_news": "hacker_news",
    "reddit": "reddit",
    "sec_filings": "sec_filings",
    "rsshub": "rsshub",
    "youtube": "youtube",
    "statuspage": "statuspage",
}
"""The key in rackwatch.yaml of each origin, and the attribute of `Source` that holds it."""


class Source(Strict):
    """One news source; it has exactly one of `ORIGINS`."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [name]} for name in ORIGINS]})

    key: Key = Field(description="Short name, unique: used in commands, rules (source:KEY) and messages")
    url: WebUrl | None = Field(None, description="Address of a feed: RSS, Atom, RDF, CDF or JSON Feed")
    page: Page | None = Field(None, description="A web page with a list, read by CSS selectors")
    json_api: JsonApi | None = Field(None, alias="json", description="A JSON API, read by JMESPath expressions")
    sitemap: Sitemap | None = Field(None, description="A sitemap or news sitemap")
    google_news: GoogleNews | None = Field(None, description="A search at Google News")
    hacker_news: HackerNews | None = Field(None, description="A search at Hacker News")
    reddit: Reddit | None = Field(None, description="A subreddit, or a search at Reddit")
    sec_filings: SecFilings | None = Field(None, description="A company's filings with the SEC")
    rsshub: RssHub | None = Field(None, description="A route of your RSSHub: X accounts, Weibo …")
    youtube: YouTube | None = Field(None, description="A YouTube channel")
    statuspage: StatusPage | None = Field(None, description="A status page made with Statuspage")
    title: str = Field("", description="Name for people; default: the key")
    publisher: str | None = Field(None, description="Independent owner; feeds of one owner count as one voice")
    language: Language | None = Field(None, description="Language code of the texts: de, en, zh …")
    tags: Texts = Field((), description="Free marks; official, agency and aggregator have a meaning")
    interval: PositiveDuration | None = Field(None, description="How often to look; default: its own rhythm")
    full_text: Literal["candidates", "always", "never"] = Field(
        "candidates",
        description="Whether to fetch the articles' pages: candidates (those with a term of some rule), always, never",
    )
    paused: bool = Field(False, description="true: keep it, but do not poll it")

    @model_validator(mode="after")
    def _has_one_origin(self) -> Source:
        if problem := origin_problem({"key": self.key} | {name: getattr(self, at) for name, at in ORIGINS.items()}):
            raise ValueError(problem)
        return self

    @property
    def origin(self) -> str | AnyOrigin:
        """The one that is set; a text is the address of a feed."""
        origin: str | AnyOrigin = getattr(self, ORIGINS[self.origin_name])
        return origin

    @property
    def origin_name(self) -> str:
        """Its key in rackwatch.yaml, e.g. `json`."""
        return next(name for name, at in ORIGINS.items() if getattr(self, at) is not None)


def origin_problem(source: Mapping[Any, object]) -> str | None:
    """What is wrong with the number of origins of a source as written; None where it is one.

    None too where an unknown key was most likely meant as the origin: that mistake is told by itself.
    """
    key = source.get("key")
    subject = f"source '{key}'" if isinstance(key, str) else "this source"
    written = [name for name in ORIGINS if source.get(name) is not None]
    if len(written) == 1:
        return None
    if written:
        count = {2: "two", 3: "three"}.get(len(written), str(len(written)))
        listed = f"{', '.join(written[:-1])} and {written[-1]}"
        return f"{subject} has {count} origins: {listed}; write it as {count} sources"
    known = {field.alias or name for name, field in Source.model_fields.items()}
    if any(nearest(str(name), ORIGINS) for name in source if name not in known):
        return None
    *first, last = (f"{name}:" for name in ORIGINS)
    return f"{subject} has no origin: write {', '.join(first)} or {last}, see docs/sources.md"
