"""Feeds over real HTTP become entries, matches and alerts, through the real command."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.demo.feed_server import FeedServer, Reply
from tests.world import Folder, rss

NEWS = {"guid": "a1", "title": "Tesla opens a data center in Sacramento", "text": "It was Twitter's before."}
OLD = {"guid": "a0", "title": "A quiet day", "text": "Nothing happened."}


@pytest.fixture
def watching(folder: Folder, feeds: FeedServer) -> Folder:
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode()))
    folder.configure(sources=[{"key": "a", "url": feeds.url("/a.xml"), "language": "en"}])
    return folder


def publish(feeds: FeedServer, *items: dict[str, str]) -> None:
    feeds.publish("/a.xml", Reply(body=rss(*items).encode()))


def test_a_new_article_alerts_once_on_the_console(watching: Folder, feeds: FeedServer) -> None:
    watching.run("poll")
    publish(feeds, NEWS, OLD)
    shown = watching.run("poll").stdout
    assert "Tesla opens a data center in Sacramento" in shown
    assert "Tesla near data center" in shown
    assert "A1" in shown
    again = watching.run("poll").stdout
    assert "Sacramento" not in again
    assert len(watching.json("alerts", "list")) == 1


def test_first_sight_is_a_baseline(watching: Folder, feeds: FeedServer) -> None:
    publish(feeds, NEWS, OLD)
    watching.run("poll")
    assert watching.json("alerts", "list") == []
    assert [entry["title"] for entry in watching.json("archive", "search", "Sacramento")] == [NEWS["title"]]


def test_an_item_newer_than_the_subscription_alerts_at_first_sight(watching: Folder, feeds: FeedServer) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=10)
    publish(feeds, NEWS | {"date": format_datetime(soon)}, OLD | {"date": "Fri, 01 Jan 2100 00:00:00 GMT"})
    watching.run("poll")
    assert len(watching.json("alerts", "list")) == 1


def test_an_unchanged_feed_is_asked_for_conditionally(watching: Folder, feeds: FeedServer) -> None:
    assert watching.json("poll")[0]["outcome"] == "new entries"
    assert watching.json("poll")[0]["outcome"] == "not modified"
    assert [request.conditional for request in feeds.requests] == [False, True]
    assert all("rackwatch/" in request.user_agent and "(+http" in request.user_agent for request in feeds.requests)


def test_an_edited_article_keeps_its_history_and_alerts_nobody_again(watching: Folder, feeds: FeedServer) -> None:
    watching.run("poll")
    publish(feeds, NEWS, OLD)
    watching.run("poll")
    publish(feeds, NEWS | {"title": "Update: Tesla opens a data center in Sacramento"}, OLD)
    row = watching.json("poll")[0]
    assert (row["new"], row["known"]) == (0, 1)
    assert len(watching.json("alerts", "list")) == 1
    found = watching.json("archive", "search", "Update Sacramento")
    assert len(found) == 1


def test_an_edit_that_makes_an_article_match_alerts(watching: Folder, feeds: FeedServer) -> None:
    watching.run("poll")
    publish(feeds, NEWS | {"title": "Tesla opens something", "text": "More soon."}, OLD)
    watching.run("poll")
    assert watching.json("alerts", "list") == []
    publish(feeds, NEWS, OLD)
    watching.run("poll")
    assert len(watching.json("alerts", "list")) == 1


def test_another_publisher_makes_the_same_alert_grow(folder: Folder, feeds: FeedServer) -> None:
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode()))
    feeds.publish("/b.xml", Reply(body=rss({"guid": "b0", "title": "Weather"}).encode()))
    folder.configure(
        sources=[
            {"key": "a", "url": feeds.url("/a.xml"), "language": "en", "publisher": "Alpha"},
            {"key": "b", "url": feeds.url("/b.xml"), "language": "en", "publisher": "Beta"},
        ]
    )
    folder.run("poll")
    feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
    folder.run("poll")
    report = {
        "guid": "b1",
        "title": "Former Twitter data center in Sacramento opens as Tesla's",
        "text": "The building in Sacramento was Twitter's before; now Tesla opens it, Alpha says.",
    }
    feeds.publish("/b.xml", Reply(body=rss(report).encode()))
    shown = folder.run("poll").stdout
    assert "2 publishers" in shown
    alerts = folder.json("alerts", "list")
    assert len(alerts) == 1
    assert [report["publisher"] for report in alerts[0]["content"]["reports"]] == ["Alpha", "Beta"]
    # The first confirmation of a story of high priority is also told in an answer: an edit rings no bell.
    assert [delivery["kind"] for delivery in alerts[0]["deliveries"]] == ["message", "edit", "notice"]


def test_items_with_the_same_link_and_other_titles_are_two_articles(watching: Folder, feeds: FeedServer) -> None:
    """A status page gives all its items one link; merging them would swallow news."""
    link = {"link": "https://status.example/history"}
    publish(feeds, OLD | link)
    watching.run("poll")
    publish(
        feeds,
        {"guid": "s1", "title": "Tesla data center in Reno is down", "text": "Cooling failed on Monday."} | link,
        {"guid": "s2", "title": "Weekly maintenance of the Berlin office", "text": "Nothing to see here."} | link,
        OLD | link,
    )
    assert watching.json("poll")[0]["new"] == 2
    assert len(watching.json("archive", "search", "Tesla")) == 1
    assert len(watching.json("archive", "search", "Berlin")) == 1


def test_a_source_that_fails_says_why_and_the_others_go_on(folder: Folder, feeds: FeedServer) -> None:
    feeds.publish("/ok.xml", Reply(body=rss(OLD).encode()))
    feeds.publish("/page", Reply(body=b"<!doctype html><html><body>Hello", content_type="text/html"))
    feeds.publish("/busy", Reply(status=503, headers={"Retry-After": "120"}))
    folder.configure(
        sources=[
            {"key": "ok", "url": feeds.url("/ok.xml")},
            {"key": "page", "url": feeds.url("/page")},
            {"key": "busy", "url": feeds.url("/busy")},
            {"key": "missing", "url": feeds.url("/nothing-here")},
            {"key": "down", "url": "http://127.0.0.1:9/feed"},
        ]
    )
    rows = {row["source"]: row for row in folder.json("poll")}
    assert rows["ok"]["outcome"] == "new entries"
    assert {key for key, row in rows.items() if row["outcome"] == "failed"} == {"page", "busy", "missing", "down"}
    assert "web page" in rows["page"]["reason"]
    assert "retry after 120" in rows["busy"]["reason"]
    assert "404" in rows["missing"]["reason"]
    assert "no connection" in rows["down"]["reason"]
    failing = folder.json("status")["failing_sources"]
    assert {source["key"] for source in failing} == {"page", "busy", "missing", "down"}
    # The server asked to wait: not even a person's request comes earlier, also after a restart.
    assert folder.run("poll", "busy", check=None).stdout.count("asked to wait") == 1


def test_private_addresses_are_refused_unless_allowed(folder: Folder, feeds: FeedServer) -> None:
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode()))
    folder.configure(
        sources=[{"key": "a", "url": feeds.url("/a.xml")}],
        fetch={"min_interval": "0s", "allow_hosts": []},
    )
    done = folder.run("poll", "--json", check=1)
    assert "not a public address" in done.stdout
    assert feeds.requests == []


def test_a_json_lines_consumer_gets_only_json(watching: Folder, feeds: FeedServer) -> None:
    watching.run("poll")
    publish(feeds, NEWS, OLD)
    rows = watching.json("poll")  # the alert is printed on standard error then
    assert rows[0]["alerts"] == 1


def test_named_sources_only(folder: Folder, feeds: FeedServer) -> None:
    for name in "ab":
        feeds.publish(f"/{name}.xml", Reply(body=rss({"guid": name, "title": name}).encode()))
    folder.configure(sources=[{"key": name, "url": feeds.url(f"/{name}.xml")} for name in "ab"])
    assert [row["source"] for row in folder.json("poll", "b")] == ["b"]
    assert "no active source named nope" in folder.run("poll", "nope", check=1).stderr
