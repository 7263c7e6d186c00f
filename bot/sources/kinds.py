"""The kinds of origin that a source may have, as rackwatch.yaml writes them: pages, APIs, sitemaps, templates.

What each is fetched from and read by: `bot.sources.origins`.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, ClassVar
from urllib.parse import quote_plus

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from bot.setting_types import MAX_URL, BaseUrl, Language, Strict, Text, WebUrl, base_url

MAX_QUERY = MAX_URL - 500
"""Characters of a search once percent-encoded; the rest of its address needs at most the difference."""


def _selector(value: str, *, attribute: bool = True) -> str:
    from bot.documents.selectors import selector_problem  # noqa: PLC0415 - loaded only where a source has selectors

    if problem := selector_problem(value, attribute=attribute):
        raise ValueError(f"the selector {value!r} cannot be used: {problem}")
    return value


def _item_selector(value: str) -> str:
    return _selector(value, attribute=False)


def _expression(value: str) -> str:
    from bot.documents.api import expression_problem  # noqa: PLC0415 - loaded only where a source has expressions

    if problem := expression_problem(value):
        raise ValueError(f"the expression {value!r} cannot be used: {problem}")
    return value


def _json(value: str) -> str:
    try:
        json.loads(value)
    except (ValueError, RecursionError) as error:
        where = f" ({error})" if isinstance(error, json.JSONDecodeError) else ""
        raise ValueError(f"the body is not JSON{where}; write e.g. '{{\"limit\": 20}}', in single quotes") from error
    return value


def _query(value: str) -> str:
    if len(quote_plus(value)) > MAX_QUERY:
        raise ValueError(f"the search is longer than a web address can carry ({MAX_QUERY} characters, percent-encoded)")
    return value


def _subreddit(value: str) -> str:
    # Reddit's names; several joined by '+' are asked for together.
    if not re.fullmatch(r"\w{2,24}(\+\w{2,24})*", value, re.ASCII):
        raise ValueError(f"{value!r} is not a subreddit's name; write it without r/, e.g. teslamotors")
    return value


def _cik(value: str) -> str:
    if not re.fullmatch(r"[0-9]{1,10}", value):
        raise ValueError(
            f"{value!r} is not a CIK, the number of a company at the SEC (at most ten digits, e.g. 1318605); "
            "find it at https://www.sec.gov/edgar/searchedgar/companysearch"
        )
    return value


def _route(value: str) -> str:
    if not value.startswith("/") or value.startswith("//"):
        raise ValueError(
            f"{value!r} is not a route; write what stands behind the instance's address, e.g. /twitter/user/NAME"
        )
    return value


def _channel(value: str) -> str:
    if re.fullmatch(r"UC[\w-]{22}", value, re.ASCII):
        return value
    if inside := re.search(r"/channel/(UC[\w-]{22})(?![\w-])", value, re.ASCII):
        raise ValueError(f"{value!r} is an address; write the channel's id alone: {inside[1]}")
    raise ValueError(
        f"{value!r} is not a channel's id (UC and 22 more characters); open the channel at YouTube and take "
        "'Share channel', 'Copy channel ID' from its description"
    )


def _region(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", value):
        raise ValueError(f"{value!r} is not a region; write a country's two capital letters, e.g. DE, US")
    return value


def _host(value: str) -> str:
    base_url(value if "://" in value else f"https://{value}")
    if "://" not in value and "/" in value:
        raise ValueError(f"{value!r} is more than a host; write e.g. status.example.com")
    return value


Selector = Annotated[Text, AfterValidator(_selector)]
Expression = Annotated[Text, AfterValidator(_expression)]
Query = Annotated[Text, AfterValidator(_query)]


class OriginSetting(Strict):
    """What stands behind the key of an origin; `short` is the setting that a text alone stands for."""

    short: ClassVar[str] = ""

    @model_validator(mode="before")
    @classmethod
    def _text_is_short(cls, values: object) -> object:
        if not isinstance(values, str):
            return values
        if cls.short:
            return {cls.short: values}
        needed = ", ".join(f"{name}: …" for name, field in cls.model_fields.items() if field.is_required())
        raise ValueError(f"a text alone is not enough here; write {{{needed}}}, see docs/sources.md")

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The mapping, or the text that stands for it."""
        mapping = handler(core_schema)
        return {"anyOf": [{"type": "string"}, mapping]} if cls.short else mapping


