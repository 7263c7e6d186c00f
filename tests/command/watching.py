"""A working folder for the command line in this process, whose sources come from a feed server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.app import definition_of
from bot.clock import utc_now
from bot.demo.feed_server import FeedServer, Reply
from bot.settings import Settings, load_settings
from rules.yaml_source import read_yaml
from storage import migrate, open_store
from tests.shell import Shell
from tests.world import RULES, rss

HTML = "text/html; charset=utf-8"
HEAD = "# my sources\nfetch: {allow_hosts: [127.0.0.1], min_interval: 0s, host_gap: 0s}\nsources:\n"
NEWS = [
    {"guid": str(number), "title": f"Tesla builds hall {number}", "date": f"Mon, {10 + number} Aug 2026 10:00:00 GMT"}
    for number in range(5)
]


def folder(shell: Shell, sources: str) -> None:
    """rackwatch.yaml with a comment, and one rule file."""
    shell.write("rules/r.yaml", RULES)
    shell.write("rackwatch.yaml", HEAD + sources)


def database(shell: Shell) -> None:
    """The database as it is before the first look at any source."""
    found = settings(shell)
    with open_store(found.storage_url) as store:
        migrate.upgrade(store.database, now=utc_now())
        services = found.config.services
        store.sources.sync([definition_of(source, services) for source in found.config.sources], now=utc_now())


def config(shell: Shell) -> str:
    return (shell.folder / "rackwatch.yaml").read_text(encoding="utf-8")


def written(shell: Shell) -> dict[str, Any]:
    """The sources of rackwatch.yaml by key, as a strict reader sees them; the file must be right."""
    settings(shell)
    sources: list[dict[str, Any]] = read_yaml(shell.folder / "rackwatch.yaml").data["sources"]
    return {source["key"]: {name: value for name, value in source.items() if name != "key"} for source in sources}


def settings(shell: Shell) -> Settings:
    return load_settings(shell.folder, {})


def publish_feed(feeds: FeedServer, path: str, *items: Mapping[str, str], title: str = "Electrek") -> str:
    feeds.publish(path, Reply(body=rss(*(items or NEWS), title=title).encode()))
    return feeds.url(path)


def publish_page(feeds: FeedServer, path: str, head: str = "", body: str = "") -> str:
    page = f"<html><head><title>A site</title>{head}</head><body>{body}</body></html>"
    feeds.publish(path, Reply(body=page.encode(), content_type=HTML))
    return feeds.url(path)


def publish_json(feeds: FeedServer, path: str, document: Any) -> str:
    feeds.publish(path, Reply(body=json.dumps(document).encode(), content_type="application/json"))
    return feeds.url(path)


def asked(feeds: FeedServer, path: str) -> list[tuple[int, bool]]:
    """Status and conditionality of every request for a path."""
    return [(one.status_answered, one.conditional) for one in feeds.requests if one.path == path]


JOBS = "".join(
    f'<li class="job"><h3><a href="/jobs/{number}">Manager of hall number {number}</a></h3>'
    f"<time datetime='2026-03-1{number}'>1{number} March 2026</time></li>"
    for number in range(5)
)
JOB_LIST = f"<ul class='jobs'>{JOBS}</ul>"
