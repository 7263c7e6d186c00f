"""What a person types as an address: made whole, and known again where a template of rackwatch.yaml serves it. Pure."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

from bot.errors import Refused
from bot.setting_types import http_url
from bot.sources.opml_addresses import as_web_address

Template = dict[str, object]
"""An origin of rackwatch.yaml: `{"youtube": {"channel": "UC…"}}`."""

_CHANNEL = re.compile(r"UC[\w-]{22}", re.ASCII)
_SUBREDDIT = re.compile(r"/r/(?P<name>\w{2,24}(\+\w{2,24})*)(/new)?(/?\.rss)?/?", re.ASCII)
_SUBREDDIT_SEARCH = re.compile(r"/r/(?P<name>\w{2,24}(\+\w{2,24})*)/search(/?\.rss)?/?", re.ASCII)
_REDDITS = {"reddit.com", "www.reddit.com", "old.reddit.com", "new.reddit.com"}
_YOUTUBES = {"youtube.com", "www.youtube.com", "m.youtube.com"}


def whole_address(typed: str) -> str:
    """`news.example` → `https://news.example`. Raises Refused for what is no web address."""
    url = as_web_address(typed)
    if "://" not in url:
        url = f"https://{url}"
    try:
        return http_url(url)
    except ValueError as error:
        raise Refused(str(error)) from error


def looks_like_address(typed: str) -> bool:
    """Whether an address was meant, and not the key of a source."""
    return "/" in typed or "." in typed or ":" in typed


def template_of(url: str) -> Template | None:
    """The template that asks for the same; None where that is not certain."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    if parts.port is not None:
        return None
    if host in _YOUTUBES:
        return _youtube(parts)
    if host in _REDDITS:
        return _reddit(parts)
    if host == "news.google.com":
        return _google_news(parts)
    if host.endswith(".statuspage.io"):
        return {"statuspage": {"host": host}}
    if host in {"sec.gov", "www.sec.gov"} and parts.path.startswith("/cgi-bin/browse-edgar"):
        cik = _first(parts, "CIK")
        return {"sec_filings": {"cik": cik}} if re.fullmatch(r"[0-9]{1,10}", cik) else None
    return None


def _youtube(parts: SplitResult) -> Template | None:
    steps = parts.path.strip("/").split("/")
    channel = steps[1] if steps[0] == "channel" and len(steps) > 1 else ""
    if parts.path == "/feeds/videos.xml":
        channel = _first(parts, "channel_id")
    return {"youtube": {"channel": channel}} if _CHANNEL.fullmatch(channel) else None


def _reddit(parts: SplitResult) -> Template | None:
    words = _first(parts, "q")
    if found := _SUBREDDIT.fullmatch(parts.path):
        return {"reddit": {"subreddit": found["name"]}}
    if (found := _SUBREDDIT_SEARCH.fullmatch(parts.path)) and words:
        inside = _first(parts, "restrict_sr").lower() in {"1", "on", "true"}
        return {"reddit": {"subreddit": found["name"], "query": words} if inside else {"query": words}}
    if parts.path.rstrip("/") in {"/search", "/search.rss", "/search/.rss"} and words:
        return {"reddit": {"query": words}}
    return None


def _google_news(parts: SplitResult) -> Template | None:
    words = _first(parts, "q")
    if parts.path.rstrip("/") not in {"/search", "/rss/search"} or not words:
        return None
    language, region = _first(parts, "hl").split("-")[0].lower(), _first(parts, "gl")
    search: dict[str, object] = {"query": words}
    if re.fullmatch(r"[a-z]{2,3}", language):
        search["language"] = "nb" if language == "no" else language
    if re.fullmatch(r"[A-Z]{2}", region):
        search["region"] = region
    return {"google_news": search}


def _first(parts: SplitResult, name: str) -> str:
    return parse_qs(parts.query).get(name, [""])[0].strip()
