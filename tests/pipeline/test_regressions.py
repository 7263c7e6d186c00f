"""Faults that were found by trying to break it, each with the input that did."""

from __future__ import annotations

import gzip
import json
import subprocess
import time
from pathlib import Path

import pytest

from bot.demo.feed_server import FeedServer, Reply
from bot.sources.exchange import Inflater
from tests.servers.process import ServerProcess
from tests.world import COMMAND, RULES, Folder, rss

OLD = {"guid": "0", "title": "A quiet day", "text": "Nothing happened."}
NEWS = {"guid": "1", "title": "Tesla opens a data center in Sacramento", "text": "It was empty before."}
SHOPS = """\
watch: shops
title: Shops
terms:
  shop: {any: [shop]}
rules:
  - name: any
    when: shop
"""


def publish(feeds: FeedServer, *items: dict[str, str]) -> None:
    feeds.publish("/a.xml", Reply(body=rss(*items).encode()))


@pytest.mark.parametrize("to", ["http://127.0.0.1:99999/x", "http://xn--/", "http://", "http://[::1", "//:0/"])
def test_no_redirect_aborts_the_poll_of_the_others(folder: Folder, feeds: FeedServer, tmp_path: Path, to: str) -> None:
    publish(feeds, OLD)
    with ServerProcess("tests.servers.feeds", state=tmp_path) as evil:
        evil.post("/control/behave", {"path": "/x", "kind": "redirect", "to": to})
        sources = [{"key": "a", "url": feeds.url("/a.xml")}, {"key": "evil", "url": f"{evil.base_url}/x"}]
        folder.configure(sources=sources)
        rows = {row["source"]: row for row in folder.json("poll")}
    assert rows["a"]["outcome"] == "new entries"
    assert rows["evil"]["outcome"] == "failed"
    assert "internal error" not in rows["evil"]["reason"]


def test_validators_come_back_byte_for_byte_whatever_they_are(folder: Folder, feeds: FeedServer) -> None:
    headers = {"ETag": '"\u00e9"', "Last-Modified": "Lundi 23 f\u00e9vrier 2026"}
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode(), headers=headers, etag=False, last_modified=False))
    folder.configure(sources=[{"key": "a", "url": feeds.url("/a.xml")}])
    for _ in range(3):
        assert folder.json("poll")[0]["outcome"] != "failed"


def test_a_gzip_answer_of_several_members_is_read_to_its_end() -> None:
    zipped = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0"
    whole, sink = Inflater(wbits=47), bytearray()
    whole.feed(zipped, sink, 100)
    assert (bytes(sink), whole.whole) == (b"one two", True)
    piecemeal, sink = Inflater(wbits=47), bytearray()
    for byte in zipped:
        piecemeal.feed(bytes([byte]), sink, 100)
    assert sink == b"one two"
    capped = bytearray()
    Inflater(wbits=47).feed(gzip.compress(b"x" * 10**6), capped, 1000)
    assert len(capped) == 1000


def test_one_broken_letter_does_not_cost_the_feed(folder: Folder, feeds: FeedServer) -> None:
    publish(feeds, OLD, NEWS | {"text": "smile &#xD83D;&#xDE00; &#55357;"})
    folder.configure(sources=[{"key": "a", "url": feeds.url("/a.xml")}])
    assert folder.json("poll")[0]["new"] == 2


def test_a_link_to_an_older_piece_does_not_swallow_another_event(folder: Folder, feeds: FeedServer) -> None:
    publish(feeds, OLD)
    folder.configure(sources=[{"key": "a", "url": feeds.url("/a.xml"), "language": "en"}])
    folder.run("poll")
    nevada = {"guid": "n", "title": "Tesla opens a new data center in Nevada desert", "text": "A hall."}
    publish(feeds, nevada, OLD)
    folder.run("poll")
    link = "&lt;a href='https://news.example/n'&gt;Earlier&lt;/a&gt;"
    fire = {"guid": "f", "title": "Fire destroys Tesla data center in Buffalo", "text": f"Two workers hurt. {link}"}
    publish(feeds, fire, nevada, OLD)
    folder.run("poll")
    assert len(folder.json("alerts", "list")) == 2