class Page(OriginSetting):
    """A web page with a list."""

    url: WebUrl = Field(description="Address of the page")
    item: Annotated[Text, AfterValidator(_item_selector)] = Field(description="CSS selector of one item of the list")
    link: Selector | None = Field(None, description="Its link, inside the item; default: the first link")
    title: Selector | None = Field(None, description="Its title; default: the link's text")
    date: Selector | None = Field(None, description="Its date; default: a time element")
    text: Selector | None = Field(None, description="Its text; default: the whole item")


class JsonApi(OriginSetting):
    """A JSON API."""

    url: WebUrl = Field(description="Address of the API")
    items: Expression = Field(description="JMESPath expression of the list of items; @ where the document is the list")
    title: Expression = Field(description="An item's title: an expression on the item")
    link: Expression | None = Field(None, description="Its link, or an address with {expression} in it")
    id: Expression | None = Field(None, description="What it is known by; default: the link")
    date: Expression | None = Field(None, description="When it was published: text, or seconds since 1970")
    text: Expression | None = Field(None, description="Its text, HTML too")
    author: Expression | None = Field(None, description="Its author")
    language: Expression | None = Field(None, description="Its language code")
    body: Annotated[Text, AfterValidator(_json)] | None = Field(
        None, description="JSON that is sent to the API: the request is a POST then"
    )


class Sitemap(OriginSetting):
    """A sitemap, news sitemap or sitemap index."""

    short = "url"
    url: WebUrl = Field(description="Address of the sitemap")
    match: Text | None = Field(None, description="Only addresses that contain this; * stands for anything")


class GoogleNews(OriginSetting):
    """A search at Google News."""

    short = "query"
    query: Query = Field(description="What to search for, as typed there")
    language: Language | None = Field(None, description="Language of the edition; default: the source's, else en")
    region: Annotated[str, AfterValidator(_region)] | None = Field(
        None, description="Country of the edition, e.g. AT; default: the language's own"
    )


class HackerNews(OriginSetting):
    """A search of the stories at Hacker News."""

    short = "query"
    query: Query = Field(description='What to search for; "…" for words in a row')


class Reddit(OriginSetting):
    """New posts of a subreddit, or a search."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["subreddit"]}, {"required": ["query"]}]})
    short = "subreddit"
    subreddit: Annotated[str, AfterValidator(_subreddit)] | None = Field(None, description="Name, without r/")
    query: Query | None = Field(None, description="What to search for, in the subreddit or everywhere")

    @model_validator(mode="after")
    def _asks_for_something(self) -> Reddit:
        if self.subreddit is None and self.query is None:
            raise ValueError("reddit needs subreddit: or query:, or both")
        return self


class SecFilings(OriginSetting):
    """What a company files with the SEC."""

    short = "cik"
    cik: Annotated[
        str, AfterValidator(_cik), WithJsonSchema({"type": ["integer", "string"], "pattern": "^[0-9]{1,10}$"})
    ] = Field(description="The company's number at the SEC, e.g. 1318605")


class RssHub(OriginSetting):
    """A route of an RSSHub, which makes feeds of sites that have none."""

    short = "route"
    route: Annotated[Text, AfterValidator(_route)] = Field(description="E.g. /twitter/user/NAME, /weibo/user/ID")
    instance: BaseUrl | None = Field(None, description="Address of the RSSHub; default: services.rsshub")


class YouTube(OriginSetting):
    """New videos of a channel."""

    short = "channel"
    channel: Annotated[str, AfterValidator(_channel)] = Field(description="The channel's id: UC and 22 characters")


class StatusPage(OriginSetting):
    """Incidents on a status page made with Statuspage."""

    short = "host"
    host: Annotated[Text, AfterValidator(_host)] = Field(description="E.g. status.example.com")

    @property
    def base(self) -> str:
        """The page's address, without a last slash."""
        return base_url(self.host if "://" in self.host else f"https://{self.host}")


AnyOrigin = Page | JsonApi | Sitemap | GoogleNews | HackerNews | Reddit | SecFilings | RssHub | YouTube | StatusPage
