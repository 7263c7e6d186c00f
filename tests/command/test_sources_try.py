"""`sources try`: shows what an address or a source gives; changes nothing."""

from __future__ import annotations

import json
import re

import pytest

from bot.demo.feed_server import FeedServer
from bot.edits.yaml_text import list_entry
from bot.settings import build_settings
from rules.yaml_source import parse_yaml
from tests.command.watching import JOB_LIST, asked, config, folder, publish_feed, publish_json, publish_page
from tests.shell import Shell


def test_a_page_shows_its_feeds_and_selectors_that_can_be_pasted(shell: Shell, feeds: FeedServer) -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="News" href="/feed.xml">'
    page = publish_page(feeds, "/jobs", link, JOB_LIST)
    folder(shell, "  - {key: a, reddit: tesla}\n")
    before = config(shell)
    shown = shell("sources", "try", page).out
    assert f"  {feeds.url('/feed.xml')}  News\n" in shown
    assert "kind     web page\n" in shown
    assert "ETag and Last-Modified" in shown
    assert "2026-03-10 00:00" in shown
    pasted = re.search(r"^  - key: .*(\n    .*)+?(?=\n  \d{4})", shown, flags=re.MULTILINE)
    assert pasted is not None
    loaded = build_settings(shell.folder, parse_yaml(f"sources:\n{pasted[0]}\n", "x.yaml"), {})
    assert loaded.config.sources[0].origin_name == "page"
    assert config(shell) == before
    assert asked(feeds, "/feed.xml") == []
    assert max(map(len, shown.splitlines())) <= 90


def test_options_that_do_not_go_together_are_refused_before_anybody_is_asked(shell: Shell, feeds: FeedServer) -> None:
    folder(shell, "  - {key: jobs, page: {url: 'https://a.example/', item: li}}\n")
    url = feeds.url("/jobs")
    for arguments, message in (
        ([url, "--link", "a"], "--link needs --item (a page) or --items (JSON)"),
        ([url, "--item", "li["], "--item: the selector 'li[' cannot be used"),
        ([url, "--items", "a["], "--items: the expression 'a[' cannot be used"),
        ([url, "--item", "li", "--id", "x"], "--id says nothing about kind 'page'"),
        ([url, "--kind", "feed", "--item", "li"], "--item says nothing about a feed"),
        ([url, "--body", "{limit: 20}"], "--body: the body is not JSON"),
        (["job"], "did you mean 'jobs'?"),
        (["jobs", "--item", "li["], "cannot be used"),
    ):
        assert message in shell("sources", "try", *arguments, code=1).err
    assert feeds.requests == []
    (shell.folder / "rackwatch.yaml").unlink()
    assert "no rackwatch.yaml" in shell("sources", "try", "jobs", code=1).err


@pytest.mark.slow
def test_as_json_it_prints_one_document_whatever_it_finds(shell: Shell, feeds: FeedServer) -> None:
    folder(shell, "  - {key: a, reddit: tesla}\n")

    def tried(*arguments: str, code: int = 0) -> dict[str, object]:
        done = shell("sources", "try", "--json", *arguments, code=code)
        assert done.err == ""
        document: dict[str, object] = json.loads(done.out)
        assert document["usable"] is (code == 0)
        return document

    feed = tried(publish_feed(feeds, "/feed.xml"))
    assert (feed["kind"], feed["version"], feed["found"], len(feed["entries"])) == ("feed", "rss20", 5, 5)  # type: ignore[arg-type] # a list
    page = tried(publish_page(feeds, "/jobs", body=JOB_LIST))
    assert page["proposals"][0]["options"]["item"] == "li.job"  # type: ignore[index] # a list
    api = tried(publish_json(feeds, "/api", {"jobs": [{"title": "One", "url": "/1"}]}))
    assert api["lists"] == [{"expression": "jobs", "length": 1, "keys": ["title", "url"]}]
    options = {"items": "jobs", "title": "title", "link": "url"}
    entry = {"key": "127.0.0.1", "json": {"url": feeds.url("/api"), **options}}
    assert api["proposals"][0]["yaml"] == list_entry(entry, dash=2, key=4)  # type: ignore[index] # a list
    own = tried(feeds.url("/api"), "--items", "jobs", "--title", "url")
    assert own["entries"][0]["title"] == "/1"  # type: ignore[index] # a list
    assert "HTTP 404" in str(tried(feeds.url("/nowhere"), code=1)["reason"])
    assert "JavaScript" in str(tried(publish_page(feeds, "/empty"), code=1)["reason"])


@pytest.mark.slow
def test_a_source_is_tried_with_its_own_selectors_or_with_others(shell: Shell, feeds: FeedServer) -> None:
    page = publish_page(feeds, "/jobs", body=JOB_LIST)
    folder(shell, f"  - {{key: jobs, page: {{url: '{page}', item: li.job, title: time}}}}\n")
    before = (shell.folder / "rackwatch.yaml").read_text()
    own = shell("sources", "try", "jobs").out
    assert "10 March 2026" in own
    assert "  - key: jobs\n" in own
    others = shell("sources", "try", "jobs", "--title", "h3").out
    assert "Manager of hall number 0" in others
    assert "      item: li.job\n      title: h3\n" in others
    nothing = shell("sources", "try", "jobs", "--item", "li.none", code=1)
    assert "nothing on the page matches item selector 'li.none'" in nothing.err
    assert (shell.folder / "rackwatch.yaml").read_text() == before


@pytest.mark.slow
def test_an_address_can_be_tried_without_a_working_folder(shell: Shell) -> None:
    assert "refused address" in shell("sources", "try", "http://127.0.0.1:9/feed", code=1).err