@pytest.mark.slow
def test_status_items_with_one_link_and_one_title_are_told_apart_by_their_text(
    folder: Folder, feeds: FeedServer
) -> None:
    common = {"title": "Tesla data center: incident", "link": "https://status.example/now"}
    publish(feeds, OLD)
    folder.configure(sources=[{"key": "a", "url": feeds.url("/a.xml"), "language": "en"}])
    folder.run("poll")
    reno = common | {"guid": "r", "text": "Power loss in the Reno hall since Monday morning."}
    oslo = common | {"guid": "o", "text": "Burglars entered at Oslo; police are looking around."}
    publish(feeds, reno, OLD)
    folder.run("poll")
    publish(feeds, oslo, reno, OLD)
    folder.run("poll")
    assert len(folder.json("alerts", "list")) == 2


def test_the_first_match_alerts_though_an_edit_of_a_baseline_item_brought_it(folder: Folder, feeds: FeedServer) -> None:
    publish(feeds, OLD)
    folder.configure(sources=[{"key": "a", "url": feeds.url("/a.xml")}])
    folder.run("poll")
    publish(feeds, OLD | {"title": "Tesla builds a data center in Ohio"})
    row = folder.json("poll")[0]
    assert (row["edited"], row["matches"], row["alerts"]) == (1, 1, 1)


@pytest.mark.slow
def test_an_edit_that_newly_matches_a_watch_tells_the_chat_that_follows_it(folder: Folder, feeds: FeedServer) -> None:
    folder.write("rules/shops.yaml", SHOPS)
    publish(feeds, OLD)
    folder.configure(
        sources=[{"key": "a", "url": feeds.url("/a.xml")}],
        chats={
            "centers": {"kind": "console", "watches": ["data-centers"]},
            "shops": {"kind": "console", "watches": ["shops"]},
        },
    )
    folder.run("poll")
    publish(feeds, NEWS, OLD)
    folder.run("poll")
    assert [alert["chat"] for alert in folder.json("alerts", "list")] == ["centers"]
    publish(feeds, NEWS | {"text": "It was empty before, and has a shop now."}, OLD)
    folder.run("poll")
    alerts = {alert["chat"]: alert for alert in folder.json("alerts", "list")}
    assert set(alerts) == {"centers", "shops"}
    assert set(alerts["shops"]["content"]["watches"]) == {"shops"}
    assert len(alerts["centers"]["deliveries"]) == 1


@pytest.mark.slow
def test_an_alert_shows_a_chat_only_the_watches_that_it_follows(folder: Folder, feeds: FeedServer) -> None:
    folder.write("rules/shops.yaml", SHOPS)
    for name in "ab":
        feeds.publish(f"/{name}.xml", Reply(body=rss(OLD | {"guid": name}).encode()))
    folder.configure(
        sources=[{"key": name, "url": feeds.url(f"/{name}.xml"), "language": "en"} for name in "ab"],
        chats={"shops": {"kind": "console", "watches": ["shops"]}},
    )
    folder.run("poll")
    first = {"guid": "x", "title": "Tesla data center in Sacramento opens doors", "text": "Neighbours came."}
    feeds.publish("/a.xml", Reply(body=rss(first).encode()))
    folder.run("poll")
    assert folder.json("alerts", "list") == []
    second = {
        "guid": "y",
        "title": "Tesla data center in Sacramento opens a shop",
        "text": "Neighbours came to Sacramento.",
    }
    feeds.publish("/b.xml", Reply(body=rss(second).encode()))
    folder.run("poll")
    (alert,) = folder.json("alerts", "list")
    assert set(alert["content"]["watches"]) == {"shops"}
    assert {reason["rule"] for reason in alert["content"]["reasons"]} == {"shops/any"}


