"""`sources list`, `show`, `pause`, `resume` and `remove`."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.demo.feed_server import FeedServer
from storage import open_store
from storage.polls import PollWork
from storage.records import DocumentState, SourceHealth, SourceUpdate
from tests.command.watching import JOB_LIST, config, database, folder, publish_page, settings
from tests.shell import Shell

NOW = datetime.now(UTC).replace(microsecond=0)


SOURCES = """\
  - key: a        # the first
    title: Alpha
    url: https://a.example/feed
    tags: [trade]
    interval: 10m

  - {key: jobs, page: {url: 'https://jobs.example/', item: li.job}, tags: [official]}
  - key: broken
    url: https://broken.example/feed
    tags: [trade]
  - key: reddit
    reddit: teslamotors
    paused: true
"""


@pytest.fixture
def watched(shell: Shell) -> Shell:
    """Looked at: a feed, a page, a broken feed; never: a paused template."""
    folder(shell, SOURCES)
    database(shell)
    change(shell, "a")
    change(shell, "jobs")
    change(shell, "broken", failures=1)
    return shell


def change(shell: Shell, key: str, *, failures: int = 0, **health: Any) -> None:
    """As if many looks had come to this."""
    arrivals = tuple(NOW - timedelta(hours=3 * number) for number in range(9, -1, -1))
    with open_store(settings(shell).storage_url) as store:
        (source,) = store.sources.named([key])
        update = SourceUpdate(
            checked_at=NOW,
            next_check_at=NOW + timedelta(minutes=14),
            next_reason="its rhythm: an entry about every 3h",
            outcome="failed" if failures else "nothing new",
            reason="HTTP error: HTTP 500" if failures else "",
            success=not failures,
            failures=failures,
            validators=('"v1"', None),
            document=DocumentState(arrivals=arrivals, found=10),
            health=SourceHealth(**health),
        )
        store.polls.apply([PollWork(source_id=source.id, plan=update)], memory=_NoStories())


class _NoStories:
    """What planners remember, where none plans."""

    def begun(self, correction: int) -> None: ...

    def undone(self) -> None: ...


def states(shell: Shell, *arguments: str) -> dict[str, str]:
    return {row["key"]: row["state"] for row in json.loads(shell("sources", "list", "--json", *arguments).out)}


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def test_the_list_says_what_each_is_and_how_it_fares(watched: Shell) -> None:
    rows = {row["key"]: row for row in json.loads(watched("sources", "list", "--json").out)}
    assert {key: row["kind"] for key, row in rows.items()} == {
        "a": "feed", "jobs": "page", "broken": "feed", "reddit": "feed",
    }  # fmt: skip
    assert rows["reddit"]["template"] == "reddit"
    assert states(watched) == {"a": "nothing new", "jobs": "nothing new", "broken": "failing ×1", "reddit": "paused"}
    assert states(watched, "--failing") == {"broken": "failing ×1"}
    assert list(states(watched, "--tag", "trade")) == ["a", "broken"]
    assert list(states(watched, "--tag", "trade", "--failing")) == ["broken"]
    shown = watched("sources", "list").out
    assert all(words in shown for words in ("failing ×1", "HTTP 500", "reddit", "page", "official"))
    assert "did you mean 'trade'" in watched("sources", "list", "--tag", "trad", code=1).err
    change(watched, "a", disabled_at=NOW, disabled_reason="HTTP 410")
    change(watched, "jobs", told_silent_at=NOW)
    change(watched, "broken")
    assert states(watched) == {"a": "disabled", "jobs": "silent", "broken": "nothing new", "reddit": "paused"}
    assert set(states(watched, "--failing")) == {"a", "jobs"}
    assert "disabled (HTTP 410)" in in_one_line(watched("sources", "list").out)


def test_show_explains_the_next_look_and_the_rhythm(watched: Shell) -> None:
    change(watched, "a", effective_url="https://new.example/feed", told_failing_at=NOW)
    shown = in_one_line(watched("sources", "show", "a").out)
    for words in (
        "10m (its own)", "full text candidates", "because of its rhythm: an entry about every 3h",
        "an entry about every 2h42m", "1d without a new entry", "https://new.example/feed; it is asked there",
        "told failing", 'ETag "v1"',
    ):  # fmt: skip
        assert words in shown, words
    values = json.loads(watched("sources", "show", "a", "--json").out)
    assert values["status"]["silence_limit_seconds"] == 86_400
    assert values["status"]["usual_gap_seconds"] == pytest.approx(2.7 * 3600, abs=60)
    assert values["pages"] == {}
    assert "item li.job" in in_one_line(watched("sources", "show", "jobs").out)
    assert "made by reddit" in in_one_line(watched("sources", "show", "reddit").out)
    assert "did you mean 'jobs'" in watched("sources", "show", "job", code=1).err


def test_pause_and_resume_take_several_keys_and_tags_in_one_edit(watched: Shell) -> None:
    before = config(watched)
    assert watched("sources", "pause", "jobs", "--tag", "trade").out.splitlines() == [
        "jobs is paused", "a is paused", "broken is paused",
    ]  # fmt: skip
    assert (watched.folder / "rackwatch.yaml.bak").read_text() == before
    assert set(states(watched).values()) == {"paused"}
    assert config(watched).startswith(before.split("    title: Alpha")[0])
    assert "was paused already" in watched("sources", "pause", "a").out
    watched("sources", "resume", "a", "jobs", "broken")
    assert config(watched).count("paused: false") == 3
    after = config(watched)
    for arguments, message in (
        ([], "name a source"),
        (["a", "brokn"], "did you mean 'broken'?"),
        (["--tag", "nothing"], "no source has the tag nothing"),
    ):
        assert message in watched("sources", "pause", *arguments, code=1).err
    assert config(watched) == after


def test_resume_asks_again_what_was_given_up_as_gone(watched: Shell) -> None:
    change(watched, "a", disabled_at=NOW, disabled_reason="gone", gone_since=NOW)
    before = config(watched)
    assert "is active: it had been given up as gone" in watched("sources", "resume", "a").out
    assert config(watched) == before
    assert states(watched)["a"] == "nothing new"
    assert "was active already" in watched("sources", "resume", "a").out
    # a database of an older version is named, and does not hinder edits of the file
    with closing(sqlite3.connect(watched.folder / "rackwatch.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    assert "rackwatch db upgrade" in watched("sources", "list", code=1).err
    assert "jobs is removed" in watched("sources", "remove", "jobs", "--yes").out


@pytest.mark.slow
def test_remove_takes_it_out_of_the_file_and_leaves_the_archive(shell: Shell, feeds: FeedServer) -> None:
    page = publish_page(feeds, "/jobs", body=JOB_LIST)
    folder(
        shell, f"  - {{key: jobs, page: {{url: '{page}', item: li.job}}}}\n  - key: b   # second\n    reddit: tesla\n"
    )
    shell("poll", "jobs")
    before = config(shell)
    assert "say --yes" in shell("sources", "remove", "jobs", code=1).err
    assert "did you mean 'jobs'" in shell("sources", "remove", "job", "--yes", code=1).err
    assert config(shell) == before
    assert "its 5 entries stay in the archive" in shell("sources", "remove", "jobs", "--yes").out
    assert config(shell) == "".join(line for line in before.splitlines(keepends=True) if "key: jobs" not in line)
    assert "Manager of hall" in shell("archive", "search", "manager").out


def test_before_the_first_poll_everything_is_there_but_news(shell: Shell) -> None:
    folder(shell, "  - key: a\n    url: https://a.example/feed\n")
    assert states(shell) == {"a": "never polled"}
    assert "never polled" in shell("sources", "show", "a").out
    assert "was active already" in shell("sources", "resume", "a").out
    assert "all sources fare well" in shell("sources", "list", "--failing").out
    shell("sources", "remove", "a", "--yes")
    assert "no sources yet" in shell("sources", "list").out
    assert not (shell.folder / "rackwatch.db").exists()
