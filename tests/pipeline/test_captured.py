"""Real feed files, served over HTTP and polled: each with its entries or a clear reason."""

from __future__ import annotations

import io
import json
from pathlib import Path

import feedparser
import pytest

from bot.demo.feed_server import FeedServer, Reply
from tests.world import SHARED, Folder

CAPTURED = sorted((SHARED / "feeds" / "captured").glob("*")) if SHARED.exists() else []


@pytest.mark.slow
@pytest.mark.skipif(not CAPTURED, reason="the captured feeds are not beside this checkout")
def test_every_captured_feed_gives_its_entries_or_a_reason(folder: Folder, feeds: FeedServer) -> None:
    sources = []
    expected = {}
    for file in CAPTURED:
        key = file.name.split("_")[0]
        body = file.read_bytes()
        content_type = "application/json" if file.suffix == ".json" else "application/xml"
        feeds.publish(f"/{file.name}", Reply(body=body, content_type=content_type))
        sources.append({"key": key, "url": feeds.url(f"/{file.name}")})
        if file.suffix == ".json":
            expected[key] = len(json.loads(body).get("items", ()))
        else:
            parsed = feedparser.parse(io.BytesIO(body), response_headers={"content-type": content_type})
            expected[key] = len(parsed.entries)
    folder.configure(sources=sources, fetch={"allow_hosts": ["127.0.0.1"], "min_interval": "0s", "host_gap": "0s"})
    rows = {row["source"]: row for row in json.loads(folder.run("poll", "--json").stdout)}
    assert set(rows) == set(expected)
    for key, count in expected.items():
        row = rows[key]
        if row["outcome"] == "failed":
            assert count == 0
            assert row["reason"]
        else:
            assert row["parsed"] == count, key
            dropped = sum(int(part.split()[0]) for part in row["reason"].split("; ") if " dropped: " in part)
            assert row["new"] + dropped == count, (key, row)
    again = json.loads(folder.run("poll", "--json").stdout)
    assert {row["outcome"] for row in again} <= {"not modified", "failed"}
    assert "sound" in folder.run("db", "check").stdout


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the recorded sequences are not beside this checkout")
def test_consecutive_versions_of_a_feed_bring_each_entry_once(folder: Folder, feeds: FeedServer) -> None:
    for sequence in sorted((SHARED / "feeds" / "sequences").iterdir()):
        versions = sorted(path for path in sequence.iterdir() if path.is_file())
        path = f"/{sequence.name}"
        work = Folder(path=folder.path / sequence.name)
        work.write("rules/r.yaml", (folder.path / "rules" / "data-centers.yaml").read_text())
        work.configure(sources=[{"key": "a", "url": feeds.url(path)}])
        seen: set[str] = set()
        new = 0
        for version in versions[:2]:
            body = version.read_bytes()
            feeds.publish(path, Reply(body=body))
            for entry in feedparser.parse(io.BytesIO(body)).entries:
                seen.add(entry.get("id") or entry.get("link") or entry.get("title"))
            new += json.loads(work.run("poll", "--json").stdout)[0]["new"]
        assert new == len(seen), sequence.name


def test_the_german_article_alerts_once_per_chat_and_names_both_watches(feeds: FeedServer, tmp_path: Path) -> None:
    """The article that the product was made for, in our own words where the real one is not at hand."""
    text = (
        "Laut dem Blog Electrek sucht Tesla per Stellenanzeige eine Führungskraft für Daten-Zentren, wie es sie noch "
        "nie gab, und hat mindestens ein früheres Daten-Zentrum von Twitter in Sacramento übernommen."
    )
    real = SHARED / "seed_article_de.txt"
    if real.exists():
        text = real.read_text(encoding="utf-8")
    work = Folder(path=tmp_path / "watch")
    work.path.mkdir()
    work.run("init", str(work.path))
    item = "<item><title>{}</title><link>{}</link><guid>{}</guid><description>{}</description></item>"

    def publish(*items: str) -> None:
        body = f"<rss version='2.0'><channel><title>t</title>{''.join(items)}</channel></rss>"
        feeds.publish("/de.xml", Reply(body=body.encode()))

    old = item.format("Wetter", "https://t.example/0", "0", "Regen")
    publish(old)
    work.configure(
        sources=[{"key": "teslamag", "url": feeds.url("/de.xml"), "language": "de"}],
        chats={"one": {"kind": "console"}, "two": {"kind": "console"}},
    )
    work.run("poll")
    publish(
        old,
        item.format("Tesla will eigene Daten-Zentren", "https://t.example/1", "1", text.replace("&", "&amp;")),
        item.format("Uni kauft NVIDIA Tesla V100 für ihr Rechenzentrum", "https://t.example/2", "2", "Acht Karten."),
        item.format("Tesla senkt Preise", "https://t.example/3", "3", "Das Model Y wird billiger."),
    )
    shown = work.run("poll").stdout
    alerts = work.json("alerts", "list")
    assert sorted(alert["chat"] for alert in alerts) == ["one", "two"]
    for alert in alerts:
        assert set(alert["content"]["watches"]) == {"tesla-data-centers", "twitter-infrastructure"}
        assert len(alert["deliveries"]) == 1
    assert "#tesla_data_centers #twitter_infrastructure" in shown
    assert "V100" not in shown
