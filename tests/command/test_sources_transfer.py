"""`sources import` and `export`: OPML in, OPML out, nothing fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sources.opml import read_opml
from tests.command.watching import config, folder, written
from tests.shell import Shell
from tests.world import SHARED

OPML = """<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="Tech"><outline text="Hardware">
    <outline type="rss" text="Ars Technica" xmlUrl="https://feeds.ars.example/index"/>
    <outline type="rss" text="特斯拉" xmlUrl="https://tesla-news.example/rss"/>
  </outline></outline>
  <outline type="rss" text="Known" xmlUrl="http://www.known.example/feed/"/>
  <outline type="rss" text="Ars Technica" xmlUrl="https://second.example/index"/>
  <outline type="rss" text="Bad" xmlUrl="ftp://bad.example/feed"/>
</body></opml>
"""
SOURCES = "  - key: known   # mine\n    url: https://known.example/feed\n"


def test_import_adds_what_is_new_in_one_edit_and_tells_the_rest(shell: Shell) -> None:
    folder(shell, SOURCES)
    shell.write("feeds.opml", OPML)
    before = config(shell)
    dry = shell("sources", "import", "feeds.opml", "--dry-run").out
    assert dry.splitlines()[-1] == "feeds.opml: 3 new, 1 already there, 1 unusable; nothing was changed"
    assert "  ars-technica  https://feeds.ars.example/index" in dry
    assert config(shell) == before
    done = shell("sources", "import", "feeds.opml", "--tag", "imported")
    assert done.out == "feeds.opml: 3 new, 1 already there, 1 unusable\n"
    assert "feeds.opml:9:3: 'Bad': an address that begins with 'ftp:' cannot be fetched" in done.err
    assert config(shell).startswith(before)
    assert (shell.folder / "rackwatch.yaml.bak").read_text() == before
    assert {key: source.get("tags") for key, source in written(shell).items()} == {
        "known": None,
        "ars-technica": ["tech", "hardware", "imported"],
        "tesla-news": ["tech", "hardware", "imported"],
        "ars-technica-2": ["imported"],
    }
    after = config(shell)
    assert "0 new, 4 already there" in shell("sources", "import", "-", stdin=OPML.encode()).out
    assert config(shell) == after


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "feeds.opml:1:1: the file is empty"),
        (b"<html><body>hello</body></html>", "feeds.opml:"),
        (b"<opml version='2.0'><body><outline text='x' xmlUrl='nonsense'/></body></opml>", "feeds.opml:1:27: 'x': "),
    ],
)
def test_a_file_without_a_usable_feed_changes_nothing(shell: Shell, content: bytes, message: str) -> None:
    folder(shell, SOURCES)
    before = config(shell)
    shell.write("feeds.opml", content)
    done = shell("sources", "import", "feeds.opml", code=1)
    assert message in done.err
    assert "nothing usable; nothing was changed" in done.err
    assert config(shell) == before


def test_a_file_that_cannot_be_read_is_named(shell: Shell) -> None:
    folder(shell, SOURCES)
    assert "cannot read nowhere.opml: No such file" in shell("sources", "import", "nowhere.opml", code=1).err
    assert "cannot read rules: Is a directory" in shell("sources", "import", "rules", code=1).err


def test_export_writes_what_is_read_as_a_feed_and_import_reads_it_back(shell: Shell) -> None:
    folder(
        shell,
        "  - {key: a, title: A & B, url: 'https://a.example/feed?x=1&y=2', tags: [trade, ev]}\n"
        "  - {key: r, reddit: tesla}\n  - {key: hn, hacker_news: tesla}\n"
        "  - {key: p, page: {url: 'https://p.example/', item: li}}\n",
    )
    done = shell("sources", "export")
    assert done.err == "no feeds, so not in it: hn (json), p (page)\n"
    feeds = read_opml(done.out.encode(), "x").feeds
    assert {(feed.title, feed.url, feed.tags) for feed in feeds} == {
        ("A & B", "https://a.example/feed?x=1&y=2", ("ev", "trade")),
        ("r", "https://www.reddit.com/r/tesla/new/.rss", ()),
    }
    assert shell("sources", "export", "out.opml").out == "out.opml: 2 feeds\n"
    assert "--force overwrites it" in shell("sources", "export", "out.opml", code=1).err
    (shell.folder / "out.opml").write_text("not mine")
    shell("sources", "export", "--force", "out.opml")
    assert len(read_opml((shell.folder / "out.opml").read_bytes(), "x").feeds) == 2
    assert "0 new, 2 already there, 0 unusable" in shell("sources", "import", "out.opml").out


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "opml").is_dir(), reason="the lists stand beside the checkout")
def test_every_list_of_the_world_is_imported_or_explained(shell: Shell) -> None:
    """Whatever the file, the result is right and no command fails as a bug."""
    for file in sorted((SHARED / "opml").iterdir()):
        folder(shell, SOURCES)
        found = read_opml(file.read_bytes(), file.name)
        done = shell("sources", "import", str(file), code=None)
        assert done.code == (0 if found.feeds else 1), done
        assert len(written(shell)) >= 1 + len({feed.url.split("//")[1].rstrip("/") for feed in found.feeds}) * 9 // 10
    assert Path(shell.folder / "rackwatch.yaml.bak").exists()