def test_a_terminal_without_our_letters_still_gets_its_alerts(folder: Folder, feeds: FeedServer) -> None:
    publish(feeds, OLD)
    folder.configure(sources=[{"key": "a", "url": feeds.url("/a.xml")}])
    folder.run("poll")
    publish(feeds, NEWS, OLD)
    folder.environment["PYTHONIOENCODING"] = "ascii"
    folder.run("poll")
    assert folder.json("alerts", "list")[0]["deliveries"][0]["state"] == "sent"


@pytest.mark.slow
def test_thousands_of_matching_items_at_once_are_stored_in_bounded_time(folder: Folder, feeds: FeedServer) -> None:
    """A protective limit with a tenfold margin; 5,000 took 42 s when each item was compared with every other."""
    items = [
        {"guid": f"i{n}", "title": f"Tesla data center number {n} in town {n * 7}", "text": f"Words {n} and {n * 3}."}
        for n in range(2000)
    ]
    publish(feeds, OLD)
    folder.configure(sources=[{"key": "a", "url": feeds.url("/a.xml")}], parser={"timeout": "60s"})
    folder.run("poll")
    publish(feeds, *items, OLD)
    started = time.monotonic()
    done = subprocess.run(
        [*COMMAND, "-C", str(folder.path), "poll", "--json"],
        env=folder.env(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert json.loads(done.stdout)[0]["new"] == 2000
    assert time.monotonic() - started < 100


@pytest.mark.slow
def test_dead_alerts_can_be_dropped_and_are_then_no_trouble(folder: Folder, feeds: FeedServer) -> None:
    publish(feeds, OLD)
    source = {"key": "a", "url": feeds.url("/a.xml")}
    folder.configure(sources=[source], chats={"one": {"kind": "console"}, "two": {"kind": "console"}})
    folder.run("poll")
    # A chat that is taken out of the file while something waits for it: dead with the reason, not waiting for ever.
    publish(feeds, NEWS, OLD)
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = "1:abc"
    folder.configure(
        sources=[source],
        telegram={"base_url": "http://127.0.0.1:9", "timeout": "1s"},
        chats={"one": {"kind": "console"}, "two": {"id": "5"}},
    )
    config = json.loads((folder.path / "rackwatch.yaml").read_text())
    with folder.service() as service:
        service.wait_for_log("not delivered")
        service.stop()
    folder.write("rackwatch.yaml", json.dumps(config | {"chats": {"one": {"kind": "console"}}}))
    folder.run("poll")
    (dead,) = folder.json("alerts", "list", "--state", "dead")
    assert dead["deliveries"][0]["last_error"] == "the chat is no longer configured"
    assert folder.json("status")["dead_alerts"] == [dead["alert"]]
    assert "1 deliveries" in folder.run("alerts", "drop", dead["alert"]).stdout
    assert folder.json("status")["dead_alerts"] == []
    assert folder.run("alerts", "retry").stdout.startswith("0 ")


def test_a_second_poll_at_the_same_time_is_refused_by_name(folder: Folder, tmp_path: Path) -> None:
    with ServerProcess("tests.servers.feeds", state=tmp_path) as slow:
        slow.post("/control/behave", {"path": "/x", "kind": "hang"})
        folder.write("rules/data-centers.yaml", RULES)
        folder.configure(sources=[{"key": "slow", "url": f"{slow.base_url}/x"}])
        first = subprocess.Popen(
            [*COMMAND, "-C", str(folder.path), "poll"],
            env=folder.env(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            lock = folder.path / "rackwatch.db.service.lock"
            deadline = time.monotonic() + 20
            while not (lock.exists() and "poll" in lock.read_text()) and time.monotonic() < deadline:
                time.sleep(0.05)
            refused = folder.run("poll", check=1)
        finally:
            first.kill()
            first.wait(10)
    assert f"'rackwatch poll' (process {first.pid}) is already working" in refused.stderr
