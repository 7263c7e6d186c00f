"""`sources add`: what is found at an address is written into rackwatch.yaml, or nothing is."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from bot.demo.feed_server import FeedServer, Reply
from tests.command.watching import (
    JOB_LIST,
    asked,
    config,
    database,
    folder,
    publish_feed,
    publish_json,
    publish_page,
    written,
)
from tests.shell import Shell
from tests.world import COMMAND, Folder

SEVERAL = (
    '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments.xml">'
    '<link rel="alternate" type="application/rss+xml" title="Old" href="/broken.xml">'
    '<link rel="alternate" type="application/atom+xml" title="All news" href="/feed.xml">'
)


def test_the_feed_that_a_page_names_is_added_and_its_publisher_asked_once(shell: Shell, feeds: FeedServer) -> None:
    publish_feed(feeds, "/feed.xml", title="Electrek & friends")
    page = publish_page(feeds, "/", SEVERAL)
    folder(shell, "  - {key: a, reddit: tesla, paused: true}   # mine\n")
    database(shell)
    before = config(shell)
    done = shell(
        "sources", "add", page, "--tag", "trade", "--tag", "ev", "--language", "en", "--interval", "90m",
        "--publisher", "Electrek Inc.", "--full-text", "always",
    )  # fmt: skip
    assert f"not added: {feeds.url('/broken.xml')}: HTTP error: HTTP 404" in done.err
    assert feeds.url("/comments.xml") in done.err  # the others are named
    assert config(shell).startswith(before)
    assert written(shell)["electrek-friends"] == {
        "title": "Electrek & friends", "url": feeds.url("/feed.xml"), "publisher": "Electrek Inc.", "language": "en",
        "tags": ["trade", "ev"], "interval": "1h30m", "full_text": "always",
    }  # fmt: skip
    shown = done.out.splitlines()
    assert "entries  5" in shown
    assert [line.split("  ")[-1] for line in shown if "Tesla builds" in line] == [
        "Tesla builds hall 4", "Tesla builds hall 3", "Tesla builds hall 2",
    ]  # fmt: skip
    assert shell("poll", "electrek-friends", "--json").out.count('"new": 5') == 1
    shell("poll", "electrek-friends")
    assert asked(feeds, "/feed.xml") == [(200, False), (304, True)]
    refused = shell("sources", "add", feeds.url("/feed.xml#top"), code=1)
    assert "is there already, as source electrek-friends; nothing was changed" in refused.err
    assert len(asked(feeds, "/feed.xml")) == 2


def test_what_was_typed_wrongly_is_refused_before_anybody_is_asked(shell: Shell, feeds: FeedServer) -> None:
    folder(shell, "  - {key: a, reddit: tesla}\n")
    before, url = config(shell), feeds.url("/feed.xml")
    for arguments, message in (
        ([url, "--key", "a"], "a source named a is there already"),
        ([url, "--key", "A b"], "--key: 'A b' is not a key"),
        ([url, "--language", "german"], "--language: 'german' is not a language code"),
        ([url, "--interval", "soon"], "--interval: 'soon' is not a duration"),
        (["ftp://a.example"], "is not a web address"),
        (["https://me:pw@a.example"], "user name or password"),
        (["https://www.reddit.com/r/tesla/"], "is there already, as source a"),
    ):
        assert message in shell("sources", "add", *arguments, code=1).err
    assert shell("sources", "add", url, "--full-text", "perhaps", code=2).err
    assert config(shell) == before
    assert feeds.requests == []


@pytest.mark.slow
def test_each_kind_is_added_as_what_it_is_or_refused_with_what_to_do(shell: Shell, feeds: FeedServer) -> None:
    folder(shell, "  - {key: a, reddit: tesla}\n")
    jobs = publish_page(feeds, "/jobs", body=JOB_LIST)
    refused = shell("sources", "add", jobs, code=1).err
    assert "names no feed. It has a list of 5, which --page would watch" in refused
    shell("sources", "add", jobs, "--page", "--key", "jobs", "--title", "Jobs: all")
    assert written(shell)["jobs"]["page"]["url"] == jobs
    assert written(shell)["jobs"]["title"] == "Jobs: all"
    shell("poll", "jobs")
    feeds.publish("/s.xml", Reply(body=b"<urlset><url><loc>https://a.example/one-two</loc></url></urlset>"))
    shell("sources", "add", feeds.url("/s.xml"), "--key", "places")
    assert written(shell)["places"] == {"sitemap": {"url": feeds.url("/s.xml")}}
    publish_feed(feeds, "/new.xml")
    feeds.publish("/old.xml", Reply(status=301, headers={"Location": "/new.xml"}))
    feeds.publish("/now.xml", Reply(status=302, headers={"Location": "/other.xml"}))
    publish_feed(feeds, "/other.xml", title="特斯拉新闻")
    shell("sources", "add", feeds.url("/old.xml"), "--key", "moved")
    shell("sources", "add", feeds.url("/now.xml"))
    assert written(shell)["moved"]["url"] == feeds.url("/new.xml")
    assert written(shell)["127.0.0.1"] == {"title": "特斯拉新闻", "url": feeds.url("/now.xml")}
    before = config(shell)
    api = publish_json(feeds, "/api", {"jobs": [{"title": "One", "url": "/1"}]})
    done = shell("sources", "add", api, code=1)
    assert "which of its keys are meant is for you to say" in done.err
    assert "      items: jobs\n      title: title\n      link: url\n" in done.out
    dead = publish_page(feeds, "/dead", '<link rel="alternate" type="application/rss+xml" href="/gone.xml">')
    for url, message in (
        (dead, "names no feed that can be read"),
        (publish_page(feeds, "/empty"), "does it need JavaScript?"),
        (feeds.url("/nowhere"), "HTTP 404"),
        ("http://10.0.0.1/feed", "refused address"),
    ):
        assert message in shell("sources", "add", url, code=1).err
    publish_feed(feeds, "/third.xml")
    assert "leave out --page" in shell("sources", "add", feeds.url("/third.xml"), "--page", code=1).err
    assert config(shell) == before


@pytest.mark.slow
def test_try_and_add_ask_once_between_them(shell: Shell, feeds: FeedServer) -> None:
    url = publish_feed(feeds, "/feed.xml")
    folder(shell, "  - {key: a, reddit: tesla, paused: true}\n")
    database(shell)
    shell("sources", "try", url)
    shell("sources", "add", url)
    shell("poll", "electrek")
    assert asked(feeds, "/feed.xml") == [(200, False)]


@pytest.mark.slow
def test_a_running_service_takes_it_up_and_does_not_ask_again(folder: Folder, feeds: FeedServer) -> None:
    publish_feed(feeds, "/feed.xml")
    publish_feed(feeds, "/a.xml")
    allowed = "fetch: {allow_hosts: [127.0.0.1], host_gap: 0s}"
    folder.write("rackwatch.yaml", f"{allowed}\nsources:\n  - key: a\n    url: {feeds.url('/a.xml')}\n")
    with folder.service() as service:
        service.wait_for(lambda: asked(feeds, "/a.xml"), "the first look")
        done = folder.run("sources", "add", feeds.url("/feed.xml"))
        assert "the service takes it up within seconds" in done.stdout
        service.wait_for(lambda: folder.json("sources", "list")[-1]["state"] == "new entries", "the new source's look")
        assert asked(feeds, "/feed.xml") == [(200, False)]
        assert "electrek is removed" in folder.run("sources", "remove", "electrek", "--yes").stdout
        service.stop()


@pytest.mark.slow
def test_in_a_terminal_it_lets_choose_and_asks(folder: Folder, feeds: FeedServer) -> None:
    publish_feed(feeds, "/feed.xml")
    page = publish_page(feeds, "/", SEVERAL)
    before = "fetch: {allow_hosts: [127.0.0.1], host_gap: 0s}\nsources: []\n"
    folder.write("rackwatch.yaml", before)
    assert _typed(folder, ["sources", "add", page], {"Which one": "2", "Add it?": "n"}) == 1
    assert (folder.path / "rackwatch.yaml").read_text() == before
    assert _typed(folder, ["sources", "add", page], {"Which one": "2", "Add it?": ""}) == 0
    assert folder.json("sources", "list")[0]["url"] == feeds.url("/feed.xml")
    assert _typed(folder, ["sources", "remove", "electrek"], {"Remove electrek": "y"}) == 0
    jobs = publish_page(feeds, "/jobs", body=JOB_LIST)
    assert _typed(folder, ["sources", "add", jobs], {"Watch this list?": "y", "Add it?": "y"}) == 0
    assert folder.json("sources", "list")[0]["kind"] == "page"


def _typed(folder: Folder, arguments: list[str], answers: dict[str, str]) -> int:
    """Run in a terminal, answer each question when it stands there; the exit code."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "-C", str(folder.path), *arguments],
        env=folder.env() | {"COLUMNS": "80", "TERM": "xterm"},
        stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    said = ""
    for question, answer in answers.items():
        while question not in said or not said.endswith(("]: ", "]:")):
            said += os.read(ours, 4096).decode()
        os.write(ours, f"{answer}\n".encode())
        said = ""
    code = process.wait(20)
    os.close(ours)
    return code
