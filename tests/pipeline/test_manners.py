"""`notify:` and `mute:` of a rule, from the feed to the outbox."""

from __future__ import annotations

import sqlite3

import pytest

from bot.demo.feed_server import FeedServer, Reply
from tests.world import Folder, rss

RULES = """\
watch: w
terms:
  tesla: {any: [Tesla]}
  fire: {any: [fire]}
rules:
  - name: confirmed
    when: tesla
    notify: {publishers: 2}
  - name: muted
    when: fire
    mute: ["00:00-24:00"]
"""
QUIET = {"guid": "0", "title": "A quiet day", "text": "Nothing happened."}
NEWS = {"guid": "1", "title": "Tesla opens a large data center in Sacramento today", "text": "It was empty before."}
ALSO = {
    "guid": "9",
    "title": "In Sacramento, Tesla opens a large data center",
    "text": "Officials of the county confirm that the hall is in use since this morning.",
}
FIRE = {"guid": "2", "title": "A fire in the hall of a museum", "text": "Nobody was hurt."}


@pytest.mark.slow
def test_a_story_is_told_once_two_publishers_have_it_and_a_muted_one_waits(folder: Folder, feeds: FeedServer) -> None:
    folder.write("rules/data-centers.yaml", RULES)
    folder.configure(
        sources=[{"key": key, "url": feeds.url(f"/{key}.xml"), "publisher": key.upper()} for key in ("a", "b")],
        fetch={"min_interval": "0s", "host_gap": "0s", "allow_hosts": ["127.0.0.1"]},
    )
    for key in ("a", "b"):
        feeds.publish(f"/{key}.xml", Reply(body=rss(QUIET).encode()))
    folder.run("poll")
    feeds.publish("/a.xml", Reply(body=rss(QUIET, NEWS, FIRE).encode()))
    folder.run("poll")
    with sqlite3.connect(folder.path / "rackwatch.db") as database:
        rows = database.execute("SELECT state, not_before > created_at FROM outbox").fetchall()
        assert rows == [("pending", 1)], "the fire is held, Tesla waits for a second voice"
        feeds.publish("/b.xml", Reply(body=rss(QUIET, ALSO).encode()))
        shown = folder.run("poll").stdout
        states = [state for (state,) in database.execute("SELECT state FROM outbox ORDER BY id")]
    assert states == ["pending", "sent"], "what is held lets others pass"
    assert "Tesla opens" in shown
    assert "fire" not in shown
